// `npm run bench`: Errand beside what one would otherwise build, on one PostgreSQL and one Redis, in one run. `npm run bench --
// accept process` runs single scenarios, `--smoke` all for a moment (that they work, not how fast), `--publish` writes the run
// into docs/performance.md. `npm run bench -- followers` has options of its own.
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { describe } from './measure/describe.ts'
import { publish } from './measure/publish.ts'
import { asText, type Report } from './measure/report.ts'
import { openServers } from './measure/servers.ts'
import type { Result, Scenario, Settings } from './measure/shape.ts'
import { openStack, type Stack } from './measure/stack.ts'
import { followers } from './scenarios/followers.ts'
import { scenarios } from './scenarios/index.ts'

const RESULTS = 'test/bench/results.json'
const OPTIONS = {
  rounds: { type: 'string' },
  seconds: { type: 'string' },
  minutes: { type: 'string', default: '20' },
  smoke: { type: 'boolean', default: false },
  publish: { type: 'boolean', default: false },
} as const

const say = (text: string) => process.stdout.write(`${text}\n`)

const [first, ...rest] = process.argv.slice(2)
if (first === 'followers') await followers(rest)
else await bench()

async function bench(): Promise<void> {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true })
  const { smoke } = values
  const settings: Settings = {
    smoke,
    rounds: Number(values.rounds ?? (smoke ? 1 : 2)),
    seconds: Number(values.seconds ?? (smoke ? 1 : 2)),
    minutes: smoke ? 0.1 : Number(values.minutes),
  }
  const report = await runAll(choose(positionals, smoke), settings)
  if (smoke) {
    say(`\n${report.results.length} scenarios work; the figures say nothing.`)
    return
  }
  await writeFile(RESULTS, `${JSON.stringify(report, null, 1)}\n`)
  say(`\nAll samples: ${RESULTS}`)
  if (values.publish) await publish(report)
}

/** @throws Error for a name that no scenario has */
function choose(names: string[], smoke: boolean): Scenario[] {
  const unknown = names.find((name) => !scenarios.some((scenario) => scenario.name === name))
  if (unknown)
    throw new Error(`no scenario "${unknown}"; there is: ${scenarios.map(({ name }) => name).join(', ')}, followers`)
  if (names.length) return scenarios.filter(({ name }) => names.includes(name))
  return scenarios.filter(({ onRequest }) => smoke || !onRequest)
}

async function runAll(chosen: Scenario[], settings: Settings): Promise<Report> {
  const startedAt = performance.now()
  const opening = openServers()
  let stack: Stack | undefined
  const stop = async () => {
    await stack?.stop()
    await (await opening).stop()
  }
  let left = false
  const leave = () => {
    left = true
    void stop().finally(() => process.exit(130))
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, leave)
  try {
    const servers = await opening
    const results: Result[] = []
    for (const scenario of chosen) {
      stack = openStack(servers)
      say(`\n${scenario.name}: ${scenario.measures} …`)
      const result = { name: scenario.name, ...(await scenario.run(stack, settings)) }
      refuseNothing(result)
      say(asText(settings.smoke ? { ...result, targets: [] } : result))
      say(`  (${Math.round((performance.now() - startedAt) / 1000)} s since the start)`)
      results.push(result)
      await stack.stop()
    }
    stack = openStack(servers)
    const on = await describe(stack)
    return { at: new Date().toISOString(), on, settings, results }
  } catch (error) {
    // What is stopped in the middle fails; that is not what there is to say.
    if (left) await new Promise(() => {})
    throw error
  } finally {
    await stop()
  }
}

/** A scenario that measured nothing has not worked, whatever it says. @throws Error */
function refuseNothing({ name, rows }: Result): void {
  const empty = rows.find(({ samples }) => samples.length === 0 || !samples.every(Number.isFinite))
  if (rows.length === 0 || empty)
    throw new Error(`${name} has no figures${empty ? ` of ${empty.contender}: ${empty.what}` : ''}`)
}
