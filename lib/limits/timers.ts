// Something to be done about each of several names, each at its time: an earlier time replaces a later one, and what is due is
// done one after the other. After a failure nothing is done for a while.

export interface Timers {
  /** Does it in so many ms, or sooner if it was to be done sooner. */
  set(name: string, inMs: number): void
  /** Drops what is to be done; resolves when nothing is being done any more. */
  stop(): Promise<void>
}

/** How long nothing is done after a failure. */
const REST_MS = 1_000

export function createTimers(task: (name: string) => Promise<unknown>, onError: (error: unknown) => void): Timers {
  const waiting = new Map<string, { at: number; timer: NodeJS.Timeout }>()
  let running = Promise.resolve()
  let stopped = false
  let notBefore = 0
  const fire = (name: string) => {
    waiting.delete(name)
    running = running
      .then(async () => {
        if (!stopped) await task(name)
      })
      .catch((error: unknown) => {
        notBefore = performance.now() + REST_MS
        onError(error)
      })
  }
  return {
    set(name, inMs) {
      const now = performance.now()
      const at = Math.max(now + inMs, notBefore)
      const known = waiting.get(name)
      if (stopped || (known && known.at <= at)) return
      clearTimeout(known?.timer)
      waiting.set(name, { at, timer: setTimeout(() => fire(name), at - now) })
    },
    async stop() {
      stopped = true
      for (const { timer } of waiting.values()) clearTimeout(timer)
      waiting.clear()
      await running
    },
  }
}
