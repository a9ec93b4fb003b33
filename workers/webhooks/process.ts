// Does what an event of the payment provider calls for. The event only says what to look at: the object is read as it is now,
// so early, late, repeated and reordered events are all the same.
import { z } from 'zod'
import { PermanentError, RetryLater } from '../../lib/errors.ts'
import { idSchema, type WebhookEventId } from '../../lib/ids.ts'
import { defineJob } from '../../lib/jobs/define.ts'
import type { JobContext } from '../../lib/jobs/definition.ts'
import { WebhookEvent } from '../../lib/models/webhook-event.ts'
import { tellOperators } from '../../lib/payments/reconcile-findings.ts'
import { type Settle, unchanged } from '../../lib/payments/reconcile-jobs.ts'
import { examineObject } from '../../lib/payments/reconcile-object.ts'
import { AnswerLost } from '../../lib/payments/refusal.ts'

const PROVIDER_DOWN_MS = 5_000
const LOOK_AGAIN_MS = 500

const Input = z.strictObject({ eventRowId: idSchema<WebhookEventId>() })

declare module '../../lib/jobs/definition.ts' {
  interface JobInputs {
    'webhooks.process': z.infer<typeof Input>
  }
}

export default defineJob({
  type: 'webhooks.process',
  summary: 'Does what an event of the payment provider calls for.',
  input: Input,
  cancel: 'never',
  whenExhausted: 'ask',
  async run({ eventRowId }, context) {
    const event = await WebhookEvent.query(context.db).findById(eventRowId).select('objectId')
    if (!event) throw new PermanentError('not-found', 'The event is not stored, or not any more.')
    const { objectId } = event
    const settle = objectId === null ? undefined : await examine(objectId, context)
    let filed: { kind: string; subject: string }[] = []
    const settled = await context.commit(async (trx) => {
      const outcome = settle ? await settle(trx) : unchanged
      if (!outcome) throw new RetryLater(LOOK_AGAIN_MS, 'our row changed while it was compared')
      filed = outcome.filed
      if (filed.length > 0) await tellOperators(trx, context, filed.length)
      return { objectId, advanced: outcome.advanced, found: outcome.found ?? null }
    })
    for (const { kind, subject } of filed) context.log.error({ kind, subject }, 'a discrepancy was filed')
    return settled
  },
})

async function examine(objectId: string, context: JobContext): Promise<Settle | undefined> {
  try {
    return await examineObject(context, objectId)
  } catch (error) {
    if (!(error instanceof AnswerLost)) throw error
    throw new RetryLater(PROVIDER_DOWN_MS, 'the payment provider cannot be asked', { cause: error })
  }
}
