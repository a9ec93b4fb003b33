// How a flow goes on: each step is a job, and the next one is enqueued in the transaction that ends the one before, or the last
// of those side by side. When a step fails for good, or the flow is to be cancelled, the steps are taken back side by side: one
// that is stuck (money) holds up no other (stock). Then what is `undone` runs, and the flow ends as failed or cancelled.
import type { Trx } from '../db.ts'
import { Job, jobOf, type Progress } from '../models/job.ts'
import { codeOf, type Problem, problem } from '../problems.ts'
import type { Catalogue, Flow, FlowStep } from './definition.ts'
import { insertSteps, type NewJob } from './enqueue.ts'
import { enqueueStep, flag, flowOf, isPivot, planStep, show, stepAt } from './flow-steps.ts'
import { awaitSteps } from './flow-transitions.ts'
import { forgetToCancel, turnWaiting } from './steer.ts'
import { cancel, fail, succeed } from './transitions.ts'

export const cancelled = () => problem('cancelled', 'The job was cancelled.')

/** Ends the flows' own attempts by enqueuing their first steps. @throws LostClaim */
export async function startFlows(trx: Trx, catalogue: Catalogue, jobs: Job[]): Promise<void> {
  const begun = jobs.map((job) => {
    const flow = flowOf(catalogue, job)
    return { job, progress: progressOf(flow, 0, flow.steps.slice(0, 1)) }
  })
  for (const job of await awaitSteps(trx, begun)) {
    if (job.cancelRequestedAt) await turnBack(trx, catalogue, job, -1, cancelled())
    else await doFrom(trx, catalogue, job, 0)
  }
}

/** Ends a flow that failed before its steps began, as any other: whatever it may have done is taken back. @throws LostClaim */
export async function abandonFlow(trx: Trx, catalogue: Catalogue, job: Job, error: Problem): Promise<void> {
  const flow = flowOf(catalogue, job)
  await awaitSteps(trx, [{ job, progress: progressOf(flow, 0, []) }])
  await turnBack(trx, catalogue, job, flow.steps.length - 1, error)
}

/** Turns a flow back that waits: nothing of it was done, but somebody may have to be told. */
export async function turnBackWaiting(trx: Trx, catalogue: Catalogue, job: Job, error: Problem): Promise<void> {
  await turnBack(trx, catalogue, await turnWaiting(trx, job.id, error), -1, error)
}

/** Called in the transaction that ends `step`: goes on with the flow it belongs to. */
export async function advanceFlow(trx: Trx, catalogue: Catalogue, step: Job): Promise<void> {
  const flow = step.parentId && (await Job.query(trx).findById(step.parentId).forUpdate())
  if (flow) await goOn(trx, catalogue, flow, step)
}

/** The same for a step that has just succeeded; the caller has locked the flow's row. */
export const goOnAfter = (trx: Trx, catalogue: Catalogue, flow: Job, step: Job) =>
  goOn(trx, catalogue, flow, jobOf({ ...step, state: 'succeeded', error: null, finishedAt: new Date() }))

async function goOn(trx: Trx, catalogue: Catalogue, job: Job, step: Job): Promise<void> {
  if (job.state !== 'running') return
  const failed = step.state !== 'succeeded'
  const planned = stepAt(flowOf(catalogue, job), step)
  if (job.cancelRequestedAt && step.stepRole === 'do') {
    if (failed || !isPivot(planned)) return turnBackAtRest(trx, catalogue, job)
    await forgetToCancel(trx, job.id)
  }
  const optional = planned?.optional ?? false
  if (failed && (optional || step.stepRole === 'undo')) await flag(trx, job, `${step.type} failed`)
  if (!failed) await planned?.whenDone?.(job.input, trx)
  if (step.stepRole === 'do') await endGroup(trx, catalogue, job, step)
  else if (step.stepRole === 'undo') await endUndo(trx, catalogue, job)
  else await finishUndone(trx, catalogue, job, (step.step ?? 0) + 1)
}

/** Turns a flow back that is to be cancelled, once no step of it is open. The caller has locked its row. */
export async function turnBackAtRest(trx: Trx, catalogue: Catalogue, job: Job): Promise<void> {
  const steps = await Job.query(trx).where({ parentId: job.id, stepRole: 'do' })
  if (steps.some(({ finishedAt }) => finishedAt === null)) return
  const last = Math.max(...steps.map(({ step }) => step ?? -1))
  await turnBack(trx, catalogue, job, last, cancelled())
}

