// Which problems an operation answers with: those that follow from what it takes, and those that its route names.
import { type ProblemCode, problem, problemTypes } from '../../lib/problems.ts'
import { isUnder } from '../middleware/prefix.ts'
import type { Route } from '../route.ts'
import { isForOperators } from './names.ts'

/** @returns the codes, by the status that they are answered with. */
function problemsOf(route: Route): Map<number, ProblemCode[]> {
  const byStatus = new Map<number, ProblemCode[]>()
  for (const code of new Set([...implied(route), ...(route.problems ?? [])])) {
    const { status } = problemTypes[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  return byStatus
}

/** What follows from what a route takes. */
function implied(route: Route): ProblemCode[] {
  const { path, method, body, query, stream, signatureHeader, idempotencyKey } = route
  const forAccounts = isUnder('/v1', path)
  const forOperators = isForOperators(path)
  const rules: [unknown, ...ProblemCode[]][] = [
    [forAccounts, 'unauthorized'],
    [forAccounts || forOperators, 'rate-limited'],
    [forAccounts || isUnder('/webhooks', path), 'overloaded'],
    [forOperators || path.includes(':'), 'not-found'],
    [forOperators && method !== 'get', 'forbidden'],
    [body || query, 'invalid-request'],
    [body || stream || signatureHeader, 'malformed-body', 'unsupported-media-type', 'body-too-large'],
    [body || signatureHeader, 'body-too-slow'],
    [signatureHeader, 'signature-invalid'],
    [idempotencyKey === 'required', 'idempotency-key-missing'],
    [idempotencyKey, 'idempotency-key-malformed', 'idempotency-key-in-flight', 'idempotency-key-reused'],
    [true, 'internal', 'unavailable'],
  ]
  return rules.flatMap(([applies, ...codes]) => (applies ? codes : []))
}

const MEDIA_TYPE = 'application/problem+json'
const REF = '#/components'

const nameOf = (codes: ProblemCode[]) => codes.join('_or_')

const header = (description: string, required: boolean, type = 'string') => ({
  description,
  required,
  schema: { type },
})

/** Headers that problems of a status have. */
const headersOf: Record<number, object> = {
  401: { 'WWW-Authenticate': header('How to log in.', true) },
  429: { 'Retry-After': header('In how many seconds to come again.', true, 'integer') },
  503: { 'Retry-After': header('In how many seconds to come again.', false, 'integer') },
}

/**
 * The responses of an operation's problems. They stand under components, as many operations answer alike.
 * @param add takes a response in, by its name
 */
export function problemResponses(route: Route, add: (name: string, response: object) => void): Record<string, object> {
  const responses: Record<string, object> = {}
  for (const [status, codes] of problemsOf(route)) {
    add(nameOf(codes), problemResponse(status, codes))
    responses[status] = { $ref: `${REF}/responses/${nameOf(codes)}` }
  }
  return responses
}

function problemResponse(status: number, codes: ProblemCode[]): object {
  const ofType = { type: 'object', properties: { type: { enum: codes.map((code) => `/problems/${code}`) } } }
  return {
    description: codes.map((code) => `[${problemTypes[code].title}](/problems/${code})`).join(', or: '),
    ...(headersOf[status] && { headers: headersOf[status] }),
    content: {
      [MEDIA_TYPE]: {
        schema: { allOf: [{ $ref: `${REF}/schemas/Problem` }, ofType] },
        examples: Object.fromEntries(codes.map((code) => [code, { $ref: `${REF}/examples/${code}` }])),
      },
    },
  }
}

const FIELDS = [{ pointer: '#/items/0/quantity', detail: 'Too small: expected number to be >=1' }]

/** An example of each problem, for `components.examples`. */
export const problemExamples = (explain: (code: ProblemCode) => string): Record<string, object> =>
  Object.fromEntries(
    Object.keys(problemTypes).map((key) => {
      const code = key as ProblemCode
      const value = problem(code, explain(code), code === 'invalid-request' ? FIELDS : undefined)
      return [code, { summary: problemTypes[code].title, value }]
    }),
  )
