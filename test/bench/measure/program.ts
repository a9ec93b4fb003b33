// A program of the benchmark: a part of Errand, or what stands beside it, in a process of its own, and how it is talked to.
// It lives no longer than the benchmark, however that ends.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

const READY_WITHIN_MS = 60_000
const STOP_WITHIN_MS = 15_000

export interface Program {
  pid: number
  /** Where it listens, if it does. */
  url: string
  /** @returns its next message. @throws when it ends instead */
  ask<Answer>(message: object): Promise<Answer>
  stop(): Promise<void>
}

interface Options {
  name: string
  /** Arguments of Node.js. */
  args: string[]
  env: Record<string, string | undefined>
  /** File for its output. */
  log: string
}

const alive = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL')
})

/** Starts it and waits for its `{ready: true, port?}`. @throws Error with the end of its output, where it ends instead */
export async function startProgram({ name, args, env, log }: Options): Promise<Program> {
  const output = openSync(log, 'a')
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'production', ...env },
    stdio: ['ignore', output, output, 'ipc'],
  })
  closeSync(output)
  alive.add(child)
  const ended = once(child, 'exit').then(([code, signal]) => {
    alive.delete(child)
    return `${name} ended (${signal ?? `exit code ${code}`})`
  })
  const failed = ended.then(async (how) => {
    throw new Error(
      `${how}. Its last lines:\n${(await readFile(log, 'utf8')).trimEnd().split('\n').slice(-12).join('\n')}`,
    )
  })
  failed.catch(() => {})
  const ready = answerOf<{ port?: number }>(child)
  const { port } = await Promise.race([ready, failed, tooLate(name, child)])
  return {
    pid: child.pid ?? 0,
    url: `http://127.0.0.1:${port}`,
    ask: <Answer>(message: object) => {
      const answer = answerOf<Answer>(child)
      child.send(message)
      return Promise.race([answer, failed])
    },
    stop: async () => {
      child.kill('SIGTERM')
      const killer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS)
      await ended
      clearTimeout(killer)
    },
  }
}

const answerOf = <Answer>(child: ChildProcess): Promise<Answer> =>
  new Promise((resolve) => child.once('message', (message) => resolve(message as Answer)))

function tooLate(name: string, child: ChildProcess): Promise<never> {
  return new Promise((_, reject) => {
    const timer = setTimeout(() => reject(new Error(`${name} was not ready in time`)), READY_WITHIN_MS)
    child.once('message', () => clearTimeout(timer))
    child.once('exit', () => clearTimeout(timer))
  })
}
