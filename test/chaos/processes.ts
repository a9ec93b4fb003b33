// One of the Procfile's processes, kept running as a process manager would: started again when it ends, and no other help.
import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { failure } from '../../lib/local/part.ts'

const RESPAWN_AFTER_MS = 500
/** As a process manager does: who does not end after a SIGTERM is killed. Above SHUTDOWN_TIMEOUT_MS of the world. */
const TERM_WITHIN_MS = 15_000

export interface Slot {
  name: string
  /** Of the process that runs now, if one does. */
  readonly pid: number | undefined
  /** How often it was started. */
  readonly starts: number
  /** How it ended when nobody had asked for it: a bug, or what its surroundings did to it. */
  readonly surprises: { at: number; how: string }[]
  /** Resolves when the process has said that it is ready. @throws ConfigError with its last output if it ends before. */
  ready(): Promise<void>
  /** Sends a signal to the process of the moment. @returns whether there was one. */
  signal(name: NodeJS.Signals): boolean
  /** Ends the process for good: SIGTERM, later SIGKILL. @returns how it ended. */
  close(): Promise<string>
  /** At once, from an exit handler. */
  abandon(): void
}

interface Options {
  name: string
  command: [string, string[]]
  env: Record<string, string | undefined>
  cwd: string
  /** File that all its lives write to. */
  log: string
  /** File with the id of the process of the moment. */
  pidFile: string
}

const isDeadly = (signal: NodeJS.Signals) => signal === 'SIGKILL' || signal === 'SIGTERM'

export function keepRunning({ name, command: [program, args], env, cwd, log, pidFile }: Options): Slot {
  const output = createWriteStream(log, { flags: 'a' })
  const surprises: Slot['surprises'] = []
  let child: ChildProcess | undefined
  let expected = false
  let closing = false
  let starts = 0
  let firstReady = () => {}
  const ready = new Promise<void>((resolve) => {
    firstReady = resolve
  })
  let firstEnd = (_how: string) => {}
  const failed = new Promise<string>((resolve) => {
    firstEnd = resolve
  })
  let lastEnd = 'was not running'
  /** On stderr: why it did not start, say. */
  let lastWords = ''

  const live = () =>
    new Promise<string>((resolve) => {
      const started = spawn(program, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
      child = started
      writeFileSync(pidFile, String(started.pid))
      expected = false
      output.write(`--- start ${++starts} at ${new Date().toISOString()}, pid ${started.pid}\n`)
      for (const stream of [started.stdout, started.stderr]) stream?.pipe(output, { end: false })
      started.stderr?.on('data', (chunk: Buffer) => {
        lastWords = String(chunk).trim().split('\n')[0] ?? ''
      })
      started.on('message', (message) => {
        if (typeof message === 'object' && message && 'ready' in message) firstReady()
      })
      started.once('error', (error) => resolve(`could not be started: ${error.message}`))
      started.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`))
    })
  const run = async () => {
    while (!closing) {
      lastEnd = await live()
      output.write(`--- ended: ${lastEnd}\n`)
      child = undefined
      rmSync(pidFile, { force: true })
      if (!expected && !closing) surprises.push({ at: Date.now(), how: `${lastEnd}, ${lastWords || 'without a word'}` })
      lastWords = ''
      firstEnd(lastEnd)
      if (!closing) await delay(RESPAWN_AFTER_MS)
    }
    await new Promise<void>((resolve) => output.end(resolve))
  }
  const killLate = (victim: ChildProcess) => {
    const timer = setTimeout(() => victim.kill('SIGKILL'), TERM_WITHIN_MS)
    victim.once('close', () => clearTimeout(timer))
  }
  const running = run()
  return {
    name,
    surprises,
    get pid() {
      return child?.pid
    },
    get starts() {
      return starts
    },
    ready: () =>
      Promise.race([ready, failed.then(async (how) => Promise.reject(await failure(`${name} ended (${how})`, log)))]),
    signal(signal) {
      if (!child) return false
      if (isDeadly(signal)) expected = true
      if (signal === 'SIGTERM') killLate(child)
      return child.kill(signal)
    },
    async close() {
      closing = true
      if (child) {
        child.kill('SIGCONT')
        child.kill('SIGTERM')
        killLate(child)
      }
      await running
      return lastEnd
    },
    abandon() {
      closing = true
      child?.kill('SIGKILL')
    },
  }
}
