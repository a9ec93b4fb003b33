// The raw limit of the web programs: Koa and its router answering a constant.
import Router from '@koa/router'
import { serve } from './web.ts'

const router = new Router()
router.get('/', (ctx) => {
  ctx.body = { hello: 'world' }
})
await serve(router, async () => {})
