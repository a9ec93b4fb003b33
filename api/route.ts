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

export interface Request<Params = Record<string, string>, Body = unknown> {
  params: Params
  body: Body
  /** Whose key the caller used; routes outside /v1 must not read it. */
  accountId: AccountId
  /** What the idempotency fingerprint covers besides the body. */
  method: string
  path: string
  idempotencyKey: string | undefined
  deps: ApiDeps
}

export interface Route {
  method: 'get' | 'post'
  /** As @koa/router takes it: `/v1/orders/:id`. */
  path: string
  summary: string
  /** A path whose parameters do not fit is a 404: there is no such resource. */
  params?: z.ZodType
  body?: z.ZodType
  idempotencyKey?: 'required' | 'optional'
  /** Status and meaning of its answers, for the documentation. */
  answers: Record<number, string>
  handle(request: Request<never, never>): Promise<Answer>
}

interface RouteSpec<Params extends z.ZodType, Body extends z.ZodType>
  extends Omit<Route, 'params' | 'body' | 'handle'> {
  params?: Params
  body?: Body
  handle(request: Request<z.infer<Params>, z.infer<Body>>): Promise<Answer>
}

/** States a route; its handler sees the types its schemas produce. */
export const route = <Params extends z.ZodType, Body extends z.ZodType>(spec: RouteSpec<Params, Body>): Route =>
  spec as Route

/** What the middleware before the routes leaves behind. */
interface State {
  accountId?: AccountId
}
export type Context = ParameterizedContext<State>
