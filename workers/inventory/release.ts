// Gives back the stock that an order holds: the undo of inventory.reserve.
import { z } from 'zod'
import { idSchema, type OrderId } from '../../lib/ids.ts'
import { defineJob } from '../../lib/jobs/define.ts'
import { releaseStock } from '../../lib/stock/holds.ts'

const Input = z.object({ orderId: idSchema<OrderId>() })

declare module '../../lib/jobs/definition.ts' {
  interface JobInputs {
    'inventory.release': z.infer<typeof Input>
  }
}

export default defineJob({
  type: 'inventory.release',
  summary: 'Gives back the stock that an order holds.',
  input: Input,
  cancel: 'never',
  // Stock that a charge has bound is freed by nobody else.
  whenExhausted: 'ask',
  run: ({ orderId }, { commit }) => commit(async (trx) => ({ released: await releaseStock(trx, orderId) })),
})
