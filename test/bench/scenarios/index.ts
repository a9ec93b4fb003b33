// The scenarios, in the order in which they run.
import type { Scenario } from '../measure/shape.ts'
import { accept } from './accept.ts'
import { limits } from './limits.ts'
import { poll } from './poll.ts'
import { work } from './process.ts'

export const scenarios: Scenario[] = [limits, accept, poll, work]
