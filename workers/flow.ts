// How a flow goes on: each step is a job, and the next one is enqueued in the transaction that ends the one before. When a
// step fails for good, the steps are taken back, side by side, so that one that is stuck (money that cannot be given back
// yet) does not hold up the others (stock that others want). Then what is `undone` runs, and the flow fails.
import { isDatabaseFailure, type Trx } from '../lib/db.ts'
import type { Catalogue, Flow, FlowStep } from '../lib/jobs/definition.ts'
import { insertJob } from '../lib/jobs/enqueue.ts'
import { awaitSteps, fail, succeed } from '../lib/jobs/transitions.ts'
import { Job, type StepRole } from '../lib/models/job.ts'
import { type Problem, problem } from '../lib/problems.ts'

/** Ends the flow's own attempt by enqueuing its first step. @throws LostClaim */
export async function startFlow(trx: Trx, catalogue: Catalogue, job: Job): Promise<void> {
  const flow = flowOf(catalogue, job)
  await awaitSteps(trx, job, { done: 0, total: flow.steps.length, message: flow.steps[0]?.type ?? null })
  await doFrom(trx, catalogue, job, 0)
}

/** Ends a flow that failed before its steps began, as any other: whatever it may have done is taken back. @throws LostClaim */
export async function abandonFlow(trx: Trx, catalogue: Catalogue, job: Job, error: Problem): Promise<void> {
  const total = flowOf(catalogue, job).steps.length
  await awaitSteps(trx, job, { done: 0, total, message: null })
  await turnBack(trx, catalogue, job, total - 1, error)
}

/** Called in the transaction that ends `step`: goes on with the flow it belongs to. */
export async function advanceFlow(trx: Trx, catalogue: Catalogue, step: Job): Promise<void> {
  const { parentId, step: index } = step
  if (parentId === null || index === null) return
  // The lock makes the ends of two steps take their turns.
  const job = await Job.query(trx).findById(parentId).forUpdate()
  if (job?.state !== 'running') return
  const failed = step.state === 'failed'
  const planned = stepAt(flowOf(catalogue, job), step.stepRole, index)
  const optional = planned?.optional ?? false
  if (failed && (optional || step.stepRole === 'undo')) await flag(trx, job, `${step.type} failed`)
  if (!failed) await planned?.whenDone?.(job.input, trx)
  if (step.stepRole === 'do' && failed && !optional) {
    await turnBack(trx, catalogue, job, index, step.error ?? problem('step-failed', `${step.type} failed.`))
  } else if (step.stepRole === 'do') await doFrom(trx, catalogue, job, index + 1)
  else if (step.stepRole === 'undo') await endUndo(trx, catalogue, job)
  else await finishUndone(trx, catalogue, job, index + 1)
}

async function doFrom(trx: Trx, catalogue: Catalogue, job: Job, from: number): Promise<void> {
  const flow = flowOf(catalogue, job)
  for (const [index, step] of flow.steps.entries()) {
    if (index < from || !(await enqueueStep(trx, catalogue, job, step, index, 'do'))) continue
    await show(trx, job, { progress: { done: index, total: flow.steps.length, message: step.type } })
    return
  }
  await show(trx, job, { progress: { done: flow.steps.length, total: flow.steps.length, message: null } })
  await succeed(trx, job, await flow.result(job.input, trx))
}

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
  await fail(trx, job, job.error ?? problem('step-failed', 'A step failed.'))
}

/** @returns whether the step was enqueued; one that has nothing to do, or that is optional and cannot be prepared, is left out. */
async function enqueueStep(
  trx: Trx,
  catalogue: Catalogue,
  job: Job,
  step: FlowStep,
  index: number,
  role: StepRole,
): Promise<boolean> {
  const definition = catalogue[step.type]
  if (!definition) throw new Error(`flow ${job.type} has a step of the unknown type ${step.type}`)
  const input = await prepare(trx, job, step)
  if (!input) return false
  const { maxAttempts } = definition
  const { accountId, priority } = job
  const parent = { id: job.id, step: index, role }
  await insertJob(trx, { type: step.type, input, accountId, maxAttempts, priority, parent })
  return true
}

async function prepare(trx: Trx, job: Job, step: FlowStep): Promise<Record<string, unknown> | undefined> {
  if (!step.optional) return step.input(job.input, trx, job.error)
  try {
    // A savepoint: what an optional step could not write must not take the flow's transaction with it.
    return await trx.transaction((savepoint) => step.input(job.input, savepoint, job.error))
  } catch (error) {
    if (isDatabaseFailure(error)) throw error
    await flag(trx, job, `${step.type} could not be prepared (${error instanceof Error ? error.name : 'no error'})`)
    return undefined
  }
}

const show = (trx: Trx, job: Job, change: object) => Job.query(trx).patch(change).findById(job.id)
const flag = (trx: Trx, job: Job, needsAttention: string) => show(trx, job, { needsAttention })

function stepAt(flow: Flow, role: StepRole | null, index: number): FlowStep | undefined {
  if (role === 'undo') return flow.steps[index]?.undo
  return (role === 'do' ? flow.steps : flow.undone)[index]
}

function flowOf(catalogue: Catalogue, job: Job): Flow {
  const work = catalogue[job.type]?.work
  if (!work || !('flow' in work)) throw new Error(`${job.type} is not a flow`)
  return work.flow
}
