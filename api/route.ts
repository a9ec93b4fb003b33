// What a route is: the schemas that validate its request and describe it in /openapi.json, and a handler that returns an
// answer. Handlers touch no Koa context.
import type { ParameterizedContext } from 'koa'
import type { z } from 'zod'
import type { AccountId } from '../lib/ids.ts'
import type { ApiDeps } from './deps.ts'

export interface Answer {
  status: number
  body: unknown
  headers?: Record<string, string>
}

export interface Request<Params = Record<string, string>, Body = unknown, Query = unknown> {
  params: Params
  query: Query
  body: Body
  /** The body as it came and the signature that covers it; routes without a signature must not read it. */
  signed: { body: Buffer; signature: string }
  /** Whose key the caller used; routes outside /v1 must not read it. */
  accountId: AccountId
  /** What the idempotency fingerprint covers besides the body. */
  method: string
  path: string
  idempotencyKey: string | undefined
  deps: ApiDeps
}

export interface Route {
  method: 'get' | 'post' | 'delete'
  /** As @koa/router takes it: `/v1/orders/:id`. */
  path: string
  summary: string
  /** A path whose parameters do not fit is a 404: there is no such resource. */
  params?: z.ZodType
  query?: z.ZodType
  body?: z.ZodType
  /** The header that signs the body, which is then taken byte for byte instead of parsed. */
  signatureHeader?: string
  idempotencyKey?: 'required' | 'optional'
  /** Status and meaning of its answers, for the documentation. */
  answers: Record<number, string>
  handle(request: Request<never, never, never>): Promise<Answer>
}

interface RouteSpec<Params extends z.ZodType, Body extends z.ZodType, Query extends z.ZodType>
  extends Omit<Route, 'params' | 'query' | 'body' | 'handle'> {
  params?: Params
  query?: Query
  body?: Body
  handle(request: Request<z.infer<Params>, z.infer<Body>, z.infer<Query>>): Promise<Answer>
}

/** States a route; its handler sees the types its schemas produce. */
export const route = <Params extends z.ZodType, Body extends z.ZodType, Query extends z.ZodType>(
  spec: RouteSpec<Params, Body, Query>,
): Route => spec as Route

/** What the middleware before the routes leaves behind. */
interface State {
  accountId?: AccountId
}
export type Context = ParameterizedContext<State>
