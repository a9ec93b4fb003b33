// How a process learns that jobs have changed while somebody waits for any: announcements, and a poll as the net under them.
import type { Db } from '../../lib/db.ts'
import type { JobId } from '../../lib/ids.ts'
import { listenForChanges } from '../../lib/jobs/listen.ts'
import type { Logger } from '../../lib/logger.ts'
import { keepDoing } from '../../lib/loop.ts'

/** How often it is asked whether any of the jobs was written to, for what no announcement told. */
const POLL_MS = 1_000
interface Heard {
  heard(ids: JobId[]): void
  /** What was said until now may have been missed. */
  lookAtAll(): void
  poll(): Promise<void>
}

export interface Ears {
  open(): void
  /** Nobody waits at the moment. */
  rest(): void
  close(): Promise<void>
}

/** @param lingerMs how long they stay open when the last one has left: the next one is often on its way */
export function createEars(db: Db, log: Logger, lingerMs: number, { heard, lookAtAll, poll }: Heard): Ears {
  let stop: (() => Promise<unknown>) | undefined
  let lingering: NodeJS.Timeout | undefined
  const closing = new Set<Promise<unknown>>()
  const shut = () => {
    if (!stop) return
    const closed = stop().finally(() => closing.delete(closed))
    closing.add(closed)
    stop = undefined
  }
  return {
    open() {
      clearTimeout(lingering)
      if (stop) return
      // What is heard is checked against those that are waited for.
      const deaf = listenForChanges(db, log, { heard: (ids) => heard(ids as JobId[]), listening: lookAtAll })
      const still = keepDoing('looking at jobs that are waited for', POLL_MS, log, poll)
      stop = () => Promise.all([deaf(), still()])
    },
    rest() {
      // Also called when somebody leaves who never sat down.
      clearTimeout(lingering)
      lingering = setTimeout(shut, lingerMs).unref()
    },
    async close() {
      clearTimeout(lingering)
      shut()
      await Promise.all(closing)
    },
  }
}
