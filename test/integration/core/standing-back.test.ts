// A worker that is cut off from the database alone takes nothing from the engine: others, who are not, get it (invariant 2).
import { expect } from 'chai'
import { topUp } from '../../../lib/backlog.ts'
import { type Db, openDatabase } from '../../../lib/db.ts'
import { Job } from '../../../lib/models/job.ts'
import { startConsumer } from '../../../workers/consumer.ts'
import { heldByEngine, openProbing, startProbing, useCrowd } from '../../support/crowd.ts'
import { useHarness } from '../../support/harness.ts'
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts'
import { waitFor } from '../../support/wait-for.ts'

const JOBS = 50
const CAPACITY = 5

describe('a consumer that is cut off from the database', () => {
  const harness = useHarness()
  const crowd = useCrowd(harness)
  let proxy: TcpProxy
  let db: Db
  beforeEach(async () => {
    await crowd.clear()
    const { hostname: host, port } = new URL(harness.databaseUrl)
    proxy = await startTcpProxy(() => ({ host, port: Number(port) }))
    const url = new URL(harness.databaseUrl)
    url.host = `127.0.0.1:${proxy.port}`
    db = openDatabase(url.href, 10, 'errand-test-cut-off')
  })
  afterEach(async () => {
    await db.destroy()
    await proxy.stop()
  })

  const cuts = {
    'by connections that are refused': () => {
      proxy.refuse()
      proxy.cut()
    },
    'by connections over which nothing passes': () => proxy.freeze(),
  }
  for (const [how, cut] of Object.entries(cuts)) {
    it(`${how} leaves the work to others, and takes its part again once it is back`, async () => {
      const cutOff = openProbing(harness, { run: crowd.record, db })
      await db.raw('SELECT 1')
      cut()
      await crowd.flood(JOBS)
      await topUp(harness.db, openProbing(harness, { run: crowd.record }).dispatch)
      const consumer = startConsumer(cutOff, harness.engine, 'maintenance', CAPACITY)
      await waitFor('it to take what it can', async () => (await heldByEngine(harness.engine)) < JOBS)
      const stopHealthy = await startProbing(harness, { run: crowd.record })
      await waitFor('all to be done', async () => (await crowd.runs()).length >= JOBS)
      await stopHealthy()
      proxy.heal()
      // It has not gone through all of them: each that it took and could not start was handed over anew.
      const again = await Job.query(harness.db).where('dispatchNumber', '>', 1).resultSize()
      expect(again).to.be.within(1, 2 * CAPACITY)

      const more = await crowd.flood(3)
      await topUp(harness.db, cutOff.dispatch)
      await waitFor('it to work again', async () => (await crowd.runs()).length >= JOBS + more.length)
      await consumer.stop()
      expect(new Set((await crowd.runs()).map(({ jobId }) => jobId)).size).to.equal(JOBS + more.length)
      expect(await crowd.runs()).to.have.length(JOBS + more.length)
      expect(await Job.query(harness.db).where({ state: 'succeeded' }).resultSize()).to.equal(JOBS + more.length)
    })
  }
})
