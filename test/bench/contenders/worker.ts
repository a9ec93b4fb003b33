// What the worker programs beside Errand have in common: counting for `{expect: N}` from their parent, and their end.
import { setTimeout as delay } from 'node:timers/promises'
import { createLogger } from '../../../lib/logger.ts'
import { announceReady, closeOnSignal } from '../../../lib/shutdown.ts'

const SHARES = [0.1, 0.5, 0.9, 1]
const LOOK_EVERY_MS = 2
const CLOSE_WITHIN_MS = 10_000

/**
 * Answers `{expect: N}` once N more jobs are done: `{done: N, times}`, the moments at which 10, 50, 90 and 100 % of them were.
 * @param isStored whether it is stored that a job is done, for libraries that store it after they have said it: the last job
 * counts when it is
 * @returns to be called for each job that is done
 */
export function countJobs(isStored: (id: string) => Promise<boolean> = async () => true): (id: string) => void {
  let expected = 0
  let done = 0
  let times: number[] = []
  const finish = async (id: string) => {
    while (!(await isStored(id))) await delay(LOOK_EVERY_MS)
    process.send?.({ done: expected, times: [...times.slice(0, -1), Date.now()] })
  }
  process.on('message', ({ expect }: { expect?: number }) => {
    if (expect === undefined) return
    expected = expect
    done = 0
    times = []
  })
  return (id) => {
    done++
    if (done > expected) return
    while (times.length < SHARES.length && done >= expected * (SHARES[times.length] ?? 1)) times.push(Date.now())
    if (done === expected) void finish(id)
  }
}

/** Tells the parent that jobs are taken, and ends when it is told to. */
export function announceWorker(close: () => Promise<unknown>): void {
  closeOnSignal(createLogger('contender', 'warn'), CLOSE_WITHIN_MS, async () => {
    await close()
  })
  announceReady()
}
