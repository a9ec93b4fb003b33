// `/openapi.json` (OpenAPI 3.1), made from the very schemas that validate: routes describe themselves, job types too.
import { z } from 'zod'
import type { Catalogue } from '../lib/jobs/definition.ts'
import { isUnder } from './middleware/prefix.ts'
import { type Route, route } from './route.ts'

const problem = {
  description: 'What is wrong (RFC 9457).',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}

const Problem = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail'],
  properties: {
    type: { type: 'string', description: 'Resolves on this server to its explanation.' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      items: { type: 'object', properties: { pointer: { type: 'string' }, detail: { type: 'string' } } },
    },
  },
}

const OPERATOR_ANSWERS = { 401: 'An operator has to log in.', 404: 'No operator is configured.' }

/** The route that serves the description of `routes` and of the catalogue's public job types. */
export function describeApi(routes: Route[], catalogue: Catalogue): Route {
  const document = {
    openapi: '3.1.0',
    info: { title: 'Errand', version: '1', description: 'Hand over slow work, follow it as a job.' },
    security: [{ apiKey: [] }],
    paths: paths(routes),
    components: {
      securitySchemes: { apiKey: { type: 'http', scheme: 'bearer' }, basic: { type: 'http', scheme: 'basic' } },
      schemas: { Problem, ...jobTypes(catalogue) },
    },
  }
  return route({
    method: 'get',
    path: '/openapi.json',
    summary: 'This description',
    answers: { 200: 'OpenAPI 3.1.' },
    handle: async () => ({ status: 200, body: document }),
  })
}

function paths(routes: Route[]) {
  const described: Record<string, Record<string, unknown>> = {}
  for (const each of routes) {
    const path = each.path.replaceAll(/:(\w+)/g, '{$1}')
    described[path] = { ...described[path], [each.method]: operation(each) }
  }
  return described
}

function operation({ path, summary, query, body, signatureHeader, idempotencyKey, answers }: Route) {
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  const inQuery = Object.entries(query ? (schemaOf(query).properties ?? {}) : {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: false,
    schema,
  }))
  const signature = { name: signatureHeader, in: 'header', required: true, schema: { type: 'string' } }
  const header = {
    name: 'Idempotency-Key',
    in: 'header',
    required: idempotencyKey === 'required',
    schema: { type: 'string', maxLength: 255 },
  }
  const forOperators = ['/ops', '/metrics'].some((prefix) => isUnder(prefix, path))
  const responses = Object.entries({ ...(forOperators && OPERATOR_ANSWERS), ...answers }).map(
    ([status, description]) => [status, { description }],
  )
  return {
    summary,
    parameters: [...inPath, ...inQuery, ...(signatureHeader ? [signature] : []), ...(idempotencyKey ? [header] : [])],
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body) } } } }),
    responses: { ...Object.fromEntries(responses), default: problem },
    ...(!path.startsWith('/v1') && { security: forOperators ? [{ basic: [] }] : [] }),
  }
}

function jobTypes(catalogue: Catalogue) {
  const types = Object.values(catalogue).flatMap(({ type, summary, public: face }) =>
    face ? [[type, { ...schemaOf(face.request), title: type, description: summary }]] : [],
  )
  return Object.fromEntries(types)
}

/** What clients send: `input` mode, and refinements that JSON Schema cannot say are left to the server's answer. */
const schemaOf = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
