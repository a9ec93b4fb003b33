// Takes the held stock of a paid order out of what is on hand.
import { z } from 'zod'
import { idSchema, type OrderId } from '../../lib/ids.ts'
import { defineJob } from '../../lib/jobs/define.ts'
import { commitTogether } from '../../lib/stock/holds-together.ts'

const Input = z.object({ orderId: idSchema<OrderId>() })

declare module '../../lib/jobs/definition.ts' {
  interface JobInputs {
    'inventory.commit': z.infer<typeof Input>
  }
}

export default defineJob({
  type: 'inventory.commit',
  summary: 'Takes the held stock of a paid order out of what is on hand.',
  input: Input,
  run: ({ orderId }, { commit }) => commit(commitTogether(orderId)),
})
