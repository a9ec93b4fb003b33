// The place of one client that waits for one job.
import type { Snapshot } from './snapshot.ts'

export interface Seat {
  /** False once nothing more comes: the client left, the job is gone, or the process shuts down. */
  readonly open: boolean
  /** Resolves when it is not open any more. */
  readonly left: Promise<void>
  /**
   * Waits for the job to be another than `known` (an entity tag), for `withinMs` at most.
   * @returns the newest state of it; what came in between is passed over. Undefined when there is none.
   */
  next(known: string, withinMs: number): Promise<Snapshot | undefined>
  leave(): void
}

/** The seat, and the hand that serves it. */
export function createSeat(onLeave: () => void): { seat: Seat; show(snapshot: Snapshot): void } {
  let latest: Snapshot | undefined
  let open = true
  let tell = () => {}
  const left = new Promise<void>((resolve) => {
    tell = resolve
  })
  let wake = () => {}
  const nap = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  const newerThan = (known: string) => (latest?.etag === known ? undefined : latest)
  const seat: Seat = {
    get open() {
      return open
    },
    left,
    async next(known, withinMs) {
      const until = performance.now() + withinMs
      for (let left = withinMs; open && !newerThan(known) && left > 0; left = until - performance.now()) await nap(left)
      return newerThan(known)
    },
    leave() {
      if (!open) return
      open = false
      onLeave()
      wake()
      tell()
    },
  }
  const show = (snapshot: Snapshot) => {
    latest = snapshot
    wake()
  }
  return { seat, show }
}
