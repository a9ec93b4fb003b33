// A hundred mails through a server that misbehaves at random: each is delivered or its job says truly why not, and a second
// copy exists only where the server took a body and did not answer.
import { expect } from 'chai'
import { createRandom } from '../../../../lib/local/random.ts'
import type { Email } from '../../../../lib/models/email.ts'
import type { Job } from '../../../../lib/models/job.ts'
import { useHarness } from '../../../support/harness.ts'
import { code, letter, useMails, welcome } from '../../../support/mails.ts'
import type { Fault } from '../../../support/smtp-sink.ts'

const MAILS = 100
const AT_A_TIME = 10
const SEED = 20261121
const faults: Fault[] = [
  { on: 'connect', do: 421 },
  { on: 'mail', do: 451 },
  { on: 'rcpt', do: 451 },
  { on: 'rcpt', do: 550 },
  { on: 'rcpt', do: 'drop' },
  { on: 'body', do: 'drop' },
  { on: 'data', do: 451 },
  { on: 'data', do: 554 },
  // The rows that a second copy, or a mail that is left, comes from.
  { on: 'data', do: 'drop' },
  { on: 'data', do: 'drop' },
  { on: 'data', do: 'drop' },
  { on: 'data', do: 'hang' },
  { on: 'data', do: 'slow' },
]
const reasons = ['mail-rejected', 'mail-deferred', 'mail-outcome-unknown'].map((name) => `/problems/${name}`)

describe('a hundred mails through a storm', () => {
  const harness = useHarness()
  const { compose, jobFor, rowOf, through, attemptAll, withSink } = useMails(harness)

  it('are each delivered or truly failed; twice only where a body was not answered (invariants 2 and 3)', async () => {
    await withSink(async (sink) => {
      sink.chaos({ random: createRandom(SEED), rate: 0.5, faults })
      const runtime = through(sink.mailer({ timeoutMs: 1_000 }))
      const kinds = [() => welcome(), () => code(), () => letter(), () => letter('leave')]
      const emails = await Promise.all(Array.from({ length: MAILS }, (_, index) => compose(kinds[index % 4]?.())))
      const ended: { email: Email; job: Job }[] = []
      const waiting = [...emails]
      const work = async () => {
        for (let email = waiting.pop(); email; email = waiting.pop()) {
          const { job } = await attemptAll(runtime, await jobFor(email))
          ended.push({ email, job })
        }
      }
      await Promise.all(Array.from({ length: AT_A_TIME }, work))

      expect(sink.faultsPlayed).to.be.greaterThan(MAILS / 4)
      const seen = { sent: 0, failed: 0, unknown: 0, twice: 0 }
      for (const { email, job } of ended) {
        const about = `${email.messageId}: ${job.state}, ${job.error?.type}`
        const row = await rowOf(email)
        const copies = sink.delivered.filter(({ messageId }) => messageId === email.messageId)
        const unanswered = copies.filter(({ answer }) => answer === 'none')
        expect(copies.length, about).to.be.at.most(unanswered.length + 1)
        expect(copies.length, about).to.be.at.most(row.copies)
        if (email.whenUnknown === 'leave') expect(copies.length, about).to.be.at.most(1)
        if (copies.length > 1) seen.twice++
        if (job.state === 'succeeded') {
          expect(row.state, about).to.equal('sent')
          expect(copies.length, about).to.be.greaterThan(0)
          seen.sent++
          continue
        }
        expect(job.error?.type, about).to.be.oneOf(reasons)
        expect(row.state, about).to.be.oneOf(['failed', 'unknown'])
        expect(job.needsAttention !== null, about).to.equal(row.state === 'unknown')
        if (row.state === 'failed') expect(copies, about).to.deep.equal([])
        seen[row.state as 'failed' | 'unknown']++
      }
      expect(ended).to.have.length(MAILS)
      // A storm in which one of these does not happen shows nothing about it.
      for (const [what, count] of Object.entries(seen)) expect(count, what).to.be.greaterThan(0)
    })
  })
})
