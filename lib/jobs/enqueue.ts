// Puts jobs into PostgreSQL, inside the caller's transaction; hands them to the engine once that has committed.
// No engine is needed to accept (invariant 1), and a rolled-back transaction leaves nothing behind.
import type { Db, Trx } from '../db.ts'
import type { Dispatch, Dispatchable } from '../dispatch.ts'
import { type AccountId, type BatchId, type JobId, newId } from '../ids.ts'
import type { Job, Progress, StepRole } from '../models/job.ts'
import { queueOf } from '../queues.ts'
import type { Window } from '../window.ts'
import { gatherChanges, noteChange, shareChanges } from './changes.ts'
import { insertRows, insertRowsAndShow, type NewRow, type Shown } from './insert.ts'

export interface NewJob {
  type: string
  input: Record<string, unknown>
  accountId: AccountId
  maxAttempts: number
  id?: JobId
  runAt?: Date | undefined
  startBefore?: Date | undefined
  uniqueKey?: string | undefined
  batchId?: BatchId | undefined
  /** 0 (first) to 9. */
  priority?: number | undefined
  parent?: { id: JobId; step: number; role: StepRole }
}

const DEFAULT_PRIORITY = 5
/** What is earlier PostgreSQL reads in years BC, which JSON does not write; it has passed as well. */
const YEAR_ONE = Date.parse('0001-01-01T00:00:00Z')

interface Enqueued {
  window: Window
  jobs: Dispatchable[]
}

/** With which steps a flow goes on. */
interface NextSteps {
  steps: NewJob[]
  shown: Shown
}

const enqueuedIn = new WeakMap<Trx, Enqueued>()
const nextIn = new WeakMap<Trx, NextSteps[]>()

/**
 * Runs `work` in a transaction. Jobs enqueued in it are dispatched after the commit, and changes of jobs announced; if the
 * process dies in between, the sweep finds the ones, and who follows the others polls.
 */
export async function inTransaction<R>(db: Db, dispatch: Dispatch, work: (trx: Trx) => Promise<R>): Promise<R> {
  const jobs: Dispatchable[] = []
  let changed: ReturnType<typeof gatherChanges> = new Map()
  const result = await db.transaction(async (trx) => {
    const next: NextSteps[] = []
    enqueuedIn.set(trx, { window: dispatch.window, jobs })
    nextIn.set(trx, next)
    changed = gatherChanges(trx)
    const result = await work(trx)
    if (next.length) await writeNext(trx, next)
    return result
  })
  if (jobs.length) dispatch(jobs)
  dispatch.changes.announce(changed.values())
  return result
}

/**
 * Runs `work` in a savepoint of such a transaction: what it throws undoes what it did, and no more.
 */
export async function inSavepoint<R>(trx: Trx, work: (savepoint: Trx) => Promise<R>): Promise<R> {
  const outer = enqueuedIn.get(trx)
  const jobs: Dispatchable[] = []
  const result = await trx.transaction((savepoint) => {
    if (outer) enqueuedIn.set(savepoint, { window: outer.window, jobs })
    shareChanges(trx, savepoint)
    return work(savepoint)
  })
  outer?.jobs.push(...jobs)
  return result
}

/**
 * Inserts a job. A due one for which the engine's window has room is marked as dispatched at once: whoever commits the
 * transaction hands it over. Any other waits in the backlog.
 */
export async function insertJob(trx: Trx, job: NewJob): Promise<Job> {
  const [row] = await insertJobs(trx, [job])
  if (!row) throw new Error('the job was not inserted')
  return row
}

/** Inserts jobs, by one statement. @returns them in the same order */
export async function insertJobs(trx: Trx, jobs: NewJob[]): Promise<Job[]> {
  return jobs.length === 0 ? [] : insert(trx, jobs, insertRows)
}

/**
 * Inserts the next steps of a flow, and shows in it how far it is: by one statement for all flows that go on in the
 * transaction, the last one before its commit.
 */
export async function insertSteps(trx: Trx, flow: Job, steps: NewJob[], progress: Progress): Promise<void> {
  noteChange(trx, flow)
  const next = { steps, shown: { id: flow.id, progress } }
  const gathered = nextIn.get(trx)
  if (gathered) gathered.push(next)
  else await writeNext(trx, [next])
}

async function writeNext(trx: Trx, next: NextSteps[]): Promise<void> {
  const shown = next.map((each) => each.shown)
  const steps = next.flatMap((each) => each.steps)
  await insert(trx, steps, (trx, rows) => insertRowsAndShow(trx, rows, shown))
}

async function insert(trx: Trx, jobs: NewJob[], write: typeof insertRows): Promise<Job[]> {
  const enqueued = enqueuedIn.get(trx)
  const planned = jobs.map((job) => planJob(job, enqueued?.window))
  const rows = await write(
    trx,
    planned.map(({ row }) => row),
  )
  for (const [index, row] of rows.entries()) {
    // A new step is seen in its flow.
    if (row.parentId) noteChange(trx, row)
    const turn = planned[index]?.turn
    if (turn !== undefined) enqueued?.jobs.push(dispatchable(row, turn))
  }
  return rows
}

/**
 * @param window of the engine, where the job is handed over after the commit; else it waits in the backlog
 * @returns the row, and the job's turn where a place in the window was taken for it
 */
export function planJob(job: NewJob, window: Window | undefined): { row: NewRow; turn: number | undefined } {
  const { accountId, type, runAt, priority = DEFAULT_PRIORITY } = job
  const queue = queueOf(type)
  const due = !runAt || runAt.getTime() <= Date.now()
  const turn = due ? window?.take({ queue, accountId, priority }) : undefined
  const row: NewRow = {
    id: job.id ?? newId<JobId>(),
    accountId,
    type,
    queue,
    priority,
    state: due ? 'queued' : 'scheduled',
    input: job.input,
    maxAttempts: job.maxAttempts,
    // A time that has passed means now: nobody has waited since then.
    runAt: due ? null : runAt,
    startBefore: job.startBefore ? new Date(Math.max(job.startBefore.getTime(), YEAR_ONE)) : null,
    uniqueKey: job.uniqueKey ?? null,
    batchId: job.batchId ?? null,
    dispatchNumber: turn === undefined ? 0 : 1,
    parentId: job.parent?.id ?? null,
    step: job.parent?.step ?? null,
    stepRole: job.parent?.role ?? null,
  }
  return { row, turn }
}

/** Takes a place in the engine's window for a job, if there is room and a transaction that hands it over. */
export function takeTurn(trx: Trx, place: Pick<Job, 'queue' | 'accountId' | 'priority'>) {
  const enqueued = enqueuedIn.get(trx)
  const turn = enqueued?.window.take(place)
  return {
    taken: turn !== undefined,
    /** Has the row, which is marked as dispatched if the place was taken, handed over after the commit. */
    use(row: Job): void {
      if (turn !== undefined) enqueued?.jobs.push(dispatchable(row, turn))
    },
  }
}

/** What the engine is handed of a row. */
export const dispatchable = (
  { id, type, queue, dispatchNumber }: Omit<Dispatchable, 'turn'>,
  turn: number,
): Dispatchable => ({
  id,
  type,
  queue,
  dispatchNumber,
  turn,
})
