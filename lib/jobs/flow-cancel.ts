// Cancelling a flow whose steps have begun: what waits is cancelled, what runs is asked to stop or awaited, and once no step is
// open the flow is turned back. A step that cannot be taken back ends that: from there on the flow only goes on.
//
// Whoever ends a step locks its row first, then the flow's. Here the flow's row is locked, so a step's row is only taken if it
// is free: whoever has it waits for the flow's row, and sees then that the flow is to be cancelled.
import type { Trx } from '../db.ts'
import { AppError } from '../errors.ts'
import type { JobId } from '../ids.ts'
import { Job } from '../models/job.ts'
import type { Catalogue } from './definition.ts'
import { endRows } from './end-rows.ts'
import { cancelled, turnBackAtRest } from './flow.ts'
import { flowOf, isPivot, stepAt } from './flow-steps.ts'
import { askToCancel, cancelWaiting } from './steer.ts'

/**
 * Whether a step that waits, or whose attempt has just ended without an answer, need not go on: what it may have done is
 * looked up by its undo, or is not there.
 */
export function mayStopStep(catalogue: Catalogue, flow: Job, step: Job): boolean {
  const policy = catalogue[step.type]?.cancel ?? 'any'
  const canUndo = stepAt(flowOf(catalogue, flow), step)?.undo !== undefined
  return canUndo || policy === 'any' || (policy === 'before-start' && step.attempt === 0)
}

/** Locks the steps of a flow that wait, so that none of them starts. To be called before the flow's own row is locked. */
export const holdWaitingSteps = (trx: Trx, flowId: JobId) => waitingSteps(trx, flowId).forUpdate().execute()

/**
 * Has a running flow cancelled, whose row the caller has locked.
 * @throws AppError not-cancellable for one that is being taken back, or has done what cannot be taken back.
 */
export async function cancelFlow(trx: Trx, catalogue: Catalogue, flow: Job): Promise<void> {
  const steps = await Job.query(trx).where({ parentId: flow.id })
  if (steps.some(({ stepRole }) => stepRole !== 'do'))
    throw new AppError('not-cancellable', 'The flow is being taken back already.')
  const planned = flowOf(catalogue, flow)
  const pivot = steps.find((step) => step.state === 'succeeded' && isPivot(stepAt(planned, step)))
  if (pivot) throw new AppError('not-cancellable', `${pivot.type} is done, which cannot be taken back.`)
  const asked = await askToCancel(trx, flow.id)
  // An attempt is about to begin it, and sees that it must not.
  if (flow.leaseExpiresAt !== null) return
  for (const step of await waitingSteps(trx, flow.id).forUpdate().skipLocked()) {
    if (mayStopStep(catalogue, flow, step))
      await endRows(trx, catalogue, await cancelWaiting(trx, step.id, cancelled()))
  }
  await turnBackAtRest(trx, catalogue, asked)
}

const waitingSteps = (trx: Trx, flowId: JobId) =>
  Job.query(trx).where({ parentId: flowId, stepRole: 'do' }).whereIn('state', ['scheduled', 'queued']).orderBy('id')
