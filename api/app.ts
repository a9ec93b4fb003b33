// The HTTP application: every request passes here from top to bottom.
import Koa from 'koa'
import helmet from 'koa-helmet'
import type { ApiDeps } from './deps.ts'
import { authenticate } from './middleware/authenticate.ts'
import { operatorsOnly } from './middleware/operators-only.ts'
import { answerProblems } from './middleware/problems.ts'
import { logRequests } from './middleware/request-log.ts'
import { readTarget } from './middleware/target.ts'
import { mountRoutes } from './mount.ts'
import { describeApi } from './openapi.ts'
import { dashboard } from './routes/dashboard.ts'
import { discrepancyRoutes } from './routes/discrepancies.ts'
import { emailRoutes } from './routes/emails.ts'
import { healthRoutes } from './routes/health.ts'
import { inventoryRoutes } from './routes/inventory.ts'
import { jobRoutes } from './routes/jobs.ts'
import { metricsRoutes } from './routes/metrics.ts'
import { orderRoutes } from './routes/orders.ts'
import { paymentRoutes } from './routes/payments.ts'
import { problemRoutes } from './routes/problems.ts'
import { suppressionRoutes } from './routes/suppressions.ts'
import { webhookRoutes } from './routes/webhooks.ts'

/** Nothing from other hosts. `upgrade-insecure-requests` would break a dashboard that is served over plain HTTP. */
const contentPolicy = {
  styleSrc: ["'self'", "'unsafe-inline'"],
  fontSrc: ["'self'", 'data:'],
  upgradeInsecureRequests: null,
}

export function createApp(deps: ApiDeps): Koa {
  const open = [...healthRoutes, ...webhookRoutes]
  const routes = [
    ...orderRoutes,
    ...paymentRoutes,
    ...emailRoutes,
    ...suppressionRoutes,
    ...inventoryRoutes,
    ...jobRoutes,
    ...problemRoutes,
  ]

  const app = new Koa()
  app.use(logRequests(deps.log))
  app.use(answerProblems(deps.log))
  app.use(readTarget)
  app.use(helmet({ contentSecurityPolicy: { directives: contentPolicy } }))
  app.use(
    mountRoutes(
      [...open, describeApi([...routes, ...open, ...discrepancyRoutes, ...metricsRoutes], deps.catalogue)],
      deps,
    ),
  )
  app.use(operatorsOnly('/ops', deps.operator))
  app.use(dashboard('/ops/queues', deps.engine))
  app.use(mountRoutes(discrepancyRoutes, deps))
  app.use(operatorsOnly('/metrics', deps.operator))
  app.use(mountRoutes(metricsRoutes, deps))
  app.use(authenticate('/v1', deps.db))
  app.use(mountRoutes(routes, deps))
  app.on('error', (error) => deps.log.error({ err: error }, 'answer failed'))
  return app
}
