// A task done again and again until it is stopped; an error is logged and does not end the loop.
import type { Logger } from './logger.ts'

/**
 * Runs `task` every `intervalMs` after it ended, or at once while it returns true ("there is more").
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
  const pause = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, intervalMs)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  const attempt = async () => {
    try {
      return (await task()) === true
    } catch (error) {
      log.warn({ err: error }, `${name} failed; it runs again`)
      return false
    }
  }
  const run = async () => {
    while (!stopped) {
      const more = await attempt()
      if (!more && !stopped) await pause()
    }
  }
  const running = run()
  return async () => {
    stopped = true
    wake()
    await running
  }
}
