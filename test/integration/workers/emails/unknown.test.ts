// Mails that were handed over and not answered: sent again or left, as their policy says, and never recorded as failed.
import { expect } from 'chai'
import type { Mailer } from '../../../../lib/mail/mailer.ts'
import { MAX_COPIES } from '../../../../lib/mail/states.ts'
import type { Email } from '../../../../lib/models/email.ts'
import { Job } from '../../../../lib/models/job.ts'
import { createClaims } from '../../../../workers/claims.ts'
import { reclaimExpired } from '../../../../workers/reclaim.ts'
import type { Runtime } from '../../../../workers/runtime.ts'
import { useHarness } from '../../../support/harness.ts'
import { code, letter, useMails, welcome } from '../../../support/mails.ts'
import { attempt, expireLease } from '../../../support/probe.ts'
import { type Fault, type SmtpSink, startSmtpSink } from '../../../support/smtp-sink.ts'
import { waitFor } from '../../../support/wait-for.ts'

const LEASE_MS = 3_000
const SILENCE_MS = 300
const policies = [
  { what: 'a mail of a template to be resent', mail: welcome, resends: true },
  { what: 'a one-time code', mail: code, resends: false },
  { what: 'a text that says nothing', mail: () => letter(), resends: true },
  { what: 'a text to be left', mail: () => letter('leave'), resends: false },
]