/** Goes on once no step is open that runs side by side with the one that has ended: with the next ones, or back if one failed. */
async function endGroup(trx: Trx, catalogue: Catalogue, job: Job, ended: Job): Promise<void> {
  const flow = flowOf(catalogue, job)
  const [first, last] = groupOf(flow, ended.step ?? 0)
  const steps =
    first === last
      ? [ended]
      : await Job.query(trx)
          .where({ parentId: job.id, stepRole: 'do' })
          .whereBetween('step', [first, last])
          .orderBy('step')
  const open = steps.filter(({ finishedAt }) => finishedAt === null)
  const failed = steps
    .filter((step) => step.finishedAt && step.state !== 'succeeded' && !stepAt(flow, step)?.optional)
    .sort((one, other) => Number(one.finishedAt) - Number(other.finishedAt))[0]
  if (open.length) await show(trx, job, { progress: progressOf(flow, first + steps.length - open.length, open) })
  else if (failed)
    await turnBack(trx, catalogue, job, last, failed.error ?? problem('step-failed', `${failed.type} failed.`))
  else await doFrom(trx, catalogue, job, last + 1)
}

/** @returns the first and the last of the steps that run side by side with this one. */
function groupOf({ steps }: Flow, index: number): [first: number, last: number] {
  const isOfGroup = ({ group }: FlowStep) => group === steps[index]?.group
  return [steps.findIndex(isOfGroup), steps.findLastIndex(isOfGroup)]
}

async function doFrom(trx: Trx, catalogue: Catalogue, job: Job, from: number): Promise<void> {
  const flow = flowOf(catalogue, job)
  for (let first = from; first < flow.steps.length; ) {
    const [, last] = groupOf(flow, first)
    const planned: NewJob[] = []
    for (const [index, step] of flow.steps.entries()) {
      if (index < first || index > last) continue
      const next = await planStep(trx, catalogue, job, step, index, 'do')
      if (next) planned.push(next)
    }
    if (planned.length) {
      await insertSteps(trx, job, planned, progressOf(flow, first, planned))
      return
    }
    first = last + 1
  }
  const result = await flow.result(job.input, trx)
  await succeed(trx, job, result, progressOf(flow, flow.steps.length, []))
}

/** @param open the steps that are under way */
const progressOf = ({ steps }: Flow, done: number, open: { type: string }[]): Progress => ({
  done,
  total: steps.length,
  message: open.map(({ type }) => type).join(', ') || null,
})

async function turnBack(trx: Trx, catalogue: Catalogue, job: Job, index: number, error: Problem): Promise<void> {
  await show(trx, job, { error })
  // The failed step itself is asked, too: it may have had an effect whose answer was lost.
  await undoFrom(trx, catalogue, { ...job, error } as Job, index)
}

async function undoFrom(trx: Trx, catalogue: Catalogue, job: Job, from: number): Promise<void> {
  const flow = flowOf(catalogue, job)
  for (let index = from; index >= 0; index--) {
    const undo = flow.steps[index]?.undo
    if (undo) await enqueueStep(trx, catalogue, job, undo, index, 'undo')
  }
  await endUndo(trx, catalogue, job)
}

/** Goes on once no undo is left to end. The lock on the flow's job lets the last one see that it is. */
async function endUndo(trx: Trx, catalogue: Catalogue, job: Job): Promise<void> {
  const left = await Job.query(trx).where({ parentId: job.id, stepRole: 'undo', finishedAt: null }).resultSize()
  if (left > 0) return
  await flowOf(catalogue, job).whenUndone(job.input, trx, job.error)
  await finishUndone(trx, catalogue, job, 0)
}

async function finishUndone(trx: Trx, catalogue: Catalogue, job: Job, from: number): Promise<void> {
  const { undone } = flowOf(catalogue, job)
  for (const [index, step] of undone.entries()) {
    if (index >= from && (await enqueueStep(trx, catalogue, job, step, index, 'undone'))) return
  }
  const error = job.error ?? problem('step-failed', 'A step failed.')
  await (wasCalledOff(error) ? cancel : fail)(trx, job, error)
}

const wasCalledOff = (error: Problem) => ['cancelled', 'expired'].includes(codeOf(error))
