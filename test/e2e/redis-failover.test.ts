// Redis as a cluster and behind Sentinel, with real servers: whoever is the master, and while nobody is, jobs are accepted,
// and each is done once (invariants 1, 2 and 7).
import { expect } from 'chai'
import { after, before } from 'mocha'
import { openCounters } from '../../lib/engine/counters.ts'
import { openRedisEngine } from '../../lib/engine/redis.ts'
import { ConfigError } from '../../lib/errors.ts'
import { createMeter } from '../../lib/limits/meter.ts'
import { environment } from '../support/environment.ts'
import { quiet } from '../support/harness.ts'
import { expectAllDoneOnce, type Load, startLoad } from '../support/mixed-load.ts'
import { openProcesses } from '../support/processes.ts'
import type { TestRedis } from '../support/redis.ts'
import { startCluster } from '../support/redis-cluster.ts'
import { startSentinels } from '../support/redis-sentinel.ts'
import { errorOf } from '../support/shop.ts'
import { waitFor } from '../support/wait-for.ts'

/** Without Redis an answer takes as long as the counters of the rate limits wait, at most; the machine is busy besides. */
const ANSWERED_WITHIN_MS = 3_000
/** A machine that is busy takes no worker for dead: then each job takes one attempt. */
const patient = { LEASE_MS: '15000' }
/** They tell each other every two seconds, and do one thing after the other. */
const SENTINELS_AGREE_WITHIN_MS = 40_000
const skipped =
  '      Skipped: there is no redis-server here; put one on the PATH (Debian: apt-get install redis-server).\n'

// The other run has no Redis at all.
if (environment.engine === 'redis') {
  describe('a Redis Cluster', function () {
    this.timeout(60_000)
    const world = useWorld(startCluster)
    const queues = ['orders', 'payments', 'inventory', 'emails', 'maintenance']
    /** What is in braces in the keys of a queue: the usual prefix, and its name. */
    const tag = (queue: string) => `{errand.${queue}}`

    it('has the queues on all of its masters, each on one', async () => {
      await world.load.more(30)
      const masters = new Set(await Promise.all(queues.map((queue) => world.redis.masterOf(tag(queue)))))
      expect(masters.size).to.equal(3)
      for (const queue of queues) {
        const home = await world.redis.masterOf(tag(queue))
        for (const master of masters) {
          const keys = (await world.redis.ask(master, 'KEYS', `${tag(queue)}:*`)) as string[]
          expect(keys.length > 0, queue).to.equal(master === home)
        }
      }
    })

    it('goes on while a master hands its slots to its replica', async () => {
      const master = await world.redis.masterOf(tag('payments'))
      const heir = await world.redis.replicaOf(master)
      await world.redis.ask(heir, 'CLUSTER', 'FAILOVER')
      await waitFor('the other master', async () => (await world.redis.masterOf(tag('payments'))) === heir)
      await world.load.more(30)
    })

    it('goes on when a master is killed', async () => {
      const master = await world.redis.masterOf(tag('orders'))
      const heir = await world.redis.replicaOf(master)
      await master.kill()
      await waitFor('the other master', async () => (await world.redis.masterOf(tag('orders'))) === heir)
      await world.load.more(30)
    })

    it('has then done every job once', () => endOf(world))

    it('is refused where any of its masters may evict keys', async () => {
      const master = await world.redis.masterOf(tag('emails'))
      await world.redis.ask(master, 'CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru')
      const error = await errorOf(openRedisEngine(world.redis.url, '{errand}', quiet))
      expect(error).to.be.instanceOf(ConfigError)
      expect(error.message).to.include('allkeys-lru')
    })
  })

  describe('a Redis behind Sentinel', function () {
    this.timeout(60_000)
    const world = useWorld(startSentinels)
    const anotherThan = (old: unknown) =>
      waitFor(
        'another master',
        async () => {
          const master = await world.redis.master()
          return master !== old && master
        },
        SENTINELS_AGREE_WITHIN_MS,
      )

    it('goes on when the sentinels make the replica the master', async () => {
      await world.load.more(30)
      const first = await world.redis.master()
      await world.redis.failOver()
      await anotherThan(first)
      await world.load.more(30)
    })

    it('goes on when the master is killed', async () => {
      const second = await world.redis.master()
      await second?.kill()
      await anotherThan(second)
      await world.load.more(30)
    })

    it('has then done every job once', () => endOf(world))
  })
}

interface World<Servers> {
  redis: Servers
  processes: Awaited<ReturnType<typeof openProcesses>>
  load: Load
}

/** An API and two workers on the servers, with jobs coming all the while. */
function useWorld<Servers extends TestRedis>(start: () => Promise<Servers | undefined>): World<Servers> {
  const world = {} as World<Servers>
  const stops: (() => Promise<unknown>)[] = []
  before(async function () {
    const redis = await start()
    if (!redis) {
      process.stdout.write(skipped)
      return this.skip()
    }
    world.redis = redis
    stops.push(redis.stop)
    world.processes = await openProcesses({ redisUrl: redis.url, workers: 0, env: { QUEUE_PREFIX: '{errand}' } })
    stops.push(world.processes.close)
    const { startWorker } = world.processes
    await Promise.all([startWorker(patient), startWorker(patient)])
    world.load = startLoad(world.processes.api)
    stops.push(() => world.load.stop().catch(() => {}))
  })
  after(async () => {
    for (const stop of stops.reverse()) await stop()
  })
  it('counts the requests of all processes together', async () => {
    const failures: unknown[] = []
    const counters = [1, 2].map(() => openCounters(world.redis.url, quiet))
    const shared = { prefix: '{errand}', onFailure: (error: unknown) => failures.push(error) }
    try {
      await waitFor('the connections', async () => counters.every(({ status }) => status === 'ready'))
      const meters = counters.map((redis) => createMeter('key', { requests: 5, seconds: 60 }, { ...shared, redis }))
      const counts = []
      for (let n = 0; n < 8; n++) counts.push(await meters[n % 2]?.count('the same'))
      expect(counts.map((count) => count?.exceeded)).to.deep.equal([...Array(5).fill(false), ...Array(3).fill(true)])
      expect(failures).to.deep.equal([])
    } finally {
      for (const redis of counters) redis.disconnect()
    }
  })
  return world
}

async function endOf({ load, processes }: World<unknown>): Promise<void> {
  await load.stop()
  expect(load.slowest).to.be.below(ANSWERED_WITHIN_MS)
  await expectAllDoneOnce(processes, load.accepted)
}
