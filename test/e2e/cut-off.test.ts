// A worker that is cut off from the database while its process and its connections live on: another takes over within
// seconds, and what the one that was cut off still wants to write changes nothing (invariants 2, 3 and 4).
import { expect } from 'chai'
import { Job } from '../../lib/models/job.ts'
import { Payment } from '../../lib/models/payment.ts'
import { mailsAbout } from '../support/inbox.ts'
import { brokenMoney, brokenStock, unfinishedJobs } from '../support/invariants.ts'
import { placeOrder } from '../support/orders.ts'
import { useProcesses } from '../support/processes.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'
import { waitFor } from '../support/wait-for.ts'

const CONFIRM = 'POST /v1/payment_intents/:id/confirm'
/** The lease of the tests' workers, a start that is given up (5 s), the grace of the sweep, and the start of the next worker. */
const TAKEN_OVER_MS = 20_000

describe('a worker that is cut off', function () {
  this.timeout(90_000)
  const processes = useProcesses({ workers: 0 })
  let proxy: TcpProxy
  before(async () => {
    const { hostname: host, port } = new URL(processes.databaseUrl)
    proxy = await startTcpProxy(() => ({ host, port: Number(port) }))
  })
  after(() => proxy.stop())

  const charging = (orderId: string) => Payment.query(processes.db).findOne({ orderId, state: 'processing' }).execute()
  const startCutOff = () => {
    const url = new URL(processes.databaseUrl)
    url.host = `127.0.0.1:${proxy.port}`
    return processes.startWorker({ DATABASE_URL: url.href })
  }

  it('by connections that are half-open loses its jobs to another within seconds, and works again once they are whole', async () => {
    const { api, db, simulator, inbox, startWorker } = processes
    simulator.faults.load([{ on: CONFIRM, do: 'delay', ms: 1_000, times: 1 }])
    const cutOff = await startCutOff()
    const { jobId, orderId } = await placeOrder(api)
    await waitFor('a charge to be under way', () => charging(orderId))
    proxy.freeze()
    const from = performance.now()
    const heir = await startWorker()
    const charge = () => Job.query(db).findOne({ parentId: jobId, type: 'payments.charge' }).throwIfNotFound()
    await waitFor('another to take over', async () => (await charge()).attempt > 1)
    const takenOver = performance.now() - from
    process.stdout.write(`      taken over after ${(takenOver / 1000).toFixed(1)} s\n`)
    expect(takenOver).to.be.lessThan(TAKEN_OVER_MS)
    expect((await api.finished(jobId)).state).to.equal('succeeded')
    const settled = await charge()

    // What was held back on the way arrives now, late.
    proxy.heal()
    await heir.stop()
    const second = await placeOrder(api)
    expect((await api.finished(second.jobId)).state).to.equal('succeeded')
    expect(await charge()).to.deep.equal(settled)
    const payment = await Payment.query(db).findOne({ orderId }).throwIfNotFound()
    const intents = [...simulator.books.intents.values()].filter(({ metadata }) => metadata.payment_id === payment.id)
    expect(intents.filter(({ status }) => status === 'succeeded')).to.have.length(1)
    expect(await mailsAbout(inbox, orderId)).to.have.length(1)
    await cutOff.stop()
  })

  it('leaves every invariant whole in the end', async () => {
    expect(await unfinishedJobs(processes.db)).to.deep.equal([])
    expect(await brokenStock(processes.db)).to.deep.equal([])
    expect(await brokenMoney(processes.db, processes.simulator)).to.deep.equal([])
  })
})
