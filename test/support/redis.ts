// A Redis for the tests: the one TEST_REDIS_URL names, else a `redis-server` on the PATH, started on a free port.
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { freePort } from '../../lib/local/ports.ts'
import { waitFor } from './wait-for.ts'

export interface TestRedis {
  url: string
  stop(): Promise<void>
}

/** @returns undefined where there is no Redis to be had. */
export async function findRedis(): Promise<TestRedis | undefined> {
  const given = process.env.TEST_REDIS_URL
  return given ? { url: given, stop: async () => {} } : startRedis(await freePort())
}

/** Starts an empty Redis on the port. @returns undefined where there is no `redis-server`. */
export async function startRedis(port: number): Promise<TestRedis | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'errand-redis-'))
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '']
  const server = spawn('redis-server', flags, { stdio: 'ignore' })
  const ended = new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false))
    server.once('exit', () => resolve(false))
  })
  const url = `redis://127.0.0.1:${port}`
  const started = await Promise.race([ended, waitFor('Redis', () => answers(url)).then(() => true)])
  const stop = async () => {
    server.kill()
    await ended
    await rm(folder, { recursive: true, force: true })
  }
  if (started) return { url, stop }
  await rm(folder, { recursive: true, force: true })
  return undefined
}

async function answers(url: string): Promise<boolean> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null })
  redis.on('error', () => {})
  try {
    await redis.connect()
    return (await redis.ping()) === 'PONG'
  } catch {
    return false
  } finally {
    redis.disconnect()
  }
}
