// What the API's document says of its operations, as far as requests are made of it. References are followed.

/** A JSON Schema (2020-12), of which the generator reads the keywords that it knows. */
export interface Schema {
  $ref?: string
  type?: string
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: Schema | boolean
  items?: Schema
  minItems?: number
  maxItems?: number
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  pattern?: string
  format?: string
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  oneOf?: Schema[]
  examples?: unknown[]
}

export interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required: boolean
  schema: Schema
}

export interface Operation {
  id: string
  /** In capitals. */
  method: string
  /** With its parameters: `/v1/orders/{id}`. */
  path: string
  parameters: Parameter[]
  body: { mediaType: string; schema: Schema; required: boolean; examples: unknown[] } | undefined
  /** Whether its callers are operators. */
  operators: boolean
}

export interface ApiDocument {
  paths: Record<string, Record<string, OperationObject>>
  components: { schemas: Record<string, Schema>; parameters?: Record<string, Parameter> }
}

interface OperationObject {
  operationId: string
  parameters?: (Parameter | { $ref: string })[]
  requestBody?: { required?: boolean; content: Record<string, MediaType> }
  security?: Record<string, unknown>[]
}

interface MediaType {
  schema: Schema
  examples?: Record<string, { value: unknown }>
}

export function readOperations(document: ApiDocument): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      id: operation.operationId,
      method: method.toUpperCase(),
      path,
      parameters: (operation.parameters ?? []).map((each) => readParameter(document, each)),
      body: readBody(operation),
      operators: (operation.security ?? []).some((scheme) => 'basic' in scheme),
    })),
  )
}

/** What is served beside the API proper, and must not break either: pages for people, and the document itself. */
export const undescribed: Operation[] = [
  page('document', '/openapi.json'),
  page('docs', '/docs'),
  page('docsFile', '/docs/{file}', ['path', 'file']),
  page('dashboard', '/ops/queues', ['query', 'activeQueue', 'status', 'page']),
  page('dashboardQueues', '/ops/queues/api/queues', ['query', 'activeQueue', 'status', 'page', 'jobsPerPage']),
]

function page(id: string, path: string, [where, ...names]: [('path' | 'query')?, ...string[]] = []): Operation {
  const parameters = names.map((name) => ({
    name,
    in: where ?? 'query',
    required: where === 'path',
    schema: { type: 'string' },
  }))
  return { id, method: 'GET', path, parameters, body: undefined, operators: path.startsWith('/ops') }
}

function readParameter({ components }: ApiDocument, parameter: Parameter | { $ref: string }): Parameter {
  if (!('$ref' in parameter)) return parameter
  const found = components.parameters?.[parameter.$ref.split('/').at(-1) ?? '']
  if (!found) throw new Error(`the document has no ${parameter.$ref}`)
  return found
}

function readBody({ requestBody }: OperationObject): Operation['body'] {
  const [first] = Object.entries(requestBody?.content ?? {})
  if (!first) return undefined
  const [mediaType, { schema, examples = {} }] = first
  const values = Object.values(examples).map(({ value }) => value)
  return { mediaType, schema, required: requestBody?.required ?? false, examples: values }
}
