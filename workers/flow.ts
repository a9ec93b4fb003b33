// How a flow goes on: each step is a job, and the next one is enqueued in the transaction that ends the one before. When a
// step fails for good, the steps are taken back in reverse, then what is `undone` runs, and the flow fails.
import type { Trx } from '../lib/db.ts'
import type { Catalogue, Flow, FlowStep } from '../lib/jobs/definition.ts'
import { insertJob } from '../lib/jobs/enqueue.ts'
import { awaitSteps, fail, succeed } from '../lib/jobs/transitions.ts'
import { Job, type StepRole } from '../lib/models/job.ts'
import { problem } from '../lib/problems.ts'

/** Ends the flow's own attempt by enqueuing its first step. @throws LostClaim */
export async function startFlow(trx: Trx, catalogue: Catalogue, job: Job): Promise<void> {
  const flow = flowOf(catalogue, job)
  await awaitSteps(trx, job, { done: 0, total: flow.steps.length, message: flow.steps[0]?.type ?? null })
  await doFrom(trx, catalogue, job, 0)
}

/** Called in the transaction that ends `step`: goes on with the flow it belongs to. */
export async function advanceFlow(trx: Trx, catalogue: Catalogue, step: Job): Promise<void> {
  const { parentId, step: index } = step
  if (parentId === null || index === null) return
  // The lock makes the ends of two steps take their turns.
  const job = await Job.query(trx).findById(parentId).forUpdate()
  if (job?.state !== 'running') return
  const failed = step.state === 'failed'
  const optional = stepAt(flowOf(catalogue, job), step.stepRole, index)?.optional ?? false
  if (failed && (optional || step.stepRole === 'undo')) await flag(trx, job, `${step.type} failed`)
  if (step.stepRole === 'do' && failed && !optional) {
    const error = step.error ?? problem('step-failed', `${step.type} failed.`)
    await Job.query(trx).patch({ error }).findById(job.id)
    await undoFrom(trx, catalogue, { ...job, error } as Job, index)
  } else if (step.stepRole === 'do') await doFrom(trx, catalogue, job, index + 1)
  else if (step.stepRole === 'undo') await undoFrom(trx, catalogue, job, index - 1)
  else await finishUndone(trx, catalogue, job, index + 1)
}

async function doFrom(trx: Trx, catalogue: Catalogue, job: Job, index: number): Promise<void> {
  const flow = flowOf(catalogue, job)
  const step = flow.steps[index]
  const progress = { done: index, total: flow.steps.length, message: step?.type ?? null }
  await Job.query(trx).patch({ progress }).findById(job.id)
  if (!step) await succeed(trx, job, flow.result(job.input))
  else if (!(await enqueueStep(trx, catalogue, job, step, index, 'do'))) await doFrom(trx, catalogue, job, index + 1)
}

/** The failed step itself is asked first: it may have had an effect whose answer was lost. */
async function undoFrom(trx: Trx, catalogue: Catalogue, job: Job, from: number): Promise<void> {
  const { steps } = flowOf(catalogue, job)
  for (let index = from; index >= 0; index--) {
    const undo = steps[index]?.undo
    if (undo && (await enqueueStep(trx, catalogue, job, undo, index, 'undo'))) return
  }
  await finishUndone(trx, catalogue, job, 0)
}

async function finishUndone(trx: Trx, catalogue: Catalogue, job: Job, from: number): Promise<void> {
  const { undone } = flowOf(catalogue, job)
  for (const [index, step] of undone.entries()) {
    if (index >= from && (await enqueueStep(trx, catalogue, job, step, index, 'undone'))) return
  }
  await fail(trx, job, job.error ?? problem('step-failed', 'A step failed.'))
}

async function enqueueStep(
  trx: Trx,
  catalogue: Catalogue,
  job: Job,
  step: FlowStep,
  index: number,
  role: StepRole,
): Promise<boolean> {
  const input = await step.input(job.input, trx, job.error)
  const definition = catalogue[step.type]
  if (!definition) throw new Error(`flow ${job.type} has a step of the unknown type ${step.type}`)
  if (!input) return false
  const parent = { id: job.id, step: index, role }
  await insertJob(trx, {
    type: step.type,
    input,
    accountId: job.accountId,
    maxAttempts: definition.maxAttempts,
    parent,
  })
  return true
}

const flag = (trx: Trx, job: Job, needsAttention: string) => Job.query(trx).patch({ needsAttention }).findById(job.id)

function stepAt(flow: Flow, role: StepRole | null, index: number): FlowStep | undefined {
  if (role === 'undo') return flow.steps[index]?.undo
  return (role === 'do' ? flow.steps : flow.undone)[index]
}

function flowOf(catalogue: Catalogue, job: Job): Flow {
  const work = catalogue[job.type]?.work
  if (!work || !('flow' in work)) throw new Error(`${job.type} is not a flow`)
  return work.flow
}
