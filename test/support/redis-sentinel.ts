// Redis Sentinel on loopback: a master, a replica, and three sentinels of which two must agree that the master is gone.
import { Redis } from 'ioredis'
import { freePort } from '../../lib/local/ports.ts'
import { type OwnRedis, startRedis, type TestRedis } from './redis.ts'
import { inSync } from './redis-cluster.ts'
import { waitFor } from './wait-for.ts'

/** Of master and replica; the sentinels ask for none. */
const PASSWORD = 'p@ss/word:1'
const NAME = 'errand-test'
const SENTINELS = 3

export interface TestSentinels extends TestRedis {
  /** The master of the moment; undefined while the sentinels do not agree. */
  master(): Promise<OwnRedis | undefined>
  /** Makes the replica the master, without need. */
  failOver(): Promise<void>
}

/** @returns undefined where there is no `redis-server`. */
export async function startSentinels(): Promise<TestSentinels | undefined> {
  const servers: OwnRedis[] = []
  const open: Redis[] = []
  const start = async (file: string, flags: string[] = []) => {
    const server = await startRedis(await freePort(), file, flags)
    if (server) servers.push(server)
    return server
  }
  const connect = (url: string, password?: string) => {
    const redis = new Redis(url, { commandTimeout: 2_000, ...(password && { password }) })
    redis.on('error', () => {})
    open.push(redis)
    return redis
  }
  const stop = async () => {
    for (const redis of open) redis.disconnect()
    await Promise.all(servers.map((server) => server.stop()))
  }
  const login = `save ""\nrequirepass "${PASSWORD}"\nmasterauth "${PASSWORD}"\nrepl-diskless-sync-delay 0\n`
  const first = await start(login)
  if (!first) return undefined
  const second = await start(`${login}replicaof 127.0.0.1 ${first.port}\n`)
  if (!second) throw new Error('the replica could not be started')
  await waitFor('the replica', async () => inSync(await connect(second.url, PASSWORD).info('replication')))
  const watch = [
    `sentinel monitor ${NAME} 127.0.0.1 ${first.port} 2`,
    `sentinel auth-pass ${NAME} "${PASSWORD}"`,
    `sentinel down-after-milliseconds ${NAME} 1000`,
    `sentinel failover-timeout ${NAME} 4000`,
  ]
  const sentinels: OwnRedis[] = []
  for (let n = 0; n < SENTINELS; n++) {
    const sentinel = await start(`${watch.join('\n')}\n`, ['--sentinel'])
    if (!sentinel) throw new Error('a sentinel could not be started')
    sentinels.push(sentinel)
  }
  const asking = sentinels.map(({ url }) => connect(url))
  const ask = (command: string) => Promise.all(asking.map((sentinel) => sentinel.call('SENTINEL', command, NAME)))
  await waitFor('the sentinels to know each other and the replica', async () =>
    (await ask('MASTER')).map(fieldsOf).every((it) => it['num-other-sentinels'] === '2' && it['num-slaves'] === '1'),
  )
  const hosts = sentinels.map(({ port }) => `127.0.0.1:${port}`)
  return {
    url: `redis+sentinel://:${encodeURIComponent(PASSWORD)}@${hosts}/${NAME}`,
    async master() {
      const votes = (await ask('GET-MASTER-ADDR-BY-NAME')) as [string, string][]
      const [port, ...others] = new Set(votes.map((vote) => Number(vote[1])))
      return others.length ? undefined : servers.find((server) => server.port === port)
    },
    failOver: async () => void (await asking[0]?.call('SENTINEL', 'FAILOVER', NAME)),
    stop,
  }
}

const fieldsOf = (flat: unknown): Record<string, string> => {
  const list = flat as string[]
  return Object.fromEntries(list.flatMap((key, n) => (n % 2 ? [] : [[key, list[n + 1] ?? '']])))
}
