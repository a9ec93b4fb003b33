// `npm run fuzz`: requests that are made up from /openapi.json, good ones and spoiled ones, against real processes. Exits 0
// only when every answer is one that the document declares, nothing broke or grew, and what is stored adds up.
import { setTimeout as delay } from 'node:timers/promises'
import { createAccepted } from './accepted.ts'
import { isServed, lookAtProcesses, lookAtRows, readUnfinished } from './aftermath.ts'
import { explore } from './explore.ts'
import { byHand, createFindings, describe, origin } from './findings.ts'
import { type Caller, planners } from './generate/plan.ts'
import { createKnown } from './known.ts'
import { watchMemory } from './memory.ts'
import { type ApiDocument, readOperations, undescribed } from './operations.ts'
import { HELP, type Options, readOptions } from './options.ts'
import { drawReport, isGood, type Run } from './report.ts'
import { lingerers } from './send/linger.ts'
import { createTally } from './tally.ts'
import { openWorld, operator, WEBHOOK_SECRET, type World } from './world.ts'

/** From here on the slowest request is shown. */
const SLOW_MS = 5_000
const SETTLE_MS = 120_000
const SAY_EVERY_MS = 15_000
/** Part of the requests after which the processes have warmed up. */
const WARM = 0.3

const say = (what: string) => process.stdout.write(`${what}\n`)

async function main(options: Options): Promise<void> {
  const { seed, engine, requests, operation } = options
  say(`fuzz: seed ${seed}, engine ${engine}, ${requests} requests`)
  const only = operation.map((id) => ` --operation ${id}`).join('')
  say(`again: npm run fuzz -- --seed ${seed} --engine ${engine} --requests ${requests}${only}`)
  say('The seed repeats what is made up. It does not repeat which resources there are when it is sent.\n')
  const interrupted = new AbortController()
  const world = await openWorld(options)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => interrupted.abort())
  let good = false
  try {
    const credentials = credentialsOf(world)
    const run = await play(world, options, credentials, interrupted.signal)
    good = isGood(run) && !interrupted.signal.aborted
    say(drawReport(run))
    const { slowest } = run.tally
    const names = new Map(Object.entries(credentials).map(([caller, value]) => [value ?? '', `<key of ${caller}>`]))
    if (slowest && slowest.ms > SLOW_MS)
      say(`\nthe slowest: ${origin(slowest.draft)}\n  ${byHand(slowest.draft, world.url.origin, names)}`)
    for (const finding of run.findings.all) say(`\n${describe(finding, world.url.origin, names)}`)
    for (const { name, found } of run.checks)
      if (found.length > 0)
        say(
          `\n${name}:\n${found
            .slice(0, 10)
            .map((each) => `  ${each}`)
            .join('\n')}`,
        )
    say(good ? '\nEvery answer was as the document says.' : `\nBROKEN. Again with --seed ${seed}`)
  } finally {
    if (!good) say(`Logs: ${world.logs}`)
    await world.close(!good)
    process.exitCode = good ? 0 : 1
  }
}

const credentialsOf = ({ accounts }: World): Record<Caller, string | undefined> => ({
  north: `Bearer ${accounts.north.key}`,
  south: `Bearer ${accounts.south.key}`,
  operator: `Basic ${Buffer.from(`${operator.email}:${operator.password}`).toString('base64')}`,
  stranger: 'Bearer errand_made_up',
  nobody: undefined,
})

async function play(
  world: World,
  options: Options,
  credentials: Record<Caller, string | undefined>,
  stop: AbortSignal,
): Promise<Run> {
  const { url } = world
  const document = (await (await fetch(new URL('/openapi.json', url))).json()) as ApiDocument
  if (!isServed(document)) throw new Error('/openapi.json is not the document of this checkout: build it again')
  const { operation: only, requests } = options
  const operations = [...readOperations(document), ...undescribed].filter(
    ({ id }) => only.length === 0 || only.includes(id),
  )
  if (operations.length === 0) throw new Error(`no operation is called ${only.join(' or ')}`)
  const [tally, findings, accepted] = [createTally(), createFindings(), createAccepted()]
  const known = createKnown((caller) => (caller === 'north' ? 'south' : 'north'))
  const memory = watchMemory(world, () => tally.requests >= requests * WARM)
  const talk = setInterval(() => say(`${tally.requests} requests, ${findings.all.length} findings`), SAY_EVERY_MS)
  const startedAt = performance.now()
  const lingering = lingerers(url, requests)
  await explore({
    url,
    plans: planners(document, operations),
    surroundings: { known, credentials, webhookSecret: WEBHOOK_SECRET, host: url.host },
    findings,
    tally,
    accepted,
    options,
    stop,
  })
  const tookMs = performance.now() - startedAt
  clearInterval(talk)
  const { settledMs, unfinished } = await settle(world, stop)
  const slow = await lingering
  const alive = await lookAtProcesses(world, tally.problems)
  const sizes = await memory.end()
  await world.stopProcesses()
  const checks = [
    { name: 'slow clients that were not sent away', found: slow },
    { name: 'jobs that are due and neither end nor say why', found: unfinished },
    ...alive,
    ...(await lookAtRows(world, accepted)),
  ]
  return { tally, findings, checks, memory: sizes, accepted, tookMs, settledMs }
}

/** Waits until what is due is done. @returns how long it took in ms, and what is not done all the same */
async function settle(world: World, stop: AbortSignal): Promise<{ settledMs: number; unfinished: string[] }> {
  const startedAt = performance.now()
  const took = () => performance.now() - startedAt
  let unfinished = await readUnfinished(world)
  while (!stop.aborted && took() < SETTLE_MS && unfinished.length > 0) {
    await delay(500)
    unfinished = await readUnfinished(world)
  }
  return { settledMs: took(), unfinished }
}

const options = readOptions(process.argv.slice(2))
if (options) await main(options)
else say(HELP)
