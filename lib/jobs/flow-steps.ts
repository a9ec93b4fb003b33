// The steps of a flow as jobs: which there are, and how one is enqueued.
import { isDatabaseFailure, isLockTimeout, type Trx } from '../db.ts'
import { Job, type StepRole } from '../models/job.ts'
import { noteChange } from './changes.ts'
import type { Catalogue, Flow, FlowStep } from './definition.ts'
import { insertJob, type NewJob } from './enqueue.ts'

/** @throws Error for a type that is not a flow: a mistake of ours. */
export function flowOf(catalogue: Catalogue, job: Pick<Job, 'type'>): Flow {
  const work = catalogue[job.type]?.work
  if (!work || !('flow' in work)) throw new Error(`${job.type} is not a flow`)
  return work.flow
}

export const isFlow = (catalogue: Catalogue, job: Pick<Job, 'type'>): boolean => {
  const work = catalogue[job.type]?.work
  return work !== undefined && 'flow' in work
}

/** @returns what a flow says of the job of one of its steps. */
export function stepAt(flow: Flow, { stepRole, step }: Pick<Job, 'stepRole' | 'step'>): FlowStep | undefined {
  if (step === null) return undefined
  if (stepRole === 'undo') return flow.steps[step]?.undo ?? undefined
  return (stepRole === 'do' ? flow.steps : flow.undone)[step]
}

/** Whether a step cannot be taken back once it is done: the flow then goes on, whoever wants it cancelled. */
export const isPivot = (step: FlowStep | undefined) => step !== undefined && step.undo === undefined && !step.optional

/** @returns whether the step was enqueued. */
export async function enqueueStep(...planned: Parameters<typeof planStep>): Promise<boolean> {
  const [trx] = planned
  const step = await planStep(...planned)
  if (step) await insertJob(trx, step)
  return step !== undefined
}

/** @returns the step's job; undefined for one that has nothing to do, or that is optional and cannot be prepared. */
export async function planStep(
  trx: Trx,
  catalogue: Catalogue,
  job: Job,
  step: FlowStep,
  index: number,
  role: StepRole,
): Promise<NewJob | undefined> {
  const definition = catalogue[step.type]
  if (!definition) throw new Error(`flow ${job.type} has a step of the unknown type ${step.type}`)
  const input = await prepare(trx, job, step)
  if (!input) return undefined
  const { maxAttempts } = definition
  const { accountId, priority } = job
  const parent = { id: job.id, step: index, role }
  return { type: step.type, input, accountId, maxAttempts, priority, parent }
}

async function prepare(trx: Trx, job: Job, step: FlowStep): Promise<Record<string, unknown> | undefined> {
  if (!step.optional) return step.input(job.input, trx, job.error)
  try {
    // A savepoint: what an optional step could not write must not take the flow's transaction with it.
    return await trx.transaction((savepoint) => step.input(job.input, savepoint, job.error))
  } catch (error) {
    // What waited too long for a lock can be prepared another time.
    if (isDatabaseFailure(error) || isLockTimeout(error)) throw error
    await flag(trx, job, `${step.type} could not be prepared (${error instanceof Error ? error.name : 'no error'})`)
    return undefined
  }
}

/** Shows something of a flow that goes on. */
export async function show(trx: Trx, job: Job, change: object): Promise<void> {
  await Job.query(trx).patch(change).findById(job.id)
  noteChange(trx, job)
}

export const flag = (trx: Trx, job: Job, needsAttention: string) => show(trx, job, { needsAttention })
