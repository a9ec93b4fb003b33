// The suppression list at the moment of sending: it counts however late an address was added, and hard bounces fill it.
import { expect } from 'chai'
import { unsuppress } from '../../../../lib/mail/suppress.ts'
import { Job } from '../../../../lib/models/job.ts'
import { Suppression } from '../../../../lib/models/suppression.ts'
import type { Runtime } from '../../../../workers/runtime.ts'
import { useHarness } from '../../../support/harness.ts'
import { code, someone, useMails, welcome } from '../../../support/mails.ts'
import { attempt } from '../../../support/probe.ts'
import { type SmtpSink, startSmtpSink } from '../../../support/smtp-sink.ts'
import { waitFor } from '../../../support/wait-for.ts'

describe('a suppressed recipient', () => {
  const harness = useHarness()
  const { compose, jobFor, rowOf, through, attemptAll, suppress } = useMails(harness)
  let sink: SmtpSink
  let runtime: Runtime
  beforeEach(async () => {
    sink = await startSmtpSink()
    runtime = through(sink.mailer())
  })
  afterEach(() => sink.stop())

  const entriesOf = (address: string) => Suppression.query(harness.db).where({ address })
  const expectSuppressed = async (email: { id: string }, { job, outcome }: { job: Job; outcome: string }) => {
    expect(outcome).to.equal('failed')
    expect(job.error).to.include({ type: '/problems/recipient-suppressed', status: 409 })
    expect(job.needsAttention).to.equal(null)
    const row = await rowOf(email as Parameters<typeof rowOf>[0])
    expect(row).to.include({ state: 'suppressed', copies: 0, failureCode: 'recipient-suppressed', sentAt: null })
    expect(sink.mails).to.deep.equal([])
  }

  for (const mail of [welcome, code]) {
    it(`gets nothing: ${mail().template}`, async () => {
      const to = someone()
      await suppress(to)
      const email = await compose(mail(to))
      sink.play({ on: 'connect', do: 'slow' })
      await expectSuppressed(email, await attempt(runtime, await jobFor(email)))
      expect(sink.faultsPlayed, 'connections').to.equal(0)
    })
  }

  it('is one however its address is written', async () => {
    const to = someone()
    await suppress(to.toUpperCase())
    const email = await compose(welcome(`${to[0]?.toUpperCase()}${to.slice(1)}`))
    await expectSuppressed(email, await attempt(runtime, await jobFor(email)))
  })

  it('counts when it was added while the mail waited', async () => {
    const email = await compose()
    const job = await jobFor(email)
    await suppress(email.toAddress)
    await expectSuppressed(email, await attempt(runtime, job))
  })

  it('counts when it was added between two attempts', async () => {
    sink.play({ on: 'rcpt', do: 451, times: 1 })
    const email = await compose()
    const { job } = await attempt(runtime, await jobFor(email))
    await suppress(email.toAddress)
    await expectSuppressed(email, await attempt(runtime, job))
  })

  it('counts when it was added after the server was told of the recipient, before the body', async () => {
    sink.play({ on: 'rcpt', do: 'slow', times: 1 })
    const email = await compose()
    const sending = attempt(runtime, await jobFor(email))
    await waitFor('the recipient to be told', async () => sink.faultsPlayed === 1)
    await suppress(email.toAddress)
    await expectSuppressed(email, await sending)
  })

  it('gets mails again once it is off the list', async () => {
    const to = someone()
    await suppress(to)
    await unsuppress(harness.db, harness.accountId, to)
    const { outcome } = await attempt(runtime, await jobFor(await compose(welcome(to))))
    expect(outcome).to.equal('succeeded')
  })

  it('is the account’s own matter: another account still writes to it (invariant 9)', async () => {
    const to = someone()
    await suppress(to)
    const other = await harness.otherAccount()
    const { body } = await other.post('/v1/emails', welcome(to))
    const job = await Job.query(harness.db).findById(body.job.id).throwIfNotFound()
    expect((await attempt(runtime, job)).outcome).to.equal('succeeded')
    expect(sink.mails.map((mail) => mail.to)).to.deep.equal([[to]])
  })

  for (const [reply, text] of [
    [550, '5.1.1 No such user'],
    [553, '5.1.3 No such address'],
    [556, '5.1.10 Takes no mail'],
  ] as const) {
    it(`is one after a hard bounce (${reply} ${text}), along with the mail’s failure`, async () => {
      sink.play({ on: 'rcpt', do: reply, text, times: 1 })
      const email = await compose()
      const { outcome, job } = await attempt(runtime, await jobFor(email))
      expect(outcome).to.equal('failed')
      expect(job.error).to.include({ type: '/problems/mail-rejected' })
      expect(await rowOf(email)).to.include({ state: 'failed', failureCode: 'mail-rejected' })
      const { accountId } = harness
      const [entry, ...more] = await entriesOf(email.toAddress)
      expect(entry).to.include({ accountId, reason: 'hard-bounce', emailId: email.id })
      expect(more).to.deep.equal([])
      const next = await compose(welcome(email.toAddress))
      await expectSuppressed(next, await attempt(runtime, await jobFor(next)))
    })
  }

  for (const fault of [
    { on: 'rcpt', do: 550, text: '5.7.1 Our policy' },
    { on: 'rcpt', do: 550 },
    { on: 'rcpt', do: 551 },
    { on: 'rcpt', do: 552 },
    { on: 'rcpt', do: 451 },
    { on: 'data', do: 550 },
  ] as const) {
    it(`is not one after ${fault.do} at "${fault.on}"${'text' in fault ? ` (${fault.text})` : ''}`, async () => {
      sink.play(fault)
      const email = await compose()
      await attemptAll(runtime, await jobFor(email, 1))
      expect((await rowOf(email)).state).to.equal('failed')
      expect(await entriesOf(email.toAddress)).to.deep.equal([])
    })
  }

  it('keeps the reason that it was put on the list for first', async () => {
    sink.play({ on: 'rcpt', do: 'slow', times: 1 })
    sink.play({ on: 'rcpt', do: 550, text: '5.1.1 No such user' })
    const to = someone()
    const first = attempt(runtime, await jobFor(await compose(welcome(to))))
    await waitFor('the first to be under way', async () => sink.faultsPlayed === 1)
    const bounced = await compose(welcome(to))
    await attempt(runtime, await jobFor(bounced))
    await first
    await suppress(to)
    const [entry] = await entriesOf(to)
    expect(entry).to.include({ reason: 'hard-bounce', emailId: bounced.id })
  })

  it('is not one because of a bounce that a worker saw too late (invariant 4)', async () => {
    sink.play({ on: 'connect', do: 'slow', times: 1 })
    sink.play({ on: 'rcpt', do: 550, text: '5.1.1 No such user', times: 1 })
    const email = await compose()
    const job = await jobFor(email, 1)
    const late = attempt(runtime, job)
    await waitFor('the connection', async () => sink.faultsPlayed === 1)
    await Job.query(harness.db).patch({ state: 'scheduled', leaseExpiresAt: null }).findById(job.id)
    expect((await late).outcome).to.equal('claim-lost')
    expect(sink.faultsPlayed).to.equal(2)
    expect(await entriesOf(email.toAddress)).to.deep.equal([])
    expect((await rowOf(email)).state).to.equal('created')
  })
})
