// The shop's web program without Errand: `POST /orders` is answered 202 when the order and its first job are committed.
import Router from '@koa/router'
import parse from 'co-body'
import type { Knex } from 'knex'
import { serve } from '../web.ts'
import { OrderRequest, placeOrder, UnknownSku } from './place.ts'
import type { Enqueue } from './steps.ts'

export async function serveOrders(db: Knex, enqueue: Enqueue, close: () => Promise<unknown>): Promise<void> {
  const router = new Router()
  router.post('/orders', async (ctx) => {
    const request = OrderRequest.safeParse(await parse.json(ctx.req))
    ctx.status = 422
    if (!request.success) {
      ctx.body = { issues: request.error.issues }
      return
    }
    try {
      ctx.body = { id: await placeOrder(db, enqueue, request.data) }
      ctx.status = 202
    } catch (error) {
      if (!(error instanceof UnknownSku)) throw error
      ctx.body = { unknownSku: error.message }
    }
  })
  await serve(router, async () => {
    await close()
    await db.destroy()
  })
}
