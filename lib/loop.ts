// A task done again and again until it is stopped; an error is logged and does not end the loop.
import type { Logger } from './logger.ts'

/** There is more, but it is better done after a while. */
export interface Soon {
  afterMs: number
}

const isSoon = (more: unknown): more is Soon => typeof more === 'object' && more !== null && 'afterMs' in more

/**
 * Runs `task` every `intervalMs` after it ended; at once while it returns true ("there is more"), or soon if it says so.
 * @returns stops the loop; resolves when the task is not running any more.
 */
export function keepDoing(
  name: string,
  intervalMs: number,
  log: Logger,
  task: () => Promise<unknown>,
): () => Promise<void> {
  let stopped = false
  let wake = () => {}
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  const attempt = async () => {
    try {
      const more = await task()
      if (more === true) return 0
      return isSoon(more) ? more.afterMs : intervalMs
    } catch (error) {
      log.warn({ err: error }, `${name} failed; it runs again`)
      return intervalMs
    }
  }
  const run = async () => {
    while (!stopped) {
      const ms = await attempt()
      if (ms > 0 && !stopped) await pause(ms)
    }
  }
  const running = run()
  return async () => {
    stopped = true
    wake()
    await running
  }
}
