// Real processes that die: nothing accepted is lost, nothing is done twice (invariants 2, 3 and 4).
import { expect } from 'chai'
import { Job } from '../../lib/models/job.ts'
import { Payment } from '../../lib/models/payment.ts'
import { mailsAbout } from '../support/inbox.ts'
import { brokenMoney, brokenStock, unfinishedJobs } from '../support/invariants.ts'
import { placeOrder } from '../support/orders.ts'
import { useProcesses } from '../support/processes.ts'
import { waitFor } from '../support/wait-for.ts'

const CONFIRM = 'POST /v1/payment_intents/:id/confirm'

describe('a process that dies', () => {
  const processes = useProcesses({ workers: 0 })
  const charging = () =>
    waitFor('a charge to be under way', async () => {
      const { count } = (await processes.db('payments').where({ state: 'processing' }).count().first()) as {
        count: number
      }
      return count > 0
    })

  it('leaves an order whose charge was under way to another worker, which charges it once', async () => {
    const { api, simulator, db, inbox, startWorker } = processes
    simulator.faults.load([{ on: CONFIRM, do: 'delay', ms: 1500, times: 1 }])
    const doomed = await startWorker()
    const { jobId, orderId } = await placeOrder(api)
    await charging()
    process.kill(doomed.pid, 'SIGKILL')
    await doomed.ended
    const heir = await startWorker()
    expect((await api.finished(jobId)).state).to.equal('succeeded')
    const payment = await Payment.query(db).findOne({ orderId }).throwIfNotFound()
    const charges = [...simulator.books.intents.values()].filter((intent) => intent.metadata.payment_id === payment.id)
    expect(charges.filter((intent) => intent.status === 'succeeded')).to.have.length(1)
    expect(await mailsAbout(inbox, orderId)).to.have.length(1)
    await heir.stop()
  })

  it('frozen past its lease changes nothing when it wakes up (invariant 4)', async () => {
    const { api, simulator, db, inbox, startWorker } = processes
    simulator.faults.load([{ on: CONFIRM, do: 'delay', ms: 500, times: 1 }])
    const frozen = await startWorker()
    const { jobId, orderId } = await placeOrder(api)
    await charging()
    process.kill(frozen.pid, 'SIGSTOP')
    const heir = await startWorker()
    const job = await api.finished(jobId)
    const jobs = () => Job.query(db).where({ parentId: jobId }).orderBy('id')
    const before = await jobs()
    process.kill(frozen.pid, 'SIGCONT')
    expect(job.state).to.equal('succeeded')
    await frozen.stop()
    const { body: order } = await api.get(`/v1/orders/${orderId}`)
    expect(order.state).to.equal('confirmed')
    expect(await jobs()).to.deep.equal(before)
    expect(await mailsAbout(inbox, orderId)).to.have.length(1)
    expect(await brokenMoney(db, simulator)).to.deep.equal([])
    await heir.stop()
  })

  it('asked to stop lets running attempts end, and exits cleanly', async () => {
    const { api, simulator, startWorker } = processes
    simulator.faults.load([{ on: CONFIRM, do: 'delay', ms: 300, times: 1 }])
    const worker = await startWorker()
    const { jobId } = await placeOrder(api)
    await charging()
    const stopped = worker.stop()
    expect(await worker.ended).to.equal('worker ended (exit code 0)')
    await stopped
    // The attempt that was under way has ended, before there was anybody else to end it.
    const { body: left } = await api.get(`/v1/jobs/${jobId}`)
    expect(left.steps).to.deep.include({ ...left.steps[1], type: 'payments.charge', state: 'succeeded' })
    const heir = await startWorker()
    expect((await api.finished(jobId)).state).to.equal('succeeded')
    await heir.stop()
  })

  it('leaves every invariant whole in the end', async () => {
    expect(await unfinishedJobs(processes.db)).to.deep.equal([])
    expect(await brokenStock(processes.db)).to.deep.equal([])
    expect(await brokenMoney(processes.db, processes.simulator)).to.deep.equal([])
  })
})
