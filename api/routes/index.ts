// Every route there is, by who may call it. /openapi.json describes them all; api/app.ts puts each list behind its guard.
import type { Route } from '../route.ts'
import { batchRoutes } from './batches.ts'
import { discrepancyRoutes } from './discrepancies.ts'
import { emailRoutes } from './emails.ts'
import { healthRoutes } from './health.ts'
import { importRoutes } from './imports.ts'
import { inventoryRoutes } from './inventory.ts'
import { jobRoutes } from './jobs/index.ts'
import { metricsRoutes } from './metrics.ts'
import { orderRoutes } from './orders.ts'
import { paymentRoutes } from './payments.ts'
import { problemRoutes } from './problems.ts'
import { scheduleRoutes } from './schedules.ts'
import { suppressionRoutes } from './suppressions.ts'
import { webhookRoutes } from './webhooks.ts'
import { welcomeRoutes } from './welcome.ts'

/** Without a key. */
export const openRoutes: Route[] = [...welcomeRoutes, ...healthRoutes, ...problemRoutes, ...webhookRoutes]

/** With an account's API key. */
export const accountRoutes: Route[] = [
  ...orderRoutes,
  ...paymentRoutes,
  ...emailRoutes,
  ...suppressionRoutes,
  ...inventoryRoutes,
  ...importRoutes,
  ...jobRoutes,
  ...batchRoutes,
  ...scheduleRoutes,
]

/** With an operator's login: /ops and /metrics. */
export const operatorRoutes: Route[] = [...discrepancyRoutes, ...metricsRoutes]
