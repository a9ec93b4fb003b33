// What goes wrong, when, to whom and for how long: all of it drawn from the seed before the run begins. No two faults hit the
// same thing at the same time; different things may well fail together.
import type { EngineKind } from '../../../lib/engine/index.ts'
import type { Link } from '../members.ts'
import type { Random } from '../random.ts'

/** machine: nobody's plan; it was too busy. */
type Group = 'process' | 'network' | 'server' | 'provider' | 'mail' | 'machine'

export interface Fault {
  /** When, in ms since the start of the load. */
  at: number
  kind: string
  group: Group
  /** A process, `all`, or a server. */
  target: string
  /** Connections to what, for a fault of the network. */
  link?: Link
  /** How long it lasts, in ms; 0 for one that is over at once. */
  forMs: number
  /** How a half-open connection ends: what was held back arrives, or the connection is reset. */
  end?: 'resume' | 'reset'
  /** Of a slow network, in ms each way. */
  delayMs?: number
}

interface Options {
  engine: EngineKind
  durationMs: number
  /** Shortest and longest time from one fault to the next, in ms. */
  gap: readonly [number, number]
  webs: string[]
  workers: string[]
}

interface Draft extends Omit<Fault, 'at'> {
  /** What nothing else may hit meanwhile. */
  busy: string[]
  /** How long the target needs to be itself again, in ms. */
  restMs?: number
}

type Maker = (random: Random, options: Options) => Draft

/** Longer than a lease (3 s); now and then longer than any connection may be silent (18 s, lib/db.ts). */
const pause = (random: Random) => (random.chance(0.15) ? random.between(19_000, 23_000) : random.between(4_000, 9_000))

const signal = (kind: string, who: 'webs' | 'workers', duration: (random: Random) => number, restMs: number): Maker => {
  return (random, options) => {
    const target = random.pick(options[who])
    return { kind, group: 'process', target, forMs: duration(random), restMs, busy: [target] }
  }
}

const onLink = (kind: string, link: Link, who: 'one' | 'all', more: (random: Random) => Partial<Draft>): Maker => {
  return (random, { webs, workers }) => {
    const everybody = link === 'database' || link === 'redis' ? [...webs, ...workers] : workers
    const target = who === 'all' ? 'all' : random.pick(workers)
    const busy = (who === 'all' ? everybody : [target]).map((name) => `${name}/${link}`)
    // Nobody is killed or frozen who is cut off already: one cause at a time for each process.
    if (who === 'one') busy.push(target)
    return { kind: `${kind} ${link} (${who})`, group: 'network', target, link, forMs: 0, busy, ...more(random) }
  }
}

/** What can be done to a server. */
export type ServerFault =
  | 'restart PostgreSQL (fast)'
  | 'restart PostgreSQL (immediate)'
  | 'kill -9 PostgreSQL'
  | 'TRUNCATE engine'
  | 'restart Redis'
  | 'FLUSHALL'

const atServer = (kind: ServerFault, target: string, restMs: number): Maker => {
  return () => ({ kind, group: 'server', target, forMs: 0, restMs, busy: [target] })
}

/** Pauses all mail for half a minute. */
const wrongPassword: Maker = (random, { workers }) => {
  const target = random.pick(workers)
  return { kind: 'SMTP 535', group: 'mail', target, forMs: 0, restMs: 60_000, busy: ['mail'] }
}

/** Pauses all payments for half a minute. */
const wrongKey: Maker = () => ({
  kind: 'provider 401',
  group: 'provider',
  target: 'provider',
  forMs: 0,
  restMs: 60_000,
  busy: ['payments'],
})

const halfOpen = (random: Random): Partial<Draft> => ({
  forMs: pause(random),
  end: random.chance(0.5) ? 'resume' : 'reset',
})
const slow = (random: Random): Partial<Draft> => ({ forMs: 5_000, delayMs: random.between(10, 60) })
const brief = (random: Random): Partial<Draft> => ({ forMs: random.between(1_000, 4_000) })
/** Longer than a call to the provider may take (10 s, lib/payments/gateway.ts). */
const silence = (random: Random): Partial<Draft> => ({ group: 'provider', forMs: random.between(11_000, 14_000) })
const once = () => ({})
const atOnce = () => 0

const everywhere: readonly (readonly [number, Maker])[] = [
  [12, signal('kill -9 worker', 'workers', atOnce, 3_000)],
  [5, signal('kill -9 web', 'webs', atOnce, 3_000)],
  [10, signal('freeze worker', 'workers', pause, 500)],
  [3, signal('freeze web', 'webs', (random) => random.between(2_000, 5_000), 500)],
  [5, signal('SIGTERM worker', 'workers', atOnce, 6_000)],
  [2, signal('SIGTERM web', 'webs', atOnce, 4_000)],
  [5, onLink('cut', 'database', 'one', once)],
  [3, onLink('cut', 'database', 'all', once)],
  [7, onLink('half-open', 'database', 'one', halfOpen)],
  [2, onLink('half-open', 'database', 'all', halfOpen)],
  [3, onLink('slow', 'database', 'all', slow)],
  [2, onLink('refuse', 'database', 'one', brief)],
  [3, onLink('cut', 'provider', 'one', once)],
  [3, onLink('half-open', 'provider', 'one', halfOpen)],
  [2, onLink('refuse', 'provider', 'all', brief)],
  [2, onLink('silent', 'provider', 'all', silence)],
  [3, onLink('cut', 'smtp', 'one', once)],
  [2, onLink('half-open', 'smtp', 'one', halfOpen)],
  [2, onLink('refuse', 'smtp', 'all', brief)],
  [1, wrongPassword],
  [1, wrongKey],
  [3, atServer('restart PostgreSQL (fast)', 'postgres', 4_000)],
  [3, atServer('restart PostgreSQL (immediate)', 'postgres', 4_000)],
  [2, atServer('kill -9 PostgreSQL', 'postgres', 4_000)],
]
const ofEngine: Record<EngineKind, readonly (readonly [number, Maker])[]> = {
  postgres: [[6, atServer('TRUNCATE engine', 'engine', 3_000)]],
  redis: [
    [5, atServer('restart Redis', 'redis', 3_000)],
    [6, atServer('FLUSHALL', 'redis', 2_000)],
    [3, onLink('cut', 'redis', 'one', once)],
    [2, onLink('cut', 'redis', 'all', once)],
    [5, onLink('half-open', 'redis', 'one', halfOpen)],
    [2, onLink('half-open', 'redis', 'all', halfOpen)],
  ],
}

/** How often another kind is drawn before a moment is left without a fault. */
const TRIES = 20

/** @returns the faults in the order of their times. */
export function planFaults(random: Random, options: Options): Fault[] {
  const makers = [...everywhere, ...ofEngine[options.engine]]
  const busyUntil = new Map<string, number>()
  const faults: Fault[] = []
  const isFree = (at: number, { busy }: Draft) => busy.every((each) => (busyUntil.get(each) ?? 0) <= at)
  for (let at = random.between(...options.gap); at < options.durationMs; at += random.between(...options.gap)) {
    const drafts = Array.from({ length: TRIES }, () => random.weighted(makers)(random, options))
    const draft = drafts.find((each) => isFree(at, each))
    if (!draft) continue
    const { busy, restMs = 0, ...fault } = draft
    for (const each of busy) busyUntil.set(each, at + fault.forMs + restMs)
    faults.push({ at, ...fault })
  }
  return faults
}
