// What the tests of mails start from: mails, their jobs, and a worker that sends through an SMTP sink.
import { randomUUID } from 'node:crypto'
import { composeMail } from '../../lib/mail/compose.ts'
import type { Mailer } from '../../lib/mail/mailer.ts'
import { suppress } from '../../lib/mail/suppress.ts'
import { Email } from '../../lib/models/email.ts'
import type { Job } from '../../lib/models/job.ts'
import { QueuePause } from '../../lib/models/queue-pause.ts'
import type { Runtime } from '../../workers/runtime.ts'
import type { Harness } from './harness.ts'
import { attempt } from './probe.ts'
import { insertJobOf } from './shop.ts'
import { type SmtpSink, startSmtpSink } from './smtp-sink.ts'

/** A recipient of its own, so that one test's suppressions are not another's. */
export const someone = () => `${randomUUID()}@example.com`

export const welcome = (to = someone()) => ({ to, template: 'welcome', data: { name: 'Ada' } })
export const code = (to = someone()) => ({ to, template: 'sign-in-code', data: { code: '123 456', minutes: 10 } })
export const letter = (whenUnknown?: 'resend' | 'leave', to = someone()) => ({
  to,
  subject: 'Hello',
  text: 'Hello Ada',
  ...(whenUnknown && { whenUnknown }),
})

export function useMails(harness: Harness) {
  const rowOf = ({ id }: Pick<Email, 'id'>) => Email.query(harness.db).findById(id).throwIfNotFound()
  return {
    rowOf,
    compose: (mail: Parameters<typeof composeMail>[2] = welcome()) =>
      harness.db.transaction((trx) => composeMail(trx, harness.accountId, mail)),
    jobFor: ({ id }: Email, maxAttempts = 8): Promise<Job> =>
      insertJobOf(harness, 'emails.send', { emailId: id }, maxAttempts),
    through: (mail: Mailer): Runtime => ({ ...harness.runtime, mail }),
    /** Runs attempts until the job is final. @returns what each came to, and the job */
    attemptAll: async (runtime: Runtime, job: Job) => {
      const outcomes: string[] = []
      for (;;) {
        const { outcome, job: now } = await attempt(runtime, job)
        outcomes.push(outcome)
        if (now.finishedAt) return { outcomes, job: now }
      }
    },
    suppress: (address: string) =>
      suppress(harness.db, { accountId: harness.accountId, address, reason: 'manual', emailId: null }),
    /** Lets a queue go on that a blocked mail has paused. */
    unpause: () => QueuePause.query(harness.db).delete(),
    withSink: async (use: (sink: SmtpSink) => Promise<void>, options?: Parameters<typeof startSmtpSink>[0]) => {
      const sink = await startSmtpSink(options)
      try {
        await use(sink)
      } finally {
        await sink.stop()
      }
    },
  }
}
