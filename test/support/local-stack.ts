// `npm start` in a checkout of its own, so that its `.local` is not the developer's.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from '../../lib/local/ports.ts'
import type { Session } from '../../lib/local/session.ts'
import { environment } from './environment.ts'
import { waitFor } from './wait-for.ts'

export interface Running {
  process: ChildProcess
  output(): string
  ended: Promise<number | null>
}

export interface Checkout {
  folder: string
  port: number
  start(): Running
  /** Starts it, and waits until it is ready. @throws Error with its output where it ends instead */
  ready(): Promise<Running>
  /** What it tells about itself. */
  session(): Promise<Session>
  remove(): Promise<void>
}

/** @param settings what is set besides, or instead of, the usual */
export async function openCheckout(settings: Record<string, string> = {}): Promise<Checkout> {
  const folder = await mkdtemp(join(tmpdir(), 'errand-stack-'))
  await promisify(execFile)('chmod', ['755', folder])
  for (const name of ['dist', 'Procfile', 'package.json']) await cp(name, join(folder, name), { recursive: true })
  await symlink(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'))
  const port = await freePort()
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    NODE_V8_COVERAGE: process.env.NODE_V8_COVERAGE && join(process.cwd(), process.env.NODE_V8_COVERAGE),
    PORT: String(port),
    REDIS_URL: environment.redisUrl,
    QUEUE_PREFIX: '{stack}',
    ...settings,
  }
  const start = (): Running => {
    const child = spawn(process.execPath, ['dist/lib/local/start.js'], {
      cwd: folder,
      env,
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
    const hasEnded = () => started.process.exitCode !== null
    await waitFor('Ready.', async () => started.output().includes('\nReady.\n') || hasEnded(), 60_000)
    if (hasEnded()) throw new Error(started.output())
    return started
  }
  return {
    folder,
    port,
    start,
    ready,
    session: async () => JSON.parse(await readFile(join(folder, '.local/session.json'), 'utf8')),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
