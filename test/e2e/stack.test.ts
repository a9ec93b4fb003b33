// `npm start` as a user has it: from nothing to Ready, used, started again, and gone without a trace.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { freePort } from '../../lib/local/ports.ts'
import type { Session } from '../../lib/local/session.ts'
import { createClient } from '../support/client.ts'
import { environment } from '../support/environment.ts'
import { mailsAbout } from '../support/inbox.ts'
import { placeOrder } from '../support/orders.ts'
import { waitFor } from '../support/wait-for.ts'

const run = promisify(execFile)

interface Running {
  process: ChildProcess
  output(): string
  ended: Promise<number | null>
}

describe('npm start', function () {
  this.timeout(90_000)
  let folder: string
  let port: number
  let stack: Running

  before(async () => {
    // A checkout of its own, so that its `.local` is not the developer's.
    folder = await mkdtemp(join(tmpdir(), 'errand-stack-'))
    await run('chmod', ['755', folder])
    for (const name of ['dist', 'Procfile', 'package.json']) await cp(name, join(folder, name), { recursive: true })
    await symlink(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'))
    port = await freePort()
    stack = await ready()
  })
  after(async () => {
    stack.process.kill('SIGTERM')
    await stack.ended
    await rm(folder, { recursive: true, force: true })
  })

  const env = () => ({
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    NODE_V8_COVERAGE: process.env.NODE_V8_COVERAGE && join(process.cwd(), process.env.NODE_V8_COVERAGE),
    PORT: String(port),
    REDIS_URL: environment.redisUrl,
    QUEUE_PREFIX: '{stack}',
  })
  const start = (): Running => {
    const child = spawn(process.execPath, ['dist/lib/local/start.js'], {
      cwd: folder,
      env: env(),
      stdio: 'pipe',
      detached: true,
    })
    let text = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk))
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
    return { process: child, output: () => text, ended }
  }
  const ready = async () => {
    const started = start()
    await waitFor('Ready.', async () => started.output().includes('\nReady.\n') || ended(started), 60_000)
    if (await ended(started)) throw new Error(started.output())
    return started
  }
  const ended = async ({ process: child }: Running) => child.exitCode !== null
  const session = async (): Promise<Session> => JSON.parse(await readFile(join(folder, '.local/session.json'), 'utf8'))
  const api = async () => {
    const { apiUrl, apiKey } = await session()
    return createClient(apiUrl, apiKey)
  }
  /** Everything the stack started names its folder, on the command line or as its data directory. */
  const processes = async () => {
    const { stdout } = await run('ps', ['-eo', 'pid,args'])
    const pids = stdout.split('\n').filter((line) => line.includes(folder))
    const { stdout: cwds } = await run('sh', ['-c', `ls -l /proc/[0-9]*/cwd 2>/dev/null | grep -F '${folder}' || true`])
    return [...pids, ...cwds.split('\n').filter(Boolean)]
  }

  it('serves orders, and tells in .local/session.json how to get in', async () => {
    const { mailUrl, paymentsUrl, opsUrl, operator, engine } = await session()
    expect(engine).to.equal(environment.engine)
    const client = await api()
    const { jobId, orderId } = await placeOrder(client)
    expect((await client.finished(jobId)).state).to.equal('succeeded')
    expect(await mailsAbout({ mailUrl: mailUrl ?? '' }, orderId)).to.have.length(1)
    const intents = (await (await fetch(`${paymentsUrl}/v1/payment_intents`)).json()) as { data: unknown[] }
    expect(intents.data).to.have.length(1)
    const login = Buffer.from(`${operator.email}:${operator.password}`).toString('base64')
    expect((await fetch(opsUrl, { headers: { authorization: `Basic ${login}` } })).status).to.equal(200)
  })

  it('runs the demo, live', async () => {
    const { stdout } = await run(process.execPath, ['dist/lib/local/demo.js'], { cwd: folder })
    expect(stdout)
      .to.match(/202 Accepted/)
      .and.match(/emails\.send +succeeded/)
      .and.match(/The job succeeded after \d+ ms/)
  })

  it('says in one sentence that it runs here already', async () => {
    const second = start()
    expect(await second.ended).to.equal(1)
    expect(second.output()).to.match(/^Errand already runs here \(process \d+, http:\S+\); stop it first\.\n$/)
  })

  it('leaves no process behind after Ctrl-C, and keeps the data for the next start', async () => {
    const before = (await (await api()).get('/v1/inventory/MUG-BLUE')).body
    const { apiKey } = await session()
    // A terminal sends Ctrl-C to the whole group.
    process.kill(-(stack.process.pid ?? 0), 'SIGINT')
    expect(await stack.ended).to.equal(0)
    expect(await processes()).to.deep.equal([])
    stack = await ready()
    expect((await session()).apiKey).to.equal(apiKey)
    expect((await (await api()).get('/v1/inventory/MUG-BLUE')).body).to.deep.equal(before)
  })

  it('ends as a whole, and says why, when a part of it dies', async () => {
    const { stdout } = await run('ps', ['-eo', 'pid,args'])
    const workers = stdout.split('\n').filter((line) => line.includes('dist/workers/worker.js'))
    for (const pid of workers.map((line) => Number.parseInt(line, 10))) {
      const cwd = await run('readlink', [`/proc/${pid}/cwd`])
      if (cwd.stdout.trim() === folder) process.kill(pid, 'SIGKILL')
    }
    expect(await stack.ended).to.equal(1)
    expect(stack.output()).to.include('worker ended (SIGKILL)')
    expect(await processes()).to.deep.equal([])
    stack = await ready()
  })

  it('is gone without a trace, and without alarm, when Ctrl-C comes before it is ready', async () => {
    stack.process.kill('SIGTERM')
    await stack.ended
    const early = start()
    await waitFor('the start of the processes', async () => early.output().includes('Starting API and worker'))
    process.kill(-(early.process.pid ?? 0), 'SIGINT')
    expect(await early.ended).to.equal(0)
    expect(early.output()).to.match(/Stopping …\nStopped\.\n$/)
    expect(await processes()).to.deep.equal([])
  })

  it('says in one sentence that its port is taken', async () => {
    const squatter = createServer().listen(port, '127.0.0.1')
    await new Promise((resolve) => squatter.once('listening', resolve))
    const refused = start()
    expect(await refused.ended).to.equal(1)
    expect(refused.output()).to.equal(`Port ${port} is in use; choose another, e.g. PORT=${port + 1} npm start\n`)
    expect(await processes()).to.deep.equal([])
    await new Promise((resolve) => squatter.close(resolve))
  })
})
