// A Redis for the tests: the one TEST_REDIS_URL names, else a `redis-server` on the PATH, started on a free port.
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../lib/local/ports.ts'
import { waitFor } from './wait-for.ts'

export interface TestRedis {
  url: string
  stop(): Promise<void>
}

export interface OwnRedis extends TestRedis {
  port: number
  /** Ends the server at once, as a machine that loses its power. */
  kill(): Promise<void>
}

/** @returns undefined where there is no Redis to be had. */
export async function findRedis(): Promise<TestRedis | undefined> {
  const given = process.env.TEST_REDIS_URL
  return given ? { url: given, stop: async () => {} } : startRedis(await freePort())
}

/**
 * Starts an empty Redis on the port.
 * @param file the text of its configuration file, which is its own to write to; port, address and folder come beside it
 * @returns undefined where there is no `redis-server`.
 */
export async function startRedis(port: number, file = 'save ""', flags: string[] = []): Promise<OwnRedis | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'errand-redis-'))
  const config = join(folder, 'redis.conf')
  await writeFile(config, file)
  const usual = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder]
  const server = spawn('redis-server', [config, ...usual, ...flags], { stdio: 'ignore' })
  const ended = new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false))
    server.once('exit', () => resolve(false))
  })
  const url = `redis://127.0.0.1:${port}`
  const started = await Promise.race([ended, waitFor('Redis', () => answers(port)).then(() => true)])
  const end = async (signal: NodeJS.Signals) => {
    server.kill(signal)
    await ended
  }
  const stop = async () => {
    await end('SIGTERM')
    await rm(folder, { recursive: true, force: true })
  }
  if (started) return { url, port, stop, kill: () => end('SIGKILL') }
  await rm(folder, { recursive: true, force: true })
  return undefined
}

/** Whether it answers at all: one that asks for a password is there. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
    socket.once('data', (answer) => {
      socket.destroy()
      resolve(/^(\+PONG|-NOAUTH)/.test(String(answer)))
    })
    socket.once('error', () => resolve(false))
  })
}
