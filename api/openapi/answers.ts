// The responses of an operation that are no problems: their bodies with an example, their headers, and where they lead.
import { z } from 'zod'
import { isUnder } from '../middleware/prefix.ts'
import { JobView } from '../presenters/job.ts'
import type { AnswerSpec, Route } from '../route.ts'
import { sample } from './sample.ts'
import type { Schemas } from './schemas.ts'

const HEADERS = '#/components/headers/'
const limited = {
  RateLimit: { $ref: `${HEADERS}RateLimit` },
  'RateLimit-Policy': { $ref: `${HEADERS}RateLimit-Policy` },
}

/** Headers of many answers, as they stand under components. */
export const usualHeaders = {
  'X-Request-Id': {
    description: 'Names this request in the log; quote it when you ask the operators.',
    required: true,
    schema: { type: 'string', format: 'uuid' },
  },
  RateLimit: {
    description: 'How many requests are left of each quota, and for how long (draft-ietf-httpapi-ratelimit-headers).',
    schema: { type: 'string', examples: ['"key";r=99;t=1'] },
  },
  'RateLimit-Policy': {
    description: 'The quotas: how many requests in how many seconds.',
    schema: { type: 'string', examples: ['"key";q=100;w=1'] },
  },
}

/** From an answer with a job or a batch that is not at its end to the operations that follow it. */
function linksFrom(body: z.ZodType | undefined): Record<string, object> {
  const links: Record<string, object> = {}
  const add = (name: string, operationId: string, id: string, description: string) => {
    links[name] = { operationId, parameters: { id: `$response.body#/${id}` }, description }
  }
  const shape = body instanceof z.ZodObject ? body.shape : {}
  const job = 'job' in shape ? 'job/id' : body === JobView && 'id'
  if (job) {
    add('followJob', 'getJob', job, 'Follow the job until it is final.')
    add('followJobLive', 'followJob', job, 'Its events, until it is final.')
  }
  if ('batch' in shape) add('followBatch', 'getBatch', 'batch/id', 'Follow the batch until all of its jobs are final.')
  return links
}

/** Where a job or a batch has just been handed over or steered: what only shows one leads back to itself. */
const leadsOn = ({ method }: Route, status: string) => method !== 'get' || status === '202'

export function answerResponses(route: Route, schemas: Schemas): Record<string, object> {
  const usual = isUnder('/v1', route.path) ? limited : {}
  const responses = Object.entries(route.answers).map(([status, spec]) => {
    const links = leadsOn(route, status) ? linksFrom(spec.body) : {}
    return [status, { ...response(spec, schemas, usual), ...(Object.keys(links).length > 0 && { links }) }]
  })
  return Object.fromEntries(responses)
}

/** @param usual headers that all answers of the area may have */
function response(answer: AnswerSpec, schemas: Schemas, usual: object): object {
  const { description, body, mediaType = body && 'application/json', alternatives = [], headers = {} } = answer
  const content = Object.fromEntries([
    ...(mediaType ? [[mediaType, body ? json(body, schemas) : text(answer.example)]] : []),
    ...alternatives.map((each) => [each, text()]),
  ])
  return {
    description,
    headers: { 'X-Request-Id': { $ref: `${HEADERS}X-Request-Id` }, ...usual, ...headersOf(headers) },
    ...(Object.keys(content).length > 0 && { content }),
  }
}

const text = (example?: string) => ({ schema: { type: 'string' }, ...(example !== undefined && { example }) })

function json(body: z.ZodType, schemas: Schemas): object {
  const schema = schemas.of(body, 'output')
  return { schema, example: sample(schema, schemas.components) }
}

/** Numbers, where a header has them; all others are strings. */
const integers = ['Retry-After']

function headersOf(headers: NonNullable<AnswerSpec['headers']>): object {
  const described = Object.entries(headers).map(([name, about]) => {
    const description = typeof about === 'string' ? about : about.description
    const schema = { type: integers.includes(name) ? 'integer' : 'string' }
    return [name, { description, required: typeof about === 'string', schema }]
  })
  return Object.fromEntries(described)
}
