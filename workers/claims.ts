// The claims of the attempts that run in this process: renewed together in one statement, given up when they are lost.
import type { Db } from '../lib/db.ts'
import { RetryLater } from '../lib/errors.ts'
import { renewLeases } from '../lib/jobs/transitions.ts'
import type { Job } from '../lib/models/job.ts'

type Claim = Pick<Job, 'id' | 'attempt' | 'parentId' | 'stepRole'>

/** Why an attempt's signal was aborted: another worker has the job now. */
export class ClaimLost extends Error {
  override name = 'ClaimLost'
}

/** Why an attempt's signal was aborted: its job, or the flow it is a step of, is to be cancelled. */
export class Cancelled extends Error {
  override name = 'Cancelled'
}

interface Held {
  mayStop: () => boolean
  controller: AbortController
  /** Runs out when the claim was not renewed for the time of a lease. */
  lease: NodeJS.Timeout
}

export interface Claims {
  /**
   * Keeps the claim alive until `release`. `lost` is aborted when it was taken over, when it could not be renewed for the
   * time of a lease (the database is gone, or this process was frozen), when the process shuts down, or when the job is to
   * be cancelled and `mayStop` says that the attempt can be stopped.
   */
  hold(claim: Claim, mayStop?: () => boolean): { lost: AbortSignal; release(): void }
  /** Renews all held claims; aborts those that another worker has taken over, and those that are to be cancelled. */
  renew(): Promise<void>
  /** Aborts what runs here of these jobs, and of the flows among them: somebody wants them cancelled. */
  cancel(ids: readonly string[]): void
  /** Asks every running attempt to stop; they are put back without counting, and so is what starts later. */
  interrupt(): void
  /** Aborted by `interrupt`. */
  readonly stopping: AbortSignal
}

export function createClaims(db: Db, leaseMs: number): Claims {
  const held = new Map<Claim, Held>()
  const stopping = new AbortController()
  const interruption = () => new RetryLater(0, 'the worker is shutting down')
  const stop = (claim: Claim) => {
    const attempt = held.get(claim)
    // One that may not be stopped now is asked again when its claim is renewed.
    if (attempt?.mayStop()) attempt.controller.abort(new Cancelled('the job is to be cancelled'))
  }
  const lapse = () => new RetryLater(0, 'the claim could not be renewed')
  return {
    hold(claim, mayStop = () => false) {
      const controller = new AbortController()
      const lease = setTimeout(() => controller.abort(lapse()), leaseMs)
      held.set(claim, { mayStop, controller, lease })
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
      const nameOf = ({ id, attempt }: Pick<Job, 'id' | 'attempt'>) => `${id} ${attempt}`
      const found = new Map(alive.map((claim) => [nameOf(claim), claim]))
      for (const claim of claims) {
        const ours = found.get(nameOf(claim))
        if (ours) held.get(claim)?.lease.refresh()
        else held.get(claim)?.controller.abort(new ClaimLost('the claim was taken over'))
        if (ours?.cancelRequested) stop(claim)
      }
    },
    cancel(ids) {
      const named = new Set(ids)
      for (const claim of held.keys()) {
        const { id, parentId, stepRole } = claim
        if (named.has(id) || (parentId && stepRole === 'do' && named.has(parentId))) stop(claim)
      }
    },
    interrupt() {
      stopping.abort()
      for (const { controller } of held.values()) controller.abort(interruption())
    },
    stopping: stopping.signal,
  }
}
