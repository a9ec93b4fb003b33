// Corrects the stock of one product.
import { z } from 'zod'
import { type AdjustmentId, idSchema } from '../../lib/ids.ts'
import { acceptedAs, defineJob } from '../../lib/jobs/define.ts'
import { AdjustmentRequest, applyAdjustment, openAdjustment } from '../../lib/stock/adjust.ts'

const Input = z.object({ adjustmentId: idSchema<AdjustmentId>() })

declare module '../../lib/jobs/definition.ts' {
  interface JobInputs {
    'inventory.adjust': z.infer<typeof Input>
  }
}

export default defineJob({
  type: 'inventory.adjust',
  summary: 'Corrects the stock of one product, by a difference or to an absolute figure.',
  input: Input,
  public: acceptedAs({
    request: AdjustmentRequest,
    idempotencyKey: 'required',
    accept: async (request, { trx, accountId }) => {
      const { id } = await openAdjustment(trx, accountId, request)
      return { input: { adjustmentId: id } }
    },
  }),
  // What was refused has changed nothing.
  whenRetried: async () => {},
  run: ({ adjustmentId }, { commit }) =>
    commit(async (trx) => {
      const { onHand, reserved, version } = await applyAdjustment(trx, { id: adjustmentId })
      return { onHand, reserved, available: onHand - reserved, version }
    }),
})