describe('a mail without an answer', () => {
  const harness = useHarness()
  const { compose, jobFor, rowOf, through, attemptAll, suppress } = useMails(harness)
  let sink: SmtpSink
  let mailer: Mailer
  let runtime: Runtime
  beforeEach(async () => {
    sink = await startSmtpSink()
    mailer = sink.mailer({ timeoutMs: SILENCE_MS })
    runtime = through(mailer)
  })
  afterEach(() => sink.stop())

  const copiesOf = (email: Email) => sink.delivered.filter(({ messageId }) => messageId === email.messageId).length
  const jobNow = ({ id }: Pick<Job, 'id'>) => Job.query(harness.db).findById(id).throwIfNotFound()
  const expectLeft = async (email: Email, job: Job) => {
    expect(job).to.include({ state: 'failed', needsAttention: 'it is not known whether the mail was taken' })
    expect(job.error).to.include({ type: '/problems/mail-outcome-unknown', status: 504 })
    expect(await rowOf(email)).to.include({ state: 'unknown', failureCode: 'mail-outcome-unknown', sentAt: null })
  }
  /** A worker that handed the mail over and hears nothing any more. */
  const hungWorker = async (email: Email, job: Job, on: Fault['on'] = 'data') => {
    sink.play({ on, do: 'hang', times: 1 })
    const before = sink.faultsPlayed
    const hung = attempt(through(sink.mailer({ timeoutMs: 60_000 })), job)
    await waitFor('the server to fall silent', async () => sink.faultsPlayed > before)
    if (on === 'data') await waitFor('the body', async () => copiesOf(email) === 1)
    await expireLease(runtime, job)
    return { hung, taken: await reclaimExpired(runtime) }
  }

  for (const { what, mail, resends } of policies) {
    for (const fault of ['drop', 'hang'] as const) {
      it(`(${fault} after the body) is ${resends ? 'sent again' : 'left, loudly'}: ${what} (invariant 3)`, async () => {
        sink.play({ on: 'data', do: fault, times: 1 })
        const email = await compose(mail())
        const first = await attempt(runtime, await jobFor(email))
        if (!resends) {
          expect(first.outcome).to.equal('failed')
          await expectLeft(email, first.job)
          await attempt(runtime, await jobFor(email))
          expect(copiesOf(email), 'not even by another job').to.equal(1)
          return
        }
        expect(first.outcome).to.equal('retried')
        expect(first.job.error).to.include({ type: '/problems/mail-outcome-unknown' })
        expect(await rowOf(email)).to.include({ state: 'unknown', copies: 1 })
        expect((await attempt(runtime, first.job)).outcome).to.equal('succeeded')
        expect(await rowOf(email)).to.include({ state: 'sent', copies: 2, failureCode: null })
        expect(copiesOf(email)).to.equal(2)
      })
    }

    for (const fault of [
      { on: 'body', do: 'drop' },
      { on: 'data', do: 451 },
    ] as const) {
      it(`is no mail that is known not to be taken (${fault.do} at "${fault.on}"): ${what} is sent once`, async () => {
        sink.play({ ...fault, times: 1 })
        const email = await compose(mail())
        const first = await attempt(runtime, await jobFor(email))
        expect(first.outcome).to.equal('retried')
        expect(await rowOf(email)).to.include({ state: 'created', copies: 0 })
        expect((await attempt(runtime, first.job)).outcome).to.equal('succeeded')
        expect(copiesOf(email)).to.equal(1)
      })
    }

    it(`(the worker dies before the answer) is ${resends ? 'sent again' : 'left, loudly'}: ${what}`, async () => {
      const email = await compose(mail())
      const job = await jobFor(email)
      const { hung, taken } = await hungWorker(email, job)
      expect(taken).to.equal(true)
      expect(await rowOf(email)).to.include({ state: 'sending', copies: 1 })
      const { outcomes, job: ended } = await attemptAll(runtime, job)
      expect(outcomes).to.deep.equal([resends ? 'succeeded' : 'failed'])
      if (resends) expect(await rowOf(email)).to.include({ state: 'sent', copies: 2 })
      else await expectLeft(email, ended)
      expect(copiesOf(email)).to.equal(resends ? 2 : 1)

      const [row, final] = [await rowOf(email), await jobNow(job)]
      await sink.stop()
      expect((await hung).outcome, 'invariant 4').to.equal('claim-lost')
      expect([await rowOf(email), await jobNow(job)]).to.deep.equal([row, final])
    })

    it(`is none when the worker dies before the body: ${what} is sent once`, async () => {
      const email = await compose(mail())
      const job = await jobFor(email)
      await hungWorker(email, job, 'rcpt')
      expect(await rowOf(email)).to.include({ state: 'created', copies: 0 })
      expect((await attemptAll(runtime, job)).outcomes).to.deep.equal(['succeeded'])
      expect(copiesOf(email)).to.equal(1)
    })

    it(`(the worker is stopped before the answer) is ${resends ? 'sent again' : 'left, loudly'}: ${what}`, async () => {
      sink.play({ on: 'data', do: 'hang', times: 1 })
      const email = await compose(mail())
      const job = await jobFor(email)
      const claims = createClaims(harness.db, LEASE_MS)
      const stopped = attempt({ ...through(sink.mailer({ timeoutMs: 60_000 })), claims }, job)
      await waitFor('the body', async () => copiesOf(email) === 1)
      claims.interrupt()
      expect((await stopped).outcome).to.equal('postponed')
      const { job: ended } = await attemptAll(runtime, job)
      if (resends) expect(await rowOf(email)).to.include({ state: 'sent', copies: 2 })
      else await expectLeft(email, ended)
      expect(copiesOf(email)).to.equal(resends ? 2 : 1)
    })
  }

  it('is sent four times at most, then shown to an operator', async () => {
    sink.play({ on: 'data', do: 'drop' })
    const email = await compose()
    const { outcomes, job } = await attemptAll(runtime, await jobFor(email))
    expect(outcomes).to.deep.equal(['retried', 'retried', 'retried', 'failed'])
    await expectLeft(email, job)
    expect([copiesOf(email), (await rowOf(email)).copies]).to.deep.equal([MAX_COPIES, MAX_COPIES])
  })

  it('is unknown, not failed, when its attempts are used up earlier (invariant 3)', async () => {
    sink.play({ on: 'data', do: 'drop' })
    const email = await compose()
    const { outcomes, job } = await attemptAll(runtime, await jobFor(email, 2))
    expect(outcomes).to.deep.equal(['retried', 'failed'])
    await expectLeft(email, job)
  })

  it('is unknown, not failed or "sending", when the worker of its last attempt dies (invariants 2 and 3)', async () => {
    const email = await compose()
    const job = await jobFor(email, 1)
    await hungWorker(email, job)
    const ended = await jobNow(job)
    expect(ended).to.include({ state: 'failed', needsAttention: 'it is not known whether the mail was taken' })
    expect(ended.error).to.include({ type: '/problems/worker-lost' })
    expect(await rowOf(email)).to.include({ state: 'unknown', copies: 1, failureCode: 'worker-lost' })
  })

  for (const [what, reply, failureCode] of [
    ['put off', 451, 'mail-deferred'],
    ['refused', 550, 'mail-rejected'],
  ] as const) {
    it(`stays unknown when its next copy is ${what} (invariant 3)`, async () => {
      sink.play({ on: 'data', do: 'drop', times: 1 })
      const email = await compose()
      const { job } = await attempt(runtime, await jobFor(email, 2))
      sink.play({ on: 'rcpt', do: reply })
      const { job: ended } = await attemptAll(runtime, job)
      expect(ended).to.include({ state: 'failed', needsAttention: 'it is not known whether the mail was taken' })
      expect(ended.error).to.include({ type: `/problems/${failureCode}` })
      expect(await rowOf(email)).to.include({ state: 'unknown', copies: 1, failureCode })
    })
  }

  it('stays unknown when its recipient is suppressed before the next copy', async () => {
    sink.play({ on: 'data', do: 'drop', times: 1 })
    const email = await compose()
    const { job } = await attempt(runtime, await jobFor(email))
    await suppress(email.toAddress)
    expect((await attempt(runtime, job)).job.error).to.include({ type: '/problems/recipient-suppressed' })
    expect(await rowOf(email)).to.include({ state: 'unknown', copies: 1, failureCode: 'recipient-suppressed' })
    expect(copiesOf(email)).to.equal(1)
  })

  it('is none where the answer came and the database went away: "sent" is recorded when it is back (invariant 3)', async () => {
    const cutOff: Mailer = {
      ...mailer,
      send: async (...mail) => {
        await mailer.send(...mail)
        await harness.db.raw(`
          SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'errand-test'`)
      },
    }
    const email = await compose(code())
    const { outcome } = await attempt(through(cutOff), await jobFor(email))
    expect(outcome).to.equal('succeeded')
    expect(await rowOf(email)).to.include({ state: 'sent', copies: 1 })
    expect(copiesOf(email)).to.equal(1)
  })

  it('is none for a worker that lost its claim before the body: it sends nothing (invariant 4)', async () => {
    sink.play({ on: 'rcpt', do: 'slow', times: 1 })
    const email = await compose()
    const job = await jobFor(email)
    const late = attempt(runtime, job)
    await waitFor('the recipient to be told', async () => sink.faultsPlayed === 1)
    await expireLease(runtime, job)
    await reclaimExpired(runtime)
    expect((await attempt(runtime, job)).outcome).to.equal('succeeded')
    expect((await late).outcome).to.equal('claim-lost')
    expect(copiesOf(email)).to.equal(1)
    expect(await rowOf(email)).to.include({ state: 'sent', copies: 1 })
  })
})
