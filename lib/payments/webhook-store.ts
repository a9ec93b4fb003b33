// Stores an event and the job that will process it in one transaction, once for each id of the sender's: what was
// acknowledged is not lost, and what comes again changes nothing.
import type { Trx } from '../db.ts'
import { type AccountId, type JobId, newId, SYSTEM_ACCOUNT, type WebhookEventId } from '../ids.ts'
import { insertJob } from '../jobs/enqueue.ts'
import { Payment } from '../models/payment.ts'
import { WebhookEvent } from '../models/webhook-event.ts'
import type { ProviderEvent } from './webhook.ts'

const source = 'stripe'

/**
 * @param maxAttempts of the job that processes the event
 * @returns `new`; `known` when it was stored before; `differs` when what was stored had another body: the first one stands
 */
export async function storeEvent(
  trx: Trx,
  event: ProviderEvent,
  body: Buffer,
  maxAttempts: number,
): Promise<'new' | 'known' | 'differs'> {
  const accountId = await ownerOf(trx, event)
  const id = newId<WebhookEventId>()
  const jobId = event.about ? newId<JobId>() : null
  const { id: eventId, type, occurredAt, about } = event
  const inserted: unknown[] = await trx('webhookEvents')
    .insert({ id, accountId, source, eventId, type, objectId: about?.objectId ?? null, body, occurredAt, jobId })
    .onConflict(['source', 'eventId'])
    .ignore()
    .returning('id')
  if (inserted.length === 0) {
    const same = await WebhookEvent.query(trx).findOne({ source, eventId, body }).select('id')
    return same ? 'known' : 'differs'
  }
  if (jobId) {
    await insertJob(trx, { id: jobId, type: 'webhooks.process', input: { eventRowId: id }, accountId, maxAttempts })
  }
  return 'new'
}

/** The account of the payment it is about. An early event may name a payment whose row does not know its intent yet. */
async function ownerOf(trx: Trx, { about }: ProviderEvent): Promise<AccountId> {
  if (!about) return SYSTEM_ACCOUNT
  const { intentId, paymentId } = about
  const payment =
    (intentId && (await Payment.query(trx).findOne({ providerId: intentId }))) ||
    (paymentId && (await Payment.query(trx).findById(paymentId))) ||
    undefined
  return payment?.accountId ?? SYSTEM_ACCOUNT
}
