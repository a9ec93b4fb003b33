// What a route is: the schemas that validate its request and describe it in /openapi.json, and a handler that returns an
// answer. Handlers touch no Koa context.
import type { ParameterizedContext } from 'koa'
import type { z } from 'zod'
import type { AccountId } from '../lib/ids.ts'
import type { Room } from '../lib/limits/body-budget.ts'
import type { ProblemCode } from '../lib/problems.ts'
import type { ApiDeps } from './deps.ts'
import type { BodyStream, StreamSpec } from './request/stream.ts'

export interface Answer {
  status: number
  body: unknown
  headers?: Record<string, string>
}

export interface Request<Params = Record<string, string>, Body = unknown, Query = unknown, Headers = unknown> {
  params: Params
  query: Query
  body: Body
  /** What the route's `headers` make of the request's: names in lower case. */
  headers: Headers
  /** The body as it came and the signature that covers it; routes without a signature must not read it. */
  signed: { body: Buffer; signature: string }
  /** The body as it comes in; routes without `stream` must not read it. */
  stream: BodyStream
  /** Whose key the caller used; routes outside /v1 must not read it. */
  accountId: AccountId
  /** The id of that key. */
  keyId: string | undefined
  /** What the idempotency fingerprint covers besides the body. */
  method: string
  path: string
  idempotencyKey: string | undefined
  /** How large its body is; Infinity where that is not said beforehand. */
  bytes: number
  /** Aborted when the connection closes: nobody waits for the answer any more. */
  signal: AbortSignal
  deps: ApiDeps
}

/** One of a route's answers, for the documentation and for the tests that hold the answers against it. */
export interface AnswerSpec {
  description: string
  /** The shape of a JSON body; none where the body is something else. */
  body?: z.ZodType
  /** The media type of a body that is not JSON. */
  mediaType?: string
  /** Of a body that is not JSON; JSON has the examples of its schema. */
  example?: string
  /** Media types besides that one, where the request's Accept asks for them. */
  alternatives?: string[]
  /** Headers beside the usual ones, by name, with what they say. */
  headers?: Record<string, string | SometimesHeader>
}

/** A header that not each of these answers has. */
interface SometimesHeader {
  description: string
  optional: true
}

export interface Route {
  method: 'get' | 'post' | 'put' | 'delete'
  /** As @koa/router takes it: `/v1/orders/:id`. */
  path: string
  summary: string
  /** What the summary, the parameters and the answers do not say (CommonMark). */
  description?: string
  /** Where the name that its method and path make is not a good one. */
  operationId?: string
  /** A path whose parameters do not fit is a 404: there is no such resource. */
  params?: z.ZodType
  query?: z.ZodType
  /** Headers that the route reads, by their names in lower case. */
  headers?: z.ZodType
  body?: z.ZodType
  /** Up to LARGE_LIMIT_BYTES instead of LIMIT_BYTES of api/request/body.ts. */
  largeBody?: boolean
  /** A request without a body is taken for one with `{}`. */
  bodyOptional?: boolean
  /** The header that signs the body, which is then taken byte for byte instead of parsed. */
  signatureHeader?: string
  /** A body that could be signed. */
  signedExample?: object
  /** The body is no JSON and may be large: the handler reads it as it comes in. */
  stream?: StreamSpec
  idempotencyKey?: 'required' | 'optional'
  /** Its answers by status; problems need no mention unless they mean something of their own. */
  answers: Record<number, AnswerSpec>
  /** The problems it answers with besides those that its path, headers, body and key can have. */
  problems?: ProblemCode[]
  handle(request: Request<never, never, never, never>): Promise<Answer>
}

interface RouteSpec<
  Params extends z.ZodType,
  Body extends z.ZodType,
  Query extends z.ZodType,
  Headers extends z.ZodType,
> extends Omit<Route, 'params' | 'query' | 'body' | 'headers' | 'handle'> {
  params?: Params
  query?: Query
  headers?: Headers
  body?: Body
  handle(request: Request<z.infer<Params>, z.infer<Body>, z.infer<Query>, z.infer<Headers>>): Promise<Answer>
}

/** States a route; its handler sees the types its schemas produce. */
export const route = <
  Params extends z.ZodType,
  Body extends z.ZodType,
  Query extends z.ZodType,
  Headers extends z.ZodType,
>(
  spec: RouteSpec<Params, Body, Query, Headers>,
): Route => spec as Route

/** What the middleware before the routes leaves behind. */
interface State {
  accountId?: AccountId
  /** The API key that was used. */
  keyId?: string
  /** What its body may take of the memory. */
  room?: Room
}
export type Context = ParameterizedContext<State>
