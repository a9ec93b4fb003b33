// A process of the local stack: started, awaited until it says it is ready, watched, stopped.
import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { ConfigError } from '../errors.ts'

const READY_WITHIN_MS = 60_000
const STOP_WITHIN_MS = 30_000

export interface Part<Details> {
  name: string
  pid: number
  /** What it announced with its readiness, e.g. its URL. */
  details: Details
  /** Resolves when it ended, for whatever reason, with a sentence that says how. */
  ended: Promise<string>
  stop(): Promise<void>
}

interface Options {
  name: string
  command: [string, string[]]
  env: Record<string, string | undefined>
  /** File for its output. */
  log: string
  cwd?: string
}

/** Starts a part. @throws ConfigError with its last output when it ends before it is ready. */
export async function startPart<Details = unknown>({ name, command, env, log, cwd }: Options): Promise<Part<Details>> {
  const [program, args] = command
  const output = createWriteStream(log)
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], ...(cwd && { cwd }) })
  for (const stream of [child.stdout, child.stderr]) stream?.pipe(output, { end: false })
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`${name} could not be started: ${error.message}`))
    child.once('close', (code, signal) => output.end(() => resolve(`${name} ended (${signal ?? `exit code ${code}`})`)))
  })
  const details = await Promise.race([
    readiness<Details>(name, child),
    ended.then(async (how) => Promise.reject(await failure(how, log))),
  ])
  return { name, pid: child.pid ?? 0, details, ended, stop: () => stop(child, ended) }
}

function readiness<Details>(name: string, child: ChildProcess): Promise<Details> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`${name} was not ready within ${READY_WITHIN_MS / 1000} s`))
    }, READY_WITHIN_MS)
    child.on('message', (message) => {
      if (!isReady(message)) return
      clearTimeout(timer)
      resolve(message as Details)
    })
    child.once('close', () => clearTimeout(timer))
  })
}

const isReady = (message: unknown) => typeof message === 'object' && message !== null && 'ready' in message

async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
  const killer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS)
  await ended
  clearTimeout(killer)
}

/** @returns an error with the end of the part's output, which says why. */
export async function failure(how: string, log: string): Promise<ConfigError> {
  const lines = (await readFile(log, 'utf8').catch(() => '')).trimEnd().split('\n')
  return new ConfigError(
    `${how}. Its last lines (${log}):\n${lines
      .slice(-12)
      .map((line) => `  ${line}`)
      .join('\n')}`,
  )
}
