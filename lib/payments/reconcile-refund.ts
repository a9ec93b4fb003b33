// Acts on the comparison of a refund and the provider's: in one transaction, on the locked row, once however often it is asked.
import type { Db, Trx } from '../db.ts'
import { isUuid, type RefundId } from '../ids.ts'
import { Payment, Refund } from '../models/payment.ts'
import { compareRefund, type FindingKind } from './reconcile.ts'
import type { BookedRefund, ProviderBooks } from './reconcile-books.ts'
import { fileFinding } from './reconcile-findings.ts'
import { hurry, type Outcome, openJobs, type Settle, type Sides, stoodStill, unchanged } from './reconcile-jobs.ts'
import { recordRefund } from './refund.ts'
import { leftToReverse, recordRefundFailedLater, reverseWhereOver } from './reversal.ts'

/** A refund of the provider's by its id, or one of ours of which we know none. */
export type Subject = { id: string } | { refundId: RefundId }

/**
 * Compares, without a lock.
 * @param listed the refund as a list showed it, perhaps a while ago; it saves asking where it agrees with our row
 * @returns what to do; undefined where they agree
 */
export async function examineRefund(
  { db, payments }: Sides,
  subject: Subject,
  listed?: BookedRefund,
): Promise<Settle | undefined> {
  let before = await rowsOf(db, subject, listed)
  if (listed && compare(before, listed).do === 'nothing') return undefined
  let refund = await lookUp(payments, subject, before)
  if (!before.row && refund) {
    before = await rowsOf(db, subject, refund)
    if (before.row) refund = await lookUp(payments, subject, before)
  }
  const { row, payment } = before
  if (!row && payment && refund?.status === 'failed') return (trx) => reverseLeft(trx, payment)
  if (compare(before, refund).do === 'nothing') return undefined
  return (trx) => settle(trx, subject, before, refund)
}

/** What somebody gave back past us, and failed, is ours to give back where the order does not happen. */
async function reverseLeft(trx: Trx, { id: paymentId, accountId }: Payment): Promise<Outcome> {
  if ((await leftToReverse(trx, paymentId)) > 0) await reverseWhereOver(trx, { paymentId, accountId, reversal: false })
  return unchanged
}

/** Whoever is at it, what agrees for a row that nobody works on agrees. */
const compare = ({ row, payment }: Rows, refund: BookedRefund | undefined) =>
  compareRefund(row, payment, refund, { owned: false })

async function lookUp(books: ProviderBooks, subject: Subject, { payment }: Rows): Promise<BookedRefund | undefined> {
  if ('id' in subject) return books.lookUpRefund(subject.id)
  if (!payment?.providerId) return undefined
  const made = (await books.refundsOf(payment.providerId)).filter((refund) => refund.refundId === subject.refundId)
  return made.find((refund) => refund.status !== 'failed') ?? made[0]
}

/** Does what the comparison says, on a row that nobody changes meanwhile. */
async function settle(
  trx: Trx,
  subject: Subject,
  before: Rows,
  refund: BookedRefund | undefined,
): Promise<Outcome | undefined> {
  const { payment } = before
  const row = before.row && (await Refund.query(trx).findById(before.row.id).forNoKeyUpdate())
  if (!stoodStill(before.row, row)) return undefined
  const jobs = row ? await jobsOf(trx, row) : []
  const verdict = compareRefund(row, payment, refund, { owned: jobs.length > 0 })
  const report = (kind: FindingKind) => file(trx, kind, subject, { row, payment }, refund)
  if (verdict.do === 'file') return report(verdict.kind)
  if (!row || !refund || verdict.do === 'nothing') return unchanged
  if (verdict.do === 'hurry') return hurry(trx, jobs)
  if (verdict.do === 'record') {
    const advanced = await recordRefund(trx, row, refund)
    const open = advanced && refund.status === 'failed' && (await reverseWhereOver(trx, row))
    return { ...(open ? await report('refund-failed-later') : unchanged), advanced }
  }
  const advanced = await recordRefundFailedLater(trx, row, refund.failureCode ?? 'unknown')
  return { ...(await report('refund-failed-later')), advanced }
}

interface Rows {
  row: Refund | undefined
  /** Of the row, or, without one, of the intent that was given back. */
  payment: Payment | undefined
}

async function rowsOf(db: Db, subject: Subject, refund: BookedRefund | undefined): Promise<Rows> {
  const named = 'refundId' in subject ? subject.refundId : (refund?.refundId ?? '')
  const own = 'id' in subject ? await Refund.query(db).findOne({ providerId: subject.id }) : undefined
  const row = own ?? (isUuid(named) ? await Refund.query(db).findById(named) : undefined)
  if (row) return { row, payment: await Payment.query(db).findById(row.paymentId) }
  const { intentId = null } = refund ?? {}
  return { row, payment: intentId === null ? undefined : await Payment.query(db).findOne({ providerId: intentId }) }
}

/** A reversal is the work of its payment's job. */
const jobsOf = async (trx: Trx, { id: refundId, paymentId, reversal }: Refund) => [
  ...(await openJobs(trx, { refundId })),
  ...(reversal ? (await openJobs(trx, { paymentId })).filter((job) => job.type === 'payments.reverse') : []),
]

async function file(
  trx: Trx,
  kind: FindingKind,
  about: Subject,
  { row, payment }: Rows,
  refund: BookedRefund | undefined,
): Promise<Outcome> {
  const subject = 'id' in about ? about.id : about.refundId
  const detail = {
    object: 'refund' as const,
    refundId: row?.id ?? null,
    paymentId: payment?.id ?? null,
    ours: row && payment ? { state: row.state, amount: row.amount, currency: payment.currency } : null,
    provider: refund ? { state: refund.status, amount: refund.amount, currency: refund.currency } : null,
  }
  const isNew = await fileFinding(trx, { kind, subject, accountId: payment?.accountId, detail })
  return { ...unchanged, found: kind, filed: isNew ? [{ kind, subject }] : [] }
}
