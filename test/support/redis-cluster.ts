// A Redis Cluster on loopback: three masters, each with a replica that takes over within some two seconds.
import { Redis } from 'ioredis'
import { freePort } from '../../lib/local/ports.ts'
import { type OwnRedis, startRedis, type TestRedis } from './redis.ts'
import { waitFor } from './wait-for.ts'

const MASTERS = 3
const SLOTS = 16_384

/** First slot, last slot, address of the master, and of its replica. */
type Range = [number, number, [string, number], [string, number]?]

export interface TestCluster extends TestRedis {
  /** The node that is master of a key at the moment, as the others see it. */
  masterOf(key: string): Promise<OwnRedis>
  /** The node that stands by for a master. */
  replicaOf(master: OwnRedis): Promise<OwnRedis>
  /** What one node says. */
  ask(node: OwnRedis, command: string, ...args: (string | number)[]): Promise<unknown>
}

/** @returns undefined where there is no `redis-server`. */
export async function startCluster(): Promise<TestCluster | undefined> {
  const started = await Promise.all(Array.from({ length: 2 * MASTERS }, startNode))
  const nodes = started.filter((node) => node !== undefined)
  const asking = new Map(nodes.map((node) => [node, new Redis(node.url, { lazyConnect: true, commandTimeout: 2_000 })]))
  for (const redis of asking.values()) redis.on('error', () => {})
  const ask = async (node: OwnRedis, command: string, ...args: (string | number)[]) =>
    asking.get(node)?.call(command, ...args)
  const stop = async () => {
    for (const redis of asking.values()) redis.disconnect()
    await Promise.all(nodes.map((node) => node.stop()))
  }
  if (nodes.length < started.length) {
    await stop()
    return undefined
  }
  await join(nodes, ask)
  const url = `redis+cluster://${nodes.slice(0, MASTERS).map(({ port }) => `127.0.0.1:${port}`)}`
  /** The nodes' own votes: some of them may be dead. */
  const masterOf = async (key: string) => {
    for (const node of nodes) {
      const found = await ask(node, 'CLUSTER', 'SLOTS').catch(() => undefined)
      if (!found) continue
      const slot = Number(await ask(node, 'CLUSTER', 'KEYSLOT', key))
      const range = (found as Range[]).find(([from, to]) => from <= slot && slot <= to)
      const master = nodes.find(({ port }) => port === range?.[2][1])
      if (master) return master
    }
    throw new Error(`no node knows who is master of ${key}`)
  }
  const replicaOf = async (master: OwnRedis) => {
    const [range] = ((await ask(master, 'CLUSTER', 'SLOTS')) as Range[]).filter((it) => it[2][1] === master.port)
    const replica = nodes.find(({ port }) => port === range?.[3]?.[1])
    if (!replica) throw new Error('this node has no replica')
    return replica
  }
  return { url, masterOf, replicaOf, ask, stop }
}

const startNode = async () =>
  startRedis(await freePort(), 'save ""', [
    ...['--cluster-enabled', 'yes', '--cluster-port', String(await freePort())],
    ...['--cluster-node-timeout', '1000', '--cluster-replica-validity-factor', '0', '--repl-diskless-sync-delay', '0'],
    // A replica is one for the others once it has heard from its master.
    ...['--repl-ping-replica-period', '1'],
  ])

/** What `redis-cli --cluster create` does, without its pauses. */
async function join(nodes: OwnRedis[], ask: TestCluster['ask']): Promise<void> {
  const busPorts = await Promise.all(nodes.map((node) => ask(node, 'CONFIG', 'GET', 'cluster-port')))
  // Each meets each: to hear of one another takes them seconds.
  const meet = (node: OwnRedis) =>
    nodes.map((other, n) => ask(node, 'CLUSTER', 'MEET', '127.0.0.1', other.port, String((busPorts[n] as string[])[1])))
  await Promise.all(nodes.flatMap(meet))
  const masters = nodes.slice(0, MASTERS)
  const edge = (n: number) => Math.round((n * SLOTS) / MASTERS)
  await Promise.all(masters.map((node, n) => ask(node, 'CLUSTER', 'ADDSLOTSRANGE', edge(n), edge(n + 1) - 1)))
  const ids = await Promise.all(masters.map((node) => ask(node, 'CLUSTER', 'MYID')))
  const each = (what: string, holds: (node: OwnRedis) => Promise<boolean>) =>
    waitFor(what, async () => (await Promise.all(nodes.map(holds))).every(Boolean))
  await each('the nodes to know each other', async (node) => {
    const known = String(await ask(node, 'CLUSTER', 'NODES'))
    return known.split('\n').filter(Boolean).length === nodes.length && !known.includes('handshake')
  })
  const replicas = nodes.slice(MASTERS)
  await Promise.all(replicas.map((node, n) => ask(node, 'CLUSTER', 'REPLICATE', String(ids[n]))))
  await Promise.all(
    replicas.map((node) => waitFor('a replica', async () => inSync(await ask(node, 'INFO', 'replication')))),
  )
  await each('the cluster', async (node) => String(await ask(node, 'CLUSTER', 'INFO')).includes('cluster_state:ok'))
  await each('the replicas', async (node) =>
    ((await ask(node, 'CLUSTER', 'SLOTS')) as unknown[][]).every((range) => range.length === 4),
  )
}

export const inSync = (replication: unknown) => String(replication).includes('master_link_status:up')
