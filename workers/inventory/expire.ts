// Lets go of held stock whose order was not charged in time. Each batch stands for itself: a repeat finds what is left.
import { z } from 'zod'
import { defineJob } from '../../lib/jobs/define.ts'
import { codeOf } from '../../lib/problems.ts'
import { expireHolds } from '../../lib/stock/holds.ts'

const Input = z.object({})

declare module '../../lib/jobs/definition.ts' {
  interface JobInputs {
    'inventory.expire': z.infer<typeof Input>
  }
}

export default defineJob({
  type: 'inventory.expire',
  summary: 'Lets go of held stock whose order was not charged in time.',
  input: Input,
  recurring: { everyMs: 60_000 },
  whenFailed: async (_, _trx, error) => `held stock may be overdue (${codeOf(error)})`,
  async run(_, { db, signal, commit }) {
    let expired = 0
    for (let more = true; more && !signal.aborted; ) {
      const batch = await expireHolds(db)
      expired += batch.expired
      more = batch.more
    }
    return commit({ expired })
  },
})
