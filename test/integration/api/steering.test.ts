// Steering jobs over HTTP: cancel, retry, and the record of both.
import { expect } from 'chai'
import { raw } from 'objection'
import { Email } from '../../../lib/models/email.ts'
import { Job } from '../../../lib/models/job.ts'
import { Refund } from '../../../lib/models/payment.ts'
import { useHarness } from '../../support/harness.ts'
import { mailsAbout } from '../../support/inbox.ts'
import { brokenMoney, brokenStock } from '../../support/invariants.ts'
import { placeOrder } from '../../support/orders.ts'
import { stockedProduct } from '../../support/shop.ts'
import { expectProblem, storedRows } from './refused.ts'

const mail = (subject: string, to = 'ada@example.com') => ({ to, subject, text: 'Hello Ada' })
const later = () => new Date(Date.now() + 3_600_000).toISOString()

describe('steering a job', function () {
  this.timeout(60_000)
  const harness = useHarness()
  const cancel = (id: string, body: object = {}) => harness.api.post(`/v1/jobs/${id}/cancel`, body)
  const retry = (id: string, body: object = {}) => harness.api.post(`/v1/jobs/${id}/retry`, body)
  const actions = async (id: string) => (await harness.api.get(`/v1/jobs/${id}/actions`)).body.data
  const submit = async (type: string, input: object, more: object = {}) =>
    (await harness.api.post('/v1/jobs', { type, input, ...more })).body.job

  describe('before a worker is there', () => {
    it('cancels what waits at once, with its rows, and tells why it was', async () => {
      const job = await submit('emails.send', mail('called off'))
      const { status, body } = await cancel(job.id, { reason: 'sent by post instead' })
      expect(status).to.equal(202)
      expect(body).to.include({ id: job.id, state: 'cancelled', attempt: 0, result: null })
      expect(body.error).to.include({ type: '/problems/cancelled' })
      expect(body.cancelRequestedAt).to.be.a('string')
      expect((await harness.api.get(`/v1/jobs/${job.id}`)).body).to.deep.equal(body)
      const row = await Job.query(harness.db).findById(job.id).throwIfNotFound()
      const email = await Email.query(harness.db).findById(String(row.input.emailId))
      expect(email).to.include({ state: 'failed', failureCode: 'cancelled', copies: 0 })
      const [action, ...more] = await actions(job.id)
      expect(more).to.deep.equal([])
      expect(action).to.include({ action: 'cancel', reason: 'sent by post instead', attempt: 0 })
      expect(action.keyId).to.match(/^[0-9a-f-]{36}$/)
    })

    it('answers the same when it is asked again, without a body, and records it once', async () => {
      const { id } = await submit('emails.send', mail('twice'), { runAt: later() })
      const first = await cancel(id)
      const second = await harness.api.send('POST', `/v1/jobs/${id}/cancel`)
      expect([first.status, second.status]).to.deep.equal([202, 202])
      expect(second.body).to.deep.equal(first.body)
      expect(await actions(id)).to.have.length(1)
    })

    it('refuses what it does not understand, and what is not there or not the account’s (invariant 9)', async () => {
      const { id } = await submit('emails.send', mail('refused'))
      const other = await harness.otherAccount()
      const before = await storedRows(harness.db)
      for (const verb of ['cancel', 'retry']) {
        const path = `/v1/jobs/${id}/${verb}`
        expectProblem(await other.post(path, {}), { code: 'not-found' })
        expectProblem(await harness.api.post(`/v1/jobs/01890a5d-ac96-774b-bcce-b302099a8057/${verb}`, {}), {
          code: 'not-found',
        })
        expectProblem(await harness.api.post(`/v1/jobs/1/${verb}`, {}), { code: 'not-found' })
        expectProblem(await harness.api.post(path, { force: true }), { code: 'invalid-request', pointer: '#/force' })
        expectProblem(await harness.api.post(path, { reason: 'x'.repeat(201) }), {
          code: 'invalid-request',
          pointer: '#/reason',
        })
        const body = { body: '{', headers: { 'content-type': 'application/json' } }
        expectProblem(await harness.api.send('POST', path, body), { code: 'malformed-body' })
        const text = { body: 'cancel it', headers: { 'content-type': 'text/plain' } }
        expectProblem(await harness.api.send('POST', path, text), { code: 'unsupported-media-type' })
      }
      expectProblem(await other.get(`/v1/jobs/${id}/actions`), { code: 'not-found' })
      expectProblem(await retry(id), { code: 'not-retryable' })
      expect(await actions(id)).to.deep.equal([])
      expect(await storedRows(harness.db)).to.deep.equal(before)
      expect((await harness.api.get(`/v1/jobs/${id}`)).body.state).to.equal('queued')
      await cancel(id)
    })
  })

  describe('with workers', () => {
    before(() => harness.startWorkers())
    after('invariants 5 and 6 hold', async () => {
      expect(await brokenStock(harness.db)).to.deep.equal([])
      expect(await brokenMoney(harness.db, harness.simulator)).to.deep.equal([])
    })

    it('cancels an order midway, or finds it done: its customer is told, and nothing is left over', async () => {
      const placed = await placeOrder(harness.api, { email: 'grace@example.com' })
      const { status } = await cancel(placed.jobId, { reason: 'wrong size' })
      expect(status).to.be.oneOf([202, 409])
      const job = await harness.api.finished(placed.jobId)
      const { body: order } = await harness.api.get(`/v1/orders/${placed.orderId}`)
      expect(order.state).to.equal(job.state === 'cancelled' ? 'cancelled' : 'confirmed')
      if (job.state === 'cancelled') expect(order.mails).to.have.length(1)
      expect(await Job.query(harness.db).where({ parentId: placed.jobId, finishedAt: null })).to.deep.equal([])
    })

    it('cancels a refund that waits, whose amount can be refunded again (invariant 6)', async () => {
      const placed = await placeOrder(harness.api)
      await harness.api.finished(placed.jobId)
      const { payment } = (await harness.api.get(`/v1/orders/${placed.orderId}`)).body
      const refund = { paymentId: payment.id, amount: payment.amount.amount }
      const first = await submit('payments.refund', refund, { runAt: later() })
      expect((await harness.api.get(`/v1/payments/${payment.id}`)).body.refunding.amount).to.equal(refund.amount)
      expect((await cancel(first.id)).body.state).to.equal('cancelled')
      const { refunding, refunds } = (await harness.api.get(`/v1/payments/${payment.id}`)).body
      expect(refunding.amount).to.equal(0)
      expect(refunds[0]).to.include({ state: 'failed', failureCode: 'cancelled' })
      const second = await submit('payments.refund', refund)
      expect((await harness.api.finished(second.id)).state).to.equal('succeeded')
      expectProblem(await cancel(second.id), { code: 'job-finished' })
      expectProblem(await retry(first.id), { code: 'not-retryable' })
    })

    it('does not cancel a refund of which something was sent, whatever the job says (invariant 3)', async () => {
      const placed = await placeOrder(harness.api)
      await harness.api.finished(placed.jobId)
      const { payment } = (await harness.api.get(`/v1/orders/${placed.orderId}`)).body
      const job = await submit('payments.refund', { paymentId: payment.id, amount: 5 }, { runAt: later() })
      await Refund.query(harness.db)
        .patch({ state: 'unknown', sentAt: raw('now()') })
        .where({ paymentId: payment.id, amount: 5 })
      expectProblem(await cancel(job.id), { code: 'not-cancellable' })
      expect((await harness.api.get(`/v1/jobs/${job.id}`)).body).to.include({
        state: 'scheduled',
        cancelRequestedAt: null,
      })
      await Refund.query(harness.db)
        .patch({ state: 'created', sentAt: null })
        .where({ paymentId: payment.id, amount: 5 })
      await cancel(job.id)
    })

    it('retries a failed mail as the same job, under its next attempt (invariant 8)', async () => {
      const to = 'lin@example.com'
      await harness.api.post('/v1/suppressions', { address: to })
      const { id } = await submit('emails.send', mail('tried again', to))
      const failed = await harness.api.finished(id)
      expect(failed).to.include({ state: 'failed', attempt: 1 })
      await harness.api.send('DELETE', `/v1/suppressions/${to}`)
      const { status, body } = await retry(id, { reason: 'the address is right' })
      expect(status).to.equal(202)
      expect(body).to.include({ id, finishedAt: null, maxAttempts: 1 + failed.maxAttempts })
      const sent = await harness.api.finished(id)
      expect(sent).to.include({ state: 'succeeded', attempt: 2, error: null, startedAt: failed.startedAt })
      expect(await mailsAbout(harness.inbox, 'tried again')).to.have.length(1)
      expect(await actions(id)).to.have.length(1)
      expectProblem(await retry(id), { code: 'not-retryable' })
      expectProblem(await cancel(id), { code: 'job-finished' })
    })

    it('retries a job once, however often it is asked for at once', async () => {
      const sku = await stockedProduct(harness, 1)
      const { id } = await submit('inventory.adjust', { sku, delta: -2, reason: 'lost' })
      expect((await harness.api.finished(id)).error.type).to.equal('/problems/insufficient-stock')
      const more = await submit('inventory.adjust', { sku, delta: 5, reason: 'found' })
      await harness.api.finished(more.id)
      const answers = await Promise.all([retry(id), retry(id), retry(id)])
      expect(answers.map(({ status }) => status).sort()).to.deep.equal([202, 409, 409])
      expect((await harness.api.finished(id)).result).to.include({ onHand: 4 })
      expect(await actions(id)).to.have.length(1)
    })

    it('retries the mail of an order that stands, and leaves the order alone', async () => {
      const to = 'mary@example.com'
      await harness.api.post('/v1/suppressions', { address: to })
      const { jobId, orderId } = await placeOrder(harness.api, { email: to })
      const flow = await harness.api.finished(jobId)
      const step = flow.steps.find(({ type }: { type: string }) => type === 'emails.send')
      expect([flow.state, step.state]).to.deep.equal(['succeeded', 'failed'])
      await harness.api.send('DELETE', `/v1/suppressions/${to}`)
      expect((await retry(step.jobId)).status).to.equal(202)
      expect((await harness.api.finished(step.jobId)).state).to.equal('succeeded')
      const { state, mails } = (await harness.api.get(`/v1/orders/${orderId}`)).body
      expect([state, mails[0].state]).to.deep.equal(['confirmed', 'sent'])
      expect((await harness.api.get(`/v1/jobs/${jobId}`)).body.finishedAt).to.equal(flow.finishedAt)
    })

    it('does not retry what was undone when it failed, nor a mail that may have arrived (invariant 3)', async () => {
      const { jobId } = await placeOrder(harness.api, { method: 'pm_card_chargeDeclined' })
      await harness.api.finished(jobId)
      expectProblem(await retry(jobId), { code: 'not-retryable' })

      const to = 'may-have-arrived@example.com'
      await harness.api.post('/v1/suppressions', { address: to })
      const { id } = await submit('emails.send', mail('may have arrived', to))
      await harness.api.finished(id)
      const { input } = await Job.query(harness.db).findById(id).throwIfNotFound()
      await Email.query(harness.db).patch({ state: 'unknown', copies: 1 }).findById(String(input.emailId))
      expectProblem(await retry(id), { code: 'not-retryable' })
      expect((await harness.api.get(`/v1/jobs/${id}`)).body.state).to.equal('failed')
      expect(await actions(id)).to.deep.equal([])
    })
  })
})
