// `npm test`: starts what the tests need (PostgreSQL, Redis where there is one), runs every suite on both engines, reports
// coverage, and ends with the line `N passed, N failed`. `npm test -- unit` runs one suite, `npm test -- <file>` one file,
// `--engine redis` one engine, `--grep <text>` the tests whose names contain it. `steps` runs only when it is asked for.
import { fork, spawn } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startPostgres } from '../lib/local/postgres.ts'
import { migrate, migrateEngine } from '../lib/migrate.ts'
import { findRedis } from './support/redis.ts'

const MOCHA = 'node_modules/mocha/lib/cli/cli.js'
const COVERAGE = 'coverage/tmp'
const suites = {
  unit: 'test/unit/**/*.test.ts',
  integration: 'test/integration/**/*.test.ts',
  e2e: 'test/e2e/**/*.test.ts',
  steps: 'test/steps/**/*.test.ts',
}
/** It takes longer than all others together. */
const onRequest = ['steps']
// They need a database that may be lost: not waiting for the disk makes the tests twice as fast.
const fast = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']

interface Counts {
  passed: number
  failed: number
  skipped: number
}

const { values, positionals } = parseArgs({
  options: { engine: { type: 'string' }, grep: { type: 'string' } },
  allowPositionals: true,
})
const total: Counts = { passed: 0, failed: 0, skipped: 0 }
const notes: string[] = []
const wanted = positionals.length ? positionals : Object.keys(suites).filter((name) => !onRequest.includes(name))
const specs = (names: string[]) =>
  names
    .map((name) => (name in suites ? suites[name as keyof typeof suites] : name))
    .filter((spec) => spec.endsWith('.ts'))

/** Coverage says something about whole suites only. */
const covering = wanted.every((name) => name in suites)
if (covering) await rm('coverage', { recursive: true, force: true })
const withoutServers = wanted.filter((name) => name === 'unit' || name.startsWith('test/unit/'))
if (withoutServers.length) await runMocha('unit', specs(withoutServers), {})
const withServers = wanted.filter((name) => !withoutServers.includes(name))
if (withServers.length) await runOnEngines(specs(withServers))
await report()

async function runOnEngines(files: string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'errand-test-'))
  // PostgreSQL runs as another user when the tests run as root.
  await chmod(folder, 0o755)
  const postgres = await startPostgres({ folder: join(folder, 'postgres'), settings: fast })
  const redis = values.engine === 'postgres' ? undefined : await findRedis()
  try {
    const template = await postgres.createDatabase('template_errand')
    await migrate(template)
    await migrateEngine(template)
    const shared = { TEST_POSTGRES_URL: postgres.url, TEST_TEMPLATE: 'template_errand' }
    if (values.engine !== 'redis') await runMocha('engine: PostgreSQL', files, { ...shared, TEST_ENGINE: 'postgres' })
    if (redis) await runMocha('engine: Redis', files, { ...shared, TEST_ENGINE: 'redis', TEST_REDIS_URL: redis.url })
    else if (values.engine !== 'postgres') noteSkipped(files)
  } finally {
    await redis?.stop()
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

function noteSkipped(files: string[]): void {
  notes.push(`Skipped: ${files.join(' and ')} on the Redis engine, because there is no Redis here.`)
  notes.push(
    'To run it: put redis-server on the PATH (Debian: apt-get install redis-server), or set TEST_REDIS_URL=redis://…',
  )
  if (values.engine === 'redis') total.failed++
}

/** Runs mocha in a process of its own and adds up what it counted. A run that dies counts as a failure. */
async function runMocha(title: string, files: string[], env: Record<string, string>): Promise<void> {
  process.stdout.write(`\n=== ${title}\n`)
  const grep = values.grep ? ['--fgrep', values.grep] : []
  const mocha = fork(MOCHA, [...files, ...grep], {
    env: { ...process.env, ...env, ...(covering && { NODE_V8_COVERAGE: COVERAGE }) },
    execArgv: ['--import', 'tsx', '--enable-source-maps'],
  })
  let counted: Counts | undefined
  mocha.on('message', (counts) => {
    counted = counts as Counts
  })
  const code = await new Promise((resolve) => mocha.once('exit', resolve))
  const { passed = 0, failed = 0, skipped = 0 } = counted ?? {}
  total.passed += passed
  total.skipped += skipped
  total.failed += code !== 0 && failed === 0 ? 1 : failed
  if (code !== 0 && failed === 0) notes.push(`${title}: the run itself failed (exit code ${code}), see above.`)
}

async function report(): Promise<void> {
  if (covering) {
    const c8 = spawn(process.execPath, ['node_modules/c8/bin/c8.js', 'report'], { stdio: 'inherit' })
    await new Promise((resolve) => c8.once('exit', resolve))
  }
  for (const note of notes) process.stdout.write(`${note}\n`)
  const skipped = total.skipped ? `, ${total.skipped} skipped` : ''
  process.stdout.write(`${total.passed} passed, ${total.failed} failed${skipped}\n`)
  process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0
}
