// The chaos suite's process manager: it starts again what ended, notes what ended unasked, and leaves nothing behind.
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { keepRunning, type Slot } from '../../chaos/processes.ts'
import { waitFor } from '../../support/wait-for.ts'

const READY = 'process.send({ ready: true }); setInterval(() => {}, 1000);'

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('a process that is kept running', () => {
  let folder: string
  let slot: Slot

  const start = (program: string) => {
    const log = join(folder, 'log')
    const pidFile = join(folder, 'pid')
    slot = keepRunning({ name: 'it', command: [process.execPath, ['-e', program]], env: {}, cwd: folder, log, pidFile })
    return slot
  }
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chaos-processes-'))
  })
  afterEach(async () => {
    await slot.close()
    await rm(folder, { recursive: true })
  })

  it('is started again when it is killed, and its end is no surprise', async () => {
    await start(READY).ready()
    const first = slot.pid
    expect(slot.signal('SIGKILL')).to.equal(true)
    await waitFor('the next one', async () => slot.pid !== undefined && slot.pid !== first, 5_000)
    expect(slot.starts).to.equal(2)
    expect(slot.surprises).to.deep.equal([])
    expect(Number(await readFile(join(folder, 'pid'), 'utf8'))).to.equal(slot.pid)
  })

  it('surprises when it ends by itself, with its last words', async () => {
    await start(`${READY} setTimeout(() => { console.error('Error: oh'); process.exit(3) }, 50)`).ready()
    await waitFor('the surprise', async () => slot.surprises.length > 0, 5_000)
    expect(slot.surprises[0]?.how).to.equal('exit code 3, Error: oh')
  })

  it('says why it did not start', async () => {
    const error = await start(`console.error('no settings'); process.exit(1)`)
      .ready()
      .then(
        () => undefined,
        (reason: Error) => reason,
      )
    expect(error?.message).to.match(/exit code 1[\s\S]*no settings/)
  })

  it('ends for good when it is closed, a frozen one too', async () => {
    await start(READY).ready()
    const pid = slot.pid ?? 0
    slot.signal('SIGSTOP')
    expect(await slot.close()).to.equal('SIGTERM')
    expect(isAlive(pid)).to.equal(false)
    expect(slot.signal('SIGKILL')).to.equal(false)
    expect(existsSync(join(folder, 'pid'))).to.equal(false)
  })
})
