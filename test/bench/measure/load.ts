// Load on an HTTP server for a while: how many requests it answers, and how long each of them takes.
import { fileURLToPath } from 'node:url'
import type { Program } from './program.ts'
import type { Stack } from './stack.ts'
import { quantile } from './statistics.ts'

const PROGRAM = fileURLToPath(new URL('load-process.ts', import.meta.url))

export interface Load {
  url: string
  seconds: number
  connections: number
  method: 'GET' | 'POST'
  /** Several are spread over the connections, which ask for their own again and again. */
  paths: string[]
  /** `[<id>]` in one of a POST is another text each time. */
  headers: Record<string, string>
  body?: string
  /** Requests a second; as fast as they are answered without it. */
  rate?: number
}

export interface Loaded {
  /** Answers 2xx. */
  ok: number
  refused: number
  errors: number
  /** Some of them are not answered when the time is over. */
  sent: number
  tookMs: number
  /** How long each answer took, in ms. */
  times: number[]
}

const generators = new WeakMap<Stack, Promise<Program>>()

/** @returns figures of the load. @throws Error when anything but 2xx was answered, or nothing at all */
export async function putLoad(stack: Stack, load: Load) {
  const generator = generators.get(stack) ?? stack.start('load', ['--import', 'tsx', PROGRAM], {})
  generators.set(stack, generator)
  const { ok, refused, errors, sent, tookMs, times } = await (await generator).ask<Loaded>(load)
  if (refused + errors > 0 || ok === 0)
    throw new Error(`${load.method} ${load.url}: ${ok} answers 2xx, ${refused} others, ${errors} errors`)
  return { ok, sent, perSecond: ok / (tookMs / 1000), p50: quantile(times, 0.5), p99: quantile(times, 0.99) }
}
