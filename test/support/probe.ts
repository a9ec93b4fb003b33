// A job type of the tests' own, whose handler the test writes.
import { z } from 'zod'
import { engineId } from '../../lib/dispatch.ts'
import type { JobContext, JobDefinition, Settled } from '../../lib/jobs/definition.ts'
import { insertJob, inTransaction } from '../../lib/jobs/enqueue.ts'
import { Job } from '../../lib/models/job.ts'
import { execute } from '../../workers/execute.ts'
import { registry } from '../../workers/registry.ts'
import type { Runtime } from '../../workers/runtime.ts'
import { type Harness, noDispatch } from './harness.ts'

export type Handler = (context: JobContext) => Promise<Settled>

/** A runtime that also knows `maintenance.probe`, done by `run`. */
export function withProbe(runtime: Runtime, run: Handler, timeoutMs = 10_000): Runtime {
  const probe: JobDefinition = {
    type: 'maintenance.probe',
    summary: 'A job of the tests.',
    input: z.strictObject({}),
    public: undefined,
    maxAttempts: 3,
    whenExhausted: 'fail',
    timeoutMs,
    work: { run: (_, context) => run(context) },
  }
  return { ...runtime, catalogue: { ...registry, 'maintenance.probe': probe } }
}

/** Inserts a probe as the API would, handing it to nobody. */
export function insertProbe(
  { db, accountId }: Harness,
  more: { maxAttempts?: number; runAt?: Date } = {},
): Promise<Job> {
  const { maxAttempts = 3, runAt } = more
  return inTransaction(db, noDispatch, (trx) =>
    insertJob(trx, { type: 'maintenance.probe', input: {}, accountId, maxAttempts, runAt }),
  )
}

/** Runs one attempt of a job as the engine would deliver it, and reads the row it leaves. */
export async function attempt(runtime: Runtime, { id }: Pick<Job, 'id'>) {
  const due = await Job.query(runtime.db).patchAndFetchById(id, { runAt: new Date() })
  if (due.state === 'scheduled') await Job.query(runtime.db).patch({ state: 'queued' }).findById(id)
  const outcome = await execute(runtime, engineId(due))
  return { outcome, job: await Job.query(runtime.db).findById(id).throwIfNotFound() }
}

/** Lets a running job's lease run out, as if its worker had been silent for too long. */
export const expireLease = ({ db }: Runtime, { id }: Pick<Job, 'id'>) =>
  Job.query(db)
    .patch({ leaseExpiresAt: new Date(Date.now() - 1000) })
    .findById(id)
