// Holds the stock of an order's lines, all or none.
import { z } from 'zod'
import { idSchema, type OrderId } from '../../lib/ids.ts'
import { defineJob } from '../../lib/jobs/define.ts'
import { holdTogether } from '../../lib/stock/holds-together.ts'

const Input = z.object({ orderId: idSchema<OrderId>() })

declare module '../../lib/jobs/definition.ts' {
  interface JobInputs {
    'inventory.reserve': z.infer<typeof Input>
  }
}

export default defineJob({
  type: 'inventory.reserve',
  summary: "Holds the stock of an order's lines, all or none.",
  input: Input,
  run: ({ orderId }, { commit }) => commit(holdTogether(orderId)),
})
