// An engine that is not there: orders are accepted all the same, and done once it is (invariants 1, 2 and 7).
import { expect } from 'chai'
import { freePort } from '../../lib/local/ports.ts'
import { migrateEngine } from '../../lib/migrate.ts'
import { environment } from '../support/environment.ts'
import { brokenMoney, brokenStock } from '../support/invariants.ts'
import { placeOrder } from '../support/orders.ts'
import { openProcesses } from '../support/processes.ts'
import { startRedis, type TestRedis } from '../support/redis.ts'

describe('without an engine', () => {
  let processes: Awaited<ReturnType<typeof openProcesses>>
  let redis: TestRedis | undefined
  let port: number

  before(async () => {
    port = await freePort()
    const redisUrl = environment.engine === 'redis' ? `redis://127.0.0.1:${port}` : undefined
    processes = await openProcesses({ redisUrl, workers: 0 })
    if (!redisUrl) await processes.db.raw('DROP SCHEMA bullmq CASCADE')
  })
  after(async () => {
    await processes.close()
    await redis?.stop()
  })

  it('orders are accepted, and done once it is there', async () => {
    const { api, db, databaseUrl, simulator, startWorker } = processes
    const orders = await Promise.all(Array.from({ length: 10 }, () => placeOrder(api)))
    const { body } = await api.get('/readyz')
    expect(body.status).to.equal('ready')
    if (environment.engine === 'redis') redis = await startRedis(port)
    else await migrateEngine(databaseUrl)
    await startWorker()
    for (const { jobId } of orders) expect((await api.finished(jobId)).state).to.equal('succeeded')
    expect(await brokenStock(db)).to.deep.equal([])
    expect(await brokenMoney(db, simulator)).to.deep.equal([])
  })
})
