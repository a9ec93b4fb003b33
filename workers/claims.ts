// The claims of the attempts that run in this process: renewed together in one statement, given up when they are lost.
import type { Db } from '../lib/db.ts'
import { RetryLater } from '../lib/errors.ts'
import { renewLeases } from '../lib/jobs/transitions.ts'
import type { Job } from '../lib/models/job.ts'

type Claim = Pick<Job, 'id' | 'attempt'>

/** Why an attempt's signal was aborted; its name decides how the attempt is settled. */
export class ClaimLost extends Error {
  override name = 'ClaimLost'
}

export interface Claims {
  /** Keeps the claim alive until `release`; `lost` is aborted when it was taken over, or the process shuts down. */
  hold(claim: Claim): { lost: AbortSignal; release(): void }
  /** Renews all held claims; aborts those that another worker has taken over. */
  renew(): Promise<void>
  /** Asks every running attempt to stop; they are put back without counting, and so is what starts later. */
  interrupt(): void
  readonly size: number
}

export function createClaims(db: Db, leaseMs: number): Claims {
  const held = new Map<Claim, AbortController>()
  let interrupted = false
  const interruption = () => new RetryLater(0, 'the worker is shutting down')
  return {
    hold(claim) {
      const controller = new AbortController()
      held.set(claim, controller)
      if (interrupted) controller.abort(interruption())
      return { lost: controller.signal, release: () => held.delete(claim) }
    },
    async renew() {
      const claims = [...held.keys()]
      if (claims.length === 0) return
      const alive = await renewLeases(db, claims, leaseMs)
      const isAlive = ({ id, attempt }: Claim) => alive.some((each) => each.id === id && each.attempt === attempt)
      for (const claim of claims) {
        if (!isAlive(claim)) held.get(claim)?.abort(new ClaimLost('the claim was taken over'))
      }
    },
    interrupt() {
      interrupted = true
      for (const controller of held.values()) controller.abort(interruption())
    },
    get size() {
      return held.size
    },
  }
}
