// `npm start` as a user has it: from nothing to Ready, used, started again, and gone without a trace.
import { execFile } from 'node:child_process'
import { createServer } from 'node:net'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { createClient } from '../support/client.ts'
import { environment } from '../support/environment.ts'
import { mailsAbout } from '../support/inbox.ts'
import { type Checkout, openCheckout, type Running } from '../support/local-stack.ts'
import { placeOrder } from '../support/orders.ts'
import { waitFor } from '../support/wait-for.ts'

const run = promisify(execFile)

describe('npm start', function () {
  this.timeout(90_000)
  let checkout: Checkout
  let stack: Running

  before(async () => {
    checkout = await openCheckout()
    stack = await checkout.ready()
  })
  after(async () => {
    stack.process.kill('SIGTERM')
    await stack.ended
    await checkout.remove()
  })

  const session = () => checkout.session()
  const api = async () => {
    const { apiUrl, apiKey } = await session()
    return createClient(apiUrl, apiKey)
  }
  /** Everything the stack started names its folder, on the command line or as its data directory. */
  const processes = async () => {
    const { stdout } = await run('ps', ['-eo', 'pid,args'])
    const pids = stdout.split('\n').filter((line) => line.includes(checkout.folder))
    const { stdout: cwds } = await run('sh', [
      '-c',
      `ls -l /proc/[0-9]*/cwd 2>/dev/null | grep -F '${checkout.folder}' || true`,
    ])
    return [...pids, ...cwds.split('\n').filter(Boolean)]
  }

  it('serves orders, and tells in .local/session.json how to get in', async () => {
    const { demoUrl, mailUrl, paymentsUrl, opsUrl, operator, engine } = await session()
    expect(engine).to.equal(environment.engine)
    const client = await api()
    const { jobId, orderId } = await placeOrder(client)
    expect((await client.finished(jobId)).state).to.equal('succeeded')
    expect(await mailsAbout({ mailUrl: mailUrl ?? '' }, orderId)).to.have.length(1)
    const intents = (await (await fetch(`${paymentsUrl}/v1/payment_intents`)).json()) as { data: unknown[] }
    expect(intents.data).to.have.length(1)
    const login = Buffer.from(`${operator.email}:${operator.password}`).toString('base64')
    expect(await (await fetch(demoUrl)).text()).to.include('Errand demo')
    expect((await fetch(opsUrl, { headers: { authorization: `Basic ${login}` } })).status).to.equal(200)
  })

  it('runs the demo, live', async () => {
    const { stdout } = await run(process.execPath, ['dist/lib/local/demo.js'], { cwd: checkout.folder })
    expect(stdout)
      .to.match(/202 Accepted/)
      .and.match(/emails\.send +succeeded/)
      .and.match(/The job succeeded after \d+ ms/)
  })

  it('says in one sentence that it runs here already', async () => {
    const second = checkout.start()
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
    stack = await checkout.ready()
    expect((await session()).apiKey).to.equal(apiKey)
    expect((await (await api()).get('/v1/inventory/MUG-BLUE')).body).to.deep.equal(before)
  })

  it('ends as a whole, and says why, when a part of it dies', async () => {
    const { stdout } = await run('ps', ['-eo', 'pid,args'])
    const workers = stdout.split('\n').filter((line) => line.includes('dist/workers/worker.js'))
    for (const pid of workers.map((line) => Number.parseInt(line, 10))) {
      const cwd = await run('readlink', [`/proc/${pid}/cwd`])
      if (cwd.stdout.trim() === checkout.folder) process.kill(pid, 'SIGKILL')
    }
    expect(await stack.ended).to.equal(1)
    expect(stack.output()).to.include('worker ended (SIGKILL)')
    expect(await processes()).to.deep.equal([])
    stack = await checkout.ready()
  })

  it('is gone without a trace, and without alarm, when Ctrl-C comes before it is ready', async () => {
    stack.process.kill('SIGTERM')
    await stack.ended
    const early = checkout.start()
    await waitFor('the start of the processes', async () => early.output().includes('Starting API and worker'))
    process.kill(-(early.process.pid ?? 0), 'SIGINT')
    expect(await early.ended).to.equal(0)
    expect(early.output()).to.match(/Stopping …\nStopped\.\n$/)
    expect(await processes()).to.deep.equal([])
  })

  it('says in one sentence that its port is taken', async () => {
    const squatter = createServer().listen(checkout.port, '127.0.0.1')
    await new Promise((resolve) => squatter.once('listening', resolve))
    const refused = checkout.start()
    expect(await refused.ended).to.equal(1)
    expect(refused.output()).to.equal(
      `Port ${checkout.port} is in use; choose another, e.g. PORT=${checkout.port + 1} npm start\n`,
    )
    expect(await processes()).to.deep.equal([])
    await new Promise((resolve) => squatter.close(resolve))
  })
})
