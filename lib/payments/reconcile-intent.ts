// Acts on the comparison of a payment and its intent: in one transaction, on the locked row, once however often it is asked.
import type { Db, Trx } from '../db.ts'
import { AppError } from '../errors.ts'
import { isUuid, type JobId, newId } from '../ids.ts'
import { insertJob } from '../jobs/enqueue.ts'
import { Order } from '../models/order.ts'
import { Payment } from '../models/payment.ts'
import { beginCancellation, beginCapture } from '../orders/authorized.ts'
import { compareIntent, type FindingKind } from './reconcile.ts'
import type { BookedIntent, ProviderBooks } from './reconcile-books.ts'
import { fileFinding } from './reconcile-findings.ts'
import { hurry, type Outcome, openJobs, type Settle, type Sides, stoodStill, unchanged } from './reconcile-jobs.ts'
import { recordIntent } from './record.ts'
import { enqueueReversal } from './reversal.ts'

const FLOW_ATTEMPTS = 8

/**
 * Compares, without a lock.
 * @param listed the intent as a list showed it, perhaps a while ago; it saves asking where it agrees with our row
 * @returns what to do; undefined where they agree
 */
export async function examineIntent(
  { db, payments }: Sides,
  id: string,
  listed?: BookedIntent,
): Promise<Settle | undefined> {
  let before = await paymentOf(db, id, listed)
  if (listed && compare(before, listed).do === 'nothing') return undefined
  let intent = await payments.lookUpIntent(id)
  if (!before && intent) {
    before = await paymentOf(db, id, intent)
    if (before) intent = await payments.lookUpIntent(id)
  }
  const verdict = compare(before, intent)
  if (verdict.do === 'nothing') return undefined
  const isOrphan = verdict.do === 'file' && verdict.kind === 'orphan-charge'
  // Somebody has given it back: nobody's money is left.
  if (isOrphan && intent && intent.capturedAmount > 0 && (await heldOf(payments, intent)) <= 0) return undefined
  return (trx) => settle(trx, id, before, intent)
}

/** Whoever is at it, what agrees for a row that nobody works on agrees. */
const compare = (payment: Payment | undefined, intent: BookedIntent | undefined) =>
  compareIntent(payment, intent, { owned: false, orderOver: false })

async function heldOf(books: ProviderBooks, { id, capturedAmount }: BookedIntent): Promise<number> {
  const given = (await books.refundsOf(id)).filter((refund) => refund.status !== 'failed')
  return given.reduce((left, refund) => left - refund.amount, capturedAmount)
}

/** Does what the comparison says, on a row that nobody changes meanwhile. */
async function settle(
  trx: Trx,
  id: string,
  before: Payment | undefined,
  intent: BookedIntent | undefined,
): Promise<Outcome | undefined> {
  const payment = before && (await Payment.query(trx).findById(before.id).forNoKeyUpdate())
  if (!stoodStill(before, payment)) return undefined
  const order = payment && (await Order.query(trx).findById(payment.orderId))
  const jobs = payment ? await openJobs(trx, { paymentId: payment.id }) : []
  const orderOver = order?.state === 'cancelling' || order?.state === 'cancelled'
  const verdict = compareIntent(payment, intent, { owned: jobs.length > 0, orderOver })
  const report = (kind: FindingKind) => file(trx, kind, id, payment, intent)
  if (verdict.do === 'file') return report(verdict.kind)
  if (!payment || !intent || verdict.do === 'nothing') return unchanged
  if (verdict.do === 'hurry') return hurry(trx, jobs)
  if (verdict.do === 'file-and-reverse') {
    await enqueueReversal(trx, payment)
    return report(verdict.kind)
  }
  if (verdict.do === 'cancel-order' || verdict.do === 'complete-order') {
    const type = verdict.do === 'cancel-order' ? 'orders.cancel' : 'orders.capture'
    // First of all writes: where the account was faster, it is looked at again, and nothing is half done.
    const begun = await settleOrder(trx, order, type, intent.capturedAmount)
    if (begun === undefined) return undefined
    if (type === 'orders.cancel') return { ...unchanged, advanced: begun }
  }
  const after = await recordIntent(trx, payment, intent)
  const advanced = after.state !== payment.state
  if (!advanced) return unchanged
  if (verdict.do !== 'record-and-reverse') return { ...unchanged, advanced }
  await enqueueReversal(trx, after)
  return { ...(await report('late-capture')), advanced }
}

/** One that names our payment without being its intent is an orphan of that payment. */
async function paymentOf(db: Db | Trx, id: string, intent: BookedIntent | undefined): Promise<Payment | undefined> {
  const own = await Payment.query(db).findOne({ providerId: id })
  if (own || !intent?.paymentId || !isUuid(intent.paymentId)) return own
  return Payment.query(db).findById(intent.paymentId)
}

/** Starts the flow that ends an authorized order, as its account could. @returns false where the order is not authorized, undefined where it has just been taken by its account. */
async function settleOrder(
  trx: Trx,
  order: Order | undefined,
  type: 'orders.cancel' | 'orders.capture',
  amount: number,
): Promise<boolean | undefined> {
  if (order?.state !== 'authorized') return false
  const { id: orderId, accountId } = order
  const context = { trx, accountId, jobId: newId<JobId>() }
  try {
    const input =
      type === 'orders.cancel'
        ? { ...(await beginCancellation({ orderId }, context)).input, cause: 'authorization-expired' }
        : (await beginCapture({ orderId, amount }, context)).input
    await insertJob(trx, { id: context.jobId, type, input, accountId, maxAttempts: FLOW_ATTEMPTS })
    return true
  } catch (error) {
    if (error instanceof AppError && error.code === 'conflict') return undefined
    throw error
  }
}

async function file(
  trx: Trx,
  kind: FindingKind,
  subject: string,
  payment: Payment | undefined,
  intent: BookedIntent | undefined,
): Promise<Outcome> {
  const detail = {
    object: 'intent' as const,
    paymentId: payment?.id ?? null,
    ours: payment ? { state: payment.state, amount: payment.amount, currency: payment.currency } : null,
    provider: intent
      ? { state: intent.status, amount: intent.amount, captured: intent.capturedAmount, currency: intent.currency }
      : null,
  }
  const isNew = await fileFinding(trx, { kind, subject, accountId: payment?.accountId, detail })
  return { ...unchanged, found: kind, filed: isNew ? [{ kind, subject }] : [] }
}
