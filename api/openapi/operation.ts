// One operation of the document, from its route.
import type { z } from 'zod'
import type { StreamSpec } from '../request/stream.ts'
import type { Route } from '../route.ts'
import { answerResponses } from './answers.ts'
import { isForOperators, operationId, tagOf } from './names.ts'
import { problemResponses } from './problems.ts'
import { type JsonSchema, resolve, type Schemas } from './schemas.ts'

/** @param addResponse takes a response into `components.responses` */
export function operation(route: Route, schemas: Schemas, addResponse: (name: string, response: object) => void) {
  const { path, summary, description, body, stream, signatureHeader, signedExample } = route
  const forOperators = isForOperators(path)
  return {
    operationId: operationId(route),
    tags: [tagOf(path)],
    summary,
    ...(description !== undefined && { description }),
    parameters: parameters(route, schemas),
    ...(body && {
      requestBody: { required: !route.bodyOptional, content: { 'application/json': requestBody(body, schemas) } },
    }),
    ...(stream && { requestBody: streamed(stream) }),
    ...(signatureHeader && { requestBody: signed(signedExample) }),
    responses: {
      ...answerResponses(route, schemas),
      ...problemResponses(route, addResponse),
      ...(forOperators && { 401: { $ref: '#/components/responses/log-in' } }),
    },
    ...(!path.startsWith('/v1') && { security: forOperators ? [{ basic: [] }] : [] }),
  }
}

function requestBody(body: z.ZodType, schemas: Schemas): object {
  const schema = schemas.of(body, 'input')
  const { examples = body.meta()?.examples } = resolve(schema, schemas.components)
  const named = ((examples ?? []) as unknown[]).map((value, at) => [String(at + 1), { value }])
  return { schema, ...(named.length > 0 && { examples: Object.fromEntries(named) }) }
}

const streamed = ({ mediaType, description, example }: StreamSpec) => ({
  description,
  required: true,
  content: { [mediaType]: { schema: { type: 'string' }, examples: { 1: { value: example } } } },
})

/** What is in it is for its sender to say. */
const signed = (example: unknown) => ({
  required: true,
  content: { 'application/json': { schema: { type: 'object' }, examples: { 1: { value: example } } } },
})

function parameters(route: Route, schemas: Schemas): object[] {
  const { path, params, query, headers, signatureHeader, idempotencyKey } = route
  const inPath = fields(params, schemas)
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name)
  return [
    ...names.map((name) => parameter('path', name, true, inPath.properties[name] ?? { type: 'string' })),
    ...described('query', query, schemas),
    ...described('header', headers, schemas),
    ...(signatureHeader ? [parameter('header', signatureHeader, true, { type: 'string' })] : []),
    ...(idempotencyKey ? [{ $ref: `#/components/parameters/idempotency-key-${idempotencyKey}` }] : []),
  ]
}

function described(where: 'query' | 'header', schema: z.ZodType | undefined, schemas: Schemas): object[] {
  const { properties, required } = fields(schema, schemas)
  // OpenAPI has no parameter of that name: an answer's media types say what can be asked for.
  const { accept: _, ...named } = properties
  return Object.entries(named).map(([name, each]) =>
    parameter(where, where === 'header' ? titled(name) : name, required.includes(name), each),
  )
}

function fields(schema: z.ZodType | undefined, schemas: Schemas) {
  const { properties = {}, required = [] } = schema ? schemas.of(schema, 'input') : {}
  return { properties: properties as Record<string, JsonSchema>, required: required as string[] }
}

function parameter(where: string, name: string, required: boolean, { description, ...schema }: JsonSchema): object {
  const [example] = (required ? (schema.examples ?? []) : []) as unknown[]
  return {
    name,
    in: where,
    required,
    ...(description !== undefined && { description }),
    schema,
    // /docs fills it in; what may be left out is left out there.
    ...(example !== undefined && { example }),
  }
}

/** `if-none-match` → `If-None-Match` */
const titled = (name: string) => name.replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase())

/** /docs sends a new one in its place. */
export const EXAMPLE_KEY = 'f2b1c7de-6a0f-4d2e-9a55-0c6d2f7f1b3e'

/** Whether a request with the header may be sent, or must. They stand under `components.parameters`. */
export const idempotencyKeys = Object.fromEntries(
  (['required', 'optional'] as const).map((need) => [
    `idempotency-key-${need}`,
    {
      name: 'Idempotency-Key',
      in: 'header',
      required: need === 'required',
      description:
        'Makes it safe to send the request again: the same key with the same request gets the first answer again, with `Idempotency-Replayed: true`. A new random one, such as a UUID, for each thing you want done.',
      schema: { type: 'string', minLength: 1, maxLength: 257 },
      example: EXAMPLE_KEY,
    },
  ]),
)
