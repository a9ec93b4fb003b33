// The simulator's own calls, which Stripe does not have: what goes wrong, what happens by itself, where events go.
import Router from '@koa/router'
import parse from 'co-body'
import { z } from 'zod'
import type { RouteContext } from './calls.ts'
import type { Controls } from './controls.ts'
import { endpoints, nameOf } from './endpoints.ts'
import { invalid } from './errors.ts'
import { chaosSchema, type FaultScript, readFaults } from './faults.ts'
import { webhookChaosSchema } from './webhook-chaos.ts'
import { type Webhooks, webhookSchema } from './webhooks.ts'

interface Parts {
  controls: Controls
  faults: FaultScript
  webhooks: Webhooks
}

const failure = z.strictObject({ failure_reason: z.string().optional() })

/**
 * Bodies are JSON; what cannot be read is a 400 that says why.
 *
 * | call | body | what it does |
 * |---|---|---|
 * | `GET /simulator` | | faults played (by kind), webhooks sent, lost, doubled, waiting |
 * | `POST /faults` | `[{on, do, times, ms?}]` | the fault script, e.g. `{"on": "POST /v1/refunds", "do": "reset", "times": 2}` |
 * | `POST /simulator/chaos` | `{seed, rate, kinds?, delayMs?, silentMs?}` | random faults on every call of the API |
 * | `POST /simulator/webhook` | `{url, secret}` | where events go |
 * | `DELETE /simulator/webhook` | | nowhere any more; what waits is forgotten |
 * | `POST /simulator/webhook-chaos` | `{drop?, duplicate?, delayMs?, reorder?, seed?}` | lost, doubled, late, disordered events |
 * | `POST /simulator/calm` | | no faults and no chaos any more |
 * | `POST /simulator/refunds/:id/fail` | `{failure_reason?}` | a refund fails, though it may have succeeded |
 * | `POST /simulator/refunds/:id/succeed` | | a pending refund (`pm_card_pendingRefund`) succeeds |
 * | `POST /simulator/payment_intents/:id/expire` | | an authorization expires |
 * | `POST /simulator/events/:id/resend` | | an event is sent once more |
 */
export function controlRoutes({ controls, faults, webhooks }: Parts): Router {
  const router = new Router()
  const state = () => ({
    faults: { played: faults.played, playedByKind: faults.playedByKind },
    webhooks: { ...webhooks.counts, pending: webhooks.pending },
  })
  const post = (path: string, answer: (body: unknown, id: string) => unknown) =>
    router.post(path, async (context) => {
      const ctx: RouteContext = context
      const body = await readable(() => parse.json(ctx.req))
      ctx.body = await readable(() => answer(body, ctx.params.id ?? ''))
    })
  const names = endpoints.map(nameOf)

  router.get('/simulator', (ctx) => {
    ctx.body = state()
  })
  router.delete('/simulator/webhook', (ctx) => {
    webhooks.set(undefined)
    ctx.body = state()
  })
  post('/faults', (body) => {
    faults.load(readFaults(body, names))
    return { played: faults.played }
  })
  post('/simulator/chaos', (body) => {
    faults.chaos(chaosSchema.parse(body))
    return state()
  })
  post('/simulator/webhook', (body) => {
    webhooks.set(webhookSchema.parse(body))
    return state()
  })
  post('/simulator/webhook-chaos', (body) => {
    webhooks.chaos(webhookChaosSchema.parse(body))
    return state()
  })
  post('/simulator/calm', () => {
    controls.calm()
    return state()
  })
  post('/simulator/refunds/:id/fail', (body, id) => controls.failRefund(id, failure.parse(body).failure_reason))
  post('/simulator/refunds/:id/succeed', (_, id) => controls.succeedRefund(id))
  post('/simulator/payment_intents/:id/expire', (_, id) => controls.expireIntent(id))
  post('/simulator/events/:id/resend', (_, id) => controls.resendEvent(id))
  return router
}

/** A body that cannot be read is the caller's error. */
async function readable<R>(read: () => R | Promise<R>): Promise<R> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof SyntaxError) throw invalid(error.message)
    throw error
  }
}
