// Every change of a mail's state. Each is written in a transaction that the attempt's claim fences, and says absolutely what
// it says, so that it may run twice. `copies` counts the copies that the recipient may have got.
import { raw } from 'objection'
import type { Trx } from '../db.ts'
import { AppError, PermanentError } from '../errors.ts'
import type { EmailId } from '../ids.ts'
import { Email } from '../models/email.ts'
import type { Problem } from '../problems.ts'
import { suppressionOf } from './suppress.ts'

/** The first and three more, each handed over without an answer: then nothing more is sent, and an operator is told. */
export const MAX_COPIES = 4

type Copies = Pick<Email, 'id' | 'copies'>

/**
 * → sending, before the first byte of a copy.
 * @throws PermanentError recipient-suppressed
 */
export async function beginCopy(trx: Trx, email: Email): Promise<void> {
  const begun = await write(trx, email, {
    state: 'sending',
    copies: email.copies + 1,
    handedOverAt: raw('now()'),
  }).whereNotExists(suppressionOf(trx, email))
  if (begun === 0) throw recipientSuppressed()
}

/** sending → sent */
export const recordSent = (trx: Trx, { id, copies }: Copies) =>
  write(trx, { id }, { state: 'sent', copies: copies + 1, sentAt: raw('now()'), failureCode: null })

/** sending → what it was: the copy is known not to be taken. */
export const takeBackCopy = (trx: Trx, { id, copies }: Copies) =>
  write(trx, { id }, { state: copies > 0 ? 'unknown' : 'created', copies })

/** sending → unknown: nobody knows whether the copy was taken. */
export const recordUnknown = (trx: Trx, { id, copies }: Copies) => write(trx, { id }, { state: 'unknown', copies })

/** @returns whether another copy may follow one whose outcome is unknown. */
export const mayResend = ({ whenUnknown, copies }: Pick<Email, 'whenUnknown' | 'copies'>) =>
  whenUnknown === 'resend' && copies < MAX_COPIES

/**
 * Ends a mail whose job failed. A copy that may have been taken is never recorded as failed (invariant 3).
 * @returns why an operator should look, if one should
 */
export async function endMail(trx: Trx, id: EmailId, { type }: Problem): Promise<string | null> {
  const email = await Email.query(trx).findById(id).forUpdate()
  if (!email || email.state === 'sent') return null
  const failureCode = type.replace('/problems/', '')
  const unknown = email.state === 'sending' || email.copies > 0
  const notSent = failureCode === 'recipient-suppressed' ? 'suppressed' : 'failed'
  await write(trx, { id }, { state: unknown ? 'unknown' : notSent, failureCode })
  return unknown ? 'it is not known whether the mail was taken' : null
}

/**
 * failed or suppressed → created: its job is tried again.
 * @throws AppError not-retryable for a mail of which a copy may be out: another one might be the second
 */
export async function reopenMail(trx: Trx, id: EmailId): Promise<void> {
  const reopened = await Email.query(trx)
    .patch({ state: 'created', failureCode: null })
    .where({ id, copies: 0 })
    .whereIn('state', ['failed', 'suppressed'])
  if (reopened === 0)
    throw new AppError('not-retryable', 'A copy of the mail may have arrived; send a new one instead.')
}

export const recipientSuppressed = () =>
  new PermanentError('recipient-suppressed', 'The recipient is on the suppression list.')

const write = (trx: Trx, { id }: Pick<Email, 'id'>, change: object) => Email.query(trx).patch(change).where({ id })
