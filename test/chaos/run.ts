// `npm run chaos`: real processes under load, while everything around them fails; then every invariant is checked against
// three sources and the runner's own journal. Exits 0 only when nothing was lost, and nothing happened twice.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startFaults } from './faults/inject.ts'
import { planFaults } from './faults/schedule.ts'
import { watchStalls } from './faults/stalls.ts'
import { openJournal } from './load/journal.ts'
import { startLoad } from './load/run.ts'
import { misbehave } from './misbehave.ts'
import { type Options, readOptions } from './options.ts'
import { seededRandom } from './random.ts'
import { type Run, report } from './report.ts'
import { settle } from './settle.ts'
import { drawTable } from './table.ts'
import { gatherFacts } from './verdict/facts.ts'
import { openWorld, type World } from './world.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

const onSignals = (listener: () => void) => {
  for (const signal of SIGNALS) process.on(signal, listener)
}
const say = (what: string) => process.stdout.write(`${what}\n`)

async function main(options: Options): Promise<void> {
  const { seed, engine, minutes, orders } = options
  say(`chaos: seed ${seed}, engine ${engine}, ${minutes} min, ${orders ? `at most ${orders}` : 'unbounded'} orders`)
  say(
    `again: npm run chaos -- --seed ${seed} --engine ${engine} --minutes ${minutes}${orders ? ` --orders ${orders}` : ''}`,
  )
  say(
    'The seed repeats what is sent, and what goes wrong, when and where. It does not repeat how processes interleave.',
  )
  const interrupted = new AbortController()
  // While the world is being made: at once, by its exit handler. Later: in order; asked twice, at once.
  const leave = () => process.exit(1)
  onSignals(leave)
  const world = await openWorld(engine, options.folder)
  for (const signal of SIGNALS) process.off(signal, leave)
  onSignals(() => (interrupted.signal.aborted ? process.exit(1) : interrupted.abort()))
  let good = false
  try {
    const run = await play(world, options, interrupted.signal)
    if (!run) {
      say('Interrupted; there is no verdict.')
      return
    }
    good = await pronounce(world, run, options)
  } finally {
    if (!good) say(`Logs: ${world.logs}`)
    await world.close(!good)
    process.exitCode = good ? 0 : 1
  }
}

/** Load and faults for the given time, then peace. @returns undefined when it was interrupted. */
async function play(world: World, options: Options, interrupted: AbortSignal): Promise<Run | undefined> {
  const { seed, engine, orders, gap } = options
  const random = seededRandom(seed)
  const durationMs = options.minutes * 60_000
  const names = { webs: world.webs.map(({ name }) => name), workers: world.workers.map(({ name }) => name) }
  const plan = planFaults(random.fork('faults'), { engine, durationMs, gap, ...names })
  say(`${plan.length} faults are planned; provider and mail servers misbehave all the time.\n`)
  const startedAt = Date.now()
  const journal = openJournal(join(world.logs, 'journal.jsonl'))
  const stalls = watchStalls(world.workers)
  const misbehaviour = misbehave(world, random.fork('misbehaviour'))
  const load = startLoad(world, journal, random.fork('load'), { orders, durationMs })
  const faults = startFaults(world, plan, join(world.logs, 'faults.jsonl'), say)
  await delay(durationMs, undefined, { signal: interrupted }).catch(() => {})
  await faults.stop()
  misbehaviour.calm()
  if (interrupted.aborted) {
    stalls.stop()
    misbehaviour.stop()
    load.abandon()
    return undefined
  }
  say('\nNo more faults and no more load; waiting for everything to end.')
  await load.stop()
  const { tookMs, settled } = await settle(world, options.settle * 1000, interrupted)
  await world.stopMembers()
  misbehaviour.stop()
  stalls.stop()
  const { accepted, contradictions } = journal
  const facts = await gatherFacts(world, { accepted, contradictions, faults: faults.injected, stalls: stalls.seen })
  return { facts, journal, settled, settleMs: tookMs, durationMs: Date.now() - startedAt }
}

/** @returns whether every rule holds. */
async function pronounce(world: World, run: Run, options: Options): Promise<boolean> {
  const { sections, rulings, summary } = report(world, run)
  const broken = rulings.filter(({ findings }) => findings.length > 0)
  say(`\n${drawTable(sections)}`)
  if (broken.length > 0) await writeFile(join(world.logs, 'facts.json'), JSON.stringify(run.facts))
  for (const { name, findings } of broken) {
    say(`\n${name}:`)
    for (const { id, detail } of findings.slice(0, 20)) say(`  ${id}  ${detail}`)
    if (findings.length > 20) say(`  and ${findings.length - 20} more`)
  }
  const good = broken.length === 0
  say(good ? '\nEvery invariant holds.' : `\nBROKEN. Again with --seed ${options.seed}`)
  if (options.report) {
    const { seed, engine, minutes } = options
    await writeFile(options.report, `${JSON.stringify({ good, seed, engine, minutes, ...summary }, null, 2)}\n`)
  }
  return good
}

await main(readOptions(process.argv.slice(2)))
