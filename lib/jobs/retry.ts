// Retrying a failed job: it goes on as the same job, under its next attempt, with attempts of its own (invariant 8). Its type
// says how its rows are opened again; where that cannot be, a new job is the answer.
import { UniqueViolationError } from 'objection'
import type { Trx } from '../db.ts'
import { AppError } from '../errors.ts'
import type { AccountId, JobId } from '../ids.ts'
import { Job } from '../models/job.ts'
import { type Actor, recordAction } from './actions.ts'
import type { Catalogue } from './definition.ts'
import { takeTurn } from './enqueue.ts'
import { isFlow } from './flow-steps.ts'
import { reopen } from './steer.ts'

/**
 * @returns the job as it is then.
 * @throws AppError not-found for one that is not the account's; not-retryable; conflict when another has its unique key now
 */
export async function retryJob(
  trx: Trx,
  catalogue: Catalogue,
  of: { id: JobId; accountId: AccountId },
  actor: Actor,
): Promise<Job> {
  const job = await Job.query(trx).findOne(of).forUpdate()
  if (!job) throw new AppError('not-found', 'There is no such job.')
  if (job.state !== 'failed') throw refused(`The job is ${job.state}; only a failed job can be retried.`)
  await refuseOpenFlow(trx, job)
  if (isFlow(catalogue, job)) throw refused('The flow was undone when it failed; submit it anew.')
  const definition = catalogue[job.type]
  if (!definition?.whenRetried)
    throw refused(`What a job of the type ${job.type} works on ends with it; submit it anew.`)
  const input = definition.input.safeParse(job.input)
  if (!input.success) throw refused('The stored input does not fit the job type.')
  await definition.whenRetried(input.data, trx)
  await recordAction(trx, job, 'retry', actor)
  const turn = takeTurn(trx, job)
  const reopened = await reopen(trx, job.id, definition.maxAttempts, turn.taken).catch((error: unknown) => {
    if (!(error instanceof UniqueViolationError)) throw error
    throw new AppError('conflict', 'Another open job has the unique key of this one by now.', { cause: error })
  })
  turn.use(reopened)
  return reopened
}

/** What the flow does next depends on how its step ended. */
async function refuseOpenFlow(trx: Trx, { parentId }: Job): Promise<void> {
  const flow = parentId && (await Job.query(trx).findById(parentId))
  if (flow && !flow.finishedAt)
    throw refused(`The job is a step of a flow that goes on without it: /v1/jobs/${flow.id}.`)
}

const refused = (why: string) => new AppError('not-retryable', why)
