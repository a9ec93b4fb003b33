// Whether an answer is one that the API's document declares: its status, its headers, its media type, its body.
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { documentOf } from '../../api/openapi/index.ts'
import { registry } from '../../workers/registry.ts'

export interface HeldAnswer {
  method: string
  path: string
  status: number
  headers: Headers
  /** Undefined for a stream. */
  text: string | undefined
}

interface ResponseObject {
  headers?: Record<string, { required?: boolean; schema: { type?: string }; $ref?: string }>
  content?: Record<string, { schema: object }>
  $ref?: string
}

/** What is served beside the API proper: pages for people, and the document itself. */
const UNDESCRIBED = /^\/(openapi\.json|docs|demo|ops\/queues)(\/|$)/i

const document = JSON.parse(JSON.stringify(documentOf(registry)))
const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false })
addFormats.default(ajv)
ajv.addSchema(document, 'document')
const compiled = new Map<string, ValidateFunction>()

/** A path with fewer parameters is the better match. */
const operations = Object.entries<Record<string, { responses: Record<string, ResponseObject> }>>(document.paths)
  .map(([path, methods]) => ({ path, methods, pattern: patternOf(path) }))
  .toSorted((a, b) => a.path.split('{').length - b.path.split('{').length)

/** @returns what the document does not declare; empty where the answer fits. */
export function holdAnswer(answer: HeldAnswer): string[] {
  const method = answer.method.toLowerCase()
  if (method === 'options' || UNDESCRIBED.test(answer.path)) return []
  const found = operations.find(({ pattern }) => pattern.test(answer.path))
  const operation = found?.methods[method === 'head' ? 'get' : method]
  if (!found || !operation) return holdRefusal(answer)
  const response = operation.responses[answer.status]
  const at = ['paths', found.path, method === 'head' ? 'get' : method, 'responses', String(answer.status)]
  if (response) return holdResponse(answer, ...follow(response, at))
  return [`this status is not declared (declare its answer, or its code in the route's \`problems\`): ${answer.text}`]
}

/** What no operation answers must be a problem that says so, or the operators' log-in. */
function holdRefusal(answer: HeldAnswer): string[] {
  if (answer.status < 400) return ['no operation is declared that could have answered this']
  if (answer.headers.get('www-authenticate')?.startsWith('Basic')) return []
  const isProblem = mediaTypeOf(answer) === 'application/problem+json'
  if (!isProblem && answer.method !== 'HEAD') return ['a refusal has to be a problem']
  return answer.method === 'HEAD' ? [] : holdBody(answer, ['components', 'schemas', 'Problem'])
}

function holdResponse(answer: HeldAnswer, { headers = {}, content = {} }: ResponseObject, at: string[]): string[] {
  const missing = Object.entries(headers).flatMap(([name, header]) => {
    const [{ required, schema }] = follow(header, [])
    const value = answer.headers.get(name)
    if (value === null) return required ? [`the header ${name} is missing`] : []
    return schema.type === 'integer' && !/^\d+$/.test(value) ? [`the header ${name} is not a number: ${value}`] : []
  })
  const types = Object.keys(content)
  if (answer.method === 'HEAD' || answer.text === undefined) return missing
  if (types.length === 0) return answer.text ? [...missing, 'a body is not declared'] : missing
  const type = mediaTypeOf(answer)
  if (!types.includes(type)) return [...missing, `${type} is not declared, but ${types.join(', ')}`]
  return [...missing, ...(/json$/.test(type) ? holdBody(answer, [...at, 'content', type, 'schema']) : [])]
}

function holdBody({ text = '', status }: HeldAnswer, at: string[]): string[] {
  const pointer = `document#/${at.map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`
  const validate = compiled.get(pointer) ?? ajv.compile({ $ref: pointer })
  compiled.set(pointer, validate)
  const body = JSON.parse(text)
  const fits = validate(body)
  const other = at.includes('application/problem+json') && body.status !== status
  return [
    ...(fits ? [] : [`${ajv.errorsText(validate.errors, { dataVar: 'body' })} in ${text.slice(0, 2_000)}`]),
    ...(other ? [`the problem says ${body.status}`] : []),
  ]
}

/** @returns what a reference leads to, and where that stands. */
function follow<T extends { $ref?: string }>(object: T, at: string[]): [T, string[]] {
  if (!object.$ref) return [object, at]
  const steps = object.$ref.replace('#/', '').split('/')
  return [steps.reduce((parent, step) => parent[step], document), steps]
}

function patternOf(path: string): RegExp {
  const steps = path.split(/\{\w+\}/).map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${steps.join('[^/]+')}/?$`, 'i')
}

const mediaTypeOf = ({ headers }: HeldAnswer) => (headers.get('content-type') ?? '').split(';')[0]?.trim() ?? ''
