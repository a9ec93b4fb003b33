// The claims of the attempts that run in this process: renewed together in one statement, given up when they are lost.
import type { Db } from '../lib/db.ts'
import { RetryLater } from '../lib/errors.ts'
import { renewLeases } from '../lib/jobs/transitions.ts'
import type { Job } from '../lib/models/job.ts'

type Claim = Pick<Job, 'id' | 'attempt'>

/** Why an attempt's signal was aborted: another worker has the job now. */
export class ClaimLost extends Error {
  override name = 'ClaimLost'
}

interface Held {
  controller: AbortController
  /** Runs out when the claim was not renewed for the time of a lease. */
  lease: NodeJS.Timeout
}

export interface Claims {
  /**
   * Keeps the claim alive until `release`. `lost` is aborted when it was taken over, when it could not be renewed for the
   * time of a lease (the database is gone, or this process was frozen), or when the process shuts down.
   */
  hold(claim: Claim): { lost: AbortSignal; release(): void }
  /** Renews all held claims; aborts those that another worker has taken over. */
  renew(): Promise<void>
  /** Asks every running attempt to stop; they are put back without counting, and so is what starts later. */
  interrupt(): void
  /** Aborted by `interrupt`. */
  readonly stopping: AbortSignal
}

export function createClaims(db: Db, leaseMs: number): Claims {
  const held = new Map<Claim, Held>()
  const stopping = new AbortController()
  const interruption = () => new RetryLater(0, 'the worker is shutting down')
  const lapse = () => new RetryLater(0, 'the claim could not be renewed')
  return {
    hold(claim) {
      const controller = new AbortController()
      const lease = setTimeout(() => controller.abort(lapse()), leaseMs)
      held.set(claim, { controller, lease })
      if (stopping.signal.aborted) controller.abort(interruption())
      const release = () => {
        clearTimeout(lease)
        held.delete(claim)
      }
      return { lost: controller.signal, release }
    },
    async renew() {
      const claims = [...held.keys()]
      if (claims.length === 0) return
      const alive = await renewLeases(db, claims, leaseMs)
      const nameOf = ({ id, attempt }: Claim) => `${id} ${attempt}`
      const names = new Set(alive.map(nameOf))
      for (const claim of claims) {
        if (names.has(nameOf(claim))) held.get(claim)?.lease.refresh()
        else held.get(claim)?.controller.abort(new ClaimLost('the claim was taken over'))
      }
    },
    interrupt() {
      stopping.abort()
      for (const { controller } of held.values()) controller.abort(interruption())
    },
    stopping: stopping.signal,
  }
}
