// The scenarios, in the order in which they run.
import type { Scenario } from '../measure/shape.ts'
import { accept } from './accept.ts'
import { fairness } from './fairness.ts'
import { growth } from './growth.ts'
import { hotSku } from './hot-sku.ts'
import { latency } from './latency.ts'
import { limits } from './limits.ts'
import { orders } from './orders.ts'
import { poll } from './poll.ts'
import { work } from './process.ts'
import { scale } from './scale.ts'
import { soak } from './soak.ts'

export const scenarios: Scenario[] = [
  limits,
  accept,
  poll,
  work,
  latency,
  orders,
  hotSku,
  growth,
  fairness,
  scale,
  soak,
]
