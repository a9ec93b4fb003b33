// Waiting for a condition, never for a time.
import { setTimeout as delay } from 'node:timers/promises'

const POLL_MS = 20

/** Resolves with what `condition` returns once it is truthy. @throws Error naming what was waited for. */
export async function waitFor<T>(
  what: string,
  condition: () => Promise<T | undefined | false | null>,
  withinMs = 20_000,
): Promise<T> {
  const deadline = Date.now() + withinMs
  for (;;) {
    const result = await condition()
    if (result) return result
    if (Date.now() > deadline) throw new Error(`waited ${withinMs} ms in vain for ${what}`)
    await delay(POLL_MS)
  }
}
