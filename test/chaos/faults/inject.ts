// Making the planned faults happen, at their times, and ending them: each is logged with when it began and when all was well.
import { appendFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { TcpProxy } from '../../support/tcp-proxy.ts'
import type { Member } from '../members.ts'
import { truncateEngine } from '../servers.ts'
import { everybody, type World } from '../world.ts'
import type { Fault, ServerFault } from './schedule.ts'

export interface Injected {
  fault: Fault
  /** ms since the epoch. */
  startedAt: number
  healedAt: number
  /** Why it could not be done after all. */
  failed?: string
}

export interface Injection {
  readonly injected: Injected[]
  /** Begins no more faults and ends those that are under way; resolves when all are ended. */
  stop(): Promise<void>
}

/** @param say is told of each fault as it begins */
export function startFaults(world: World, faults: Fault[], file: string, say: (what: string) => void): Injection {
  const stopping = new AbortController()
  const injected: Injected[] = []
  const startedAt = Date.now()
  /** Waits, unless it is over. */
  const pause = (ms: number) => delay(ms, undefined, { signal: stopping.signal }).catch(() => {})
  const inject = async (fault: Fault) => {
    const entry: Injected = { fault, startedAt: Date.now(), healedAt: 0 }
    injected.push(entry)
    say(`${(fault.at / 1000).toFixed(1).padStart(6)} s  ${fault.kind}: ${fault.target}${length(fault)}`)
    try {
      await actions(world, fault, () => pause(fault.forMs))
    } catch (error) {
      entry.failed = error instanceof Error ? error.message : String(error)
    }
    entry.healedAt = Date.now()
    appendFileSync(file, `${JSON.stringify(entry)}\n`)
  }
  const run = async () => {
    const underWay: Promise<void>[] = []
    for (const fault of faults) {
      await pause(startedAt + fault.at - Date.now())
      if (stopping.signal.aborted) break
      underWay.push(inject(fault))
    }
    await Promise.all(underWay)
  }
  const running = run()
  return {
    injected,
    async stop() {
      stopping.abort()
      await running
    },
  }
}

const length = ({ forMs, delayMs }: Fault) =>
  `${forMs ? `, ${(forMs / 1000).toFixed(1)} s` : ''}${delayMs ? `, ${delayMs} ms each way` : ''}`

/** Does what the fault says; resolves when all is well again, as far as the suite is concerned. */
async function actions(world: World, fault: Fault, last: () => Promise<void>): Promise<void> {
  const { kind, group, target } = fault
  if (fault.link) return disturb(proxiesOf(world, fault), fault, last)
  if (group === 'mail')
    return world.workers.find(({ name }) => name === target)?.sink.play({ on: 'auth', do: 535, times: 1 })
  if (group === 'provider')
    return world.simulator.faults.load([{ on: 'POST /v1/payment_intents', do: 'unauthorized', times: 1 }])
  if (group === 'process') return strike(memberOf(world, target), kind, last)
  return atServer[kind as ServerFault](world)
}

const atServer: Record<ServerFault, (world: World) => Promise<void> | undefined> = {
  'restart PostgreSQL (fast)': ({ postgres }) => postgres.restart('fast'),
  'restart PostgreSQL (immediate)': ({ postgres }) => postgres.restart('immediate'),
  'kill -9 PostgreSQL': ({ postgres }) => postgres.restart('kill'),
  'TRUNCATE engine': ({ db }) => truncateEngine(db),
  'restart Redis': ({ redis }) => redis?.restart(),
  FLUSHALL: ({ redis }) => redis?.flush(),
}

async function strike(member: Member, kind: string, last: () => Promise<void>): Promise<void> {
  if (kind.startsWith('kill -9')) need(member.signal('SIGKILL'))
  else if (kind.startsWith('SIGTERM')) need(member.signal('SIGTERM'))
  else {
    const { pid } = member
    need(member.signal('SIGSTOP'))
    await last()
    // Its successor, if somebody has killed it meanwhile, is not frozen.
    if (member.pid === pid) member.signal('SIGCONT')
  }
}

function need(there: boolean): void {
  if (!there) throw new Error('the process was not there')
}

async function disturb(
  proxies: TcpProxy[],
  { kind, delayMs = 0, end }: Fault,
  last: () => Promise<void>,
): Promise<void> {
  for (const proxy of proxies) {
    if (kind.startsWith('cut')) proxy.cut()
    else if (kind.startsWith('slow')) proxy.slow(delayMs)
    else if (kind.startsWith('refuse')) {
      proxy.refuse()
      proxy.cut()
    } else proxy.freeze()
  }
  await last()
  for (const proxy of proxies) {
    if (end === 'reset') proxy.cut()
    proxy.heal()
  }
}

function memberOf(world: World, name: string): Member {
  const member = everybody(world).find((each) => each.name === name)
  if (!member) throw new Error(`there is no process ${name}`)
  return member
}

function proxiesOf(world: World, { target, link }: Fault): TcpProxy[] {
  const members = target === 'all' ? everybody(world) : [memberOf(world, target)]
  return members.flatMap(({ links }) => (link && links[link]) ?? [])
}
