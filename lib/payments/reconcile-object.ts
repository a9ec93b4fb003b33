// Looks at an object of the provider's that something told us of.
import { examineIntent } from './reconcile-intent.ts'
import type { Settle, Sides } from './reconcile-jobs.ts'
import { examineRefund } from './reconcile-refund.ts'

/** Ids say what they are of: `pi_…` an intent, any other a refund. https://docs.stripe.com/api */
export const examineObject = (sides: Sides, id: string): Promise<Settle | undefined> =>
  id.startsWith('pi_') ? examineIntent(sides, id) : examineRefund(sides, { id })
