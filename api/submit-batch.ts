// Accepting a batch: every item is judged by itself, and what is accepted is one transaction with the batch and, where the
// request has an Idempotency-Key, its answer. A batch of which nothing is accepted is not stored.
import type { Trx } from '../lib/db.ts'
import { AppError, InvalidRequest, TryLater } from '../lib/errors.ts'
import { type BatchId, newId } from '../lib/ids.ts'
import { type Acceptable, atInput } from '../lib/jobs/accept.ts'
import { acceptMany, type Outcome } from '../lib/jobs/accept-many.ts'
import { publicFace } from '../lib/jobs/catalogue.ts'
import { inTransaction } from '../lib/jobs/enqueue.ts'
import { claimKey, keepAnswer } from '../lib/jobs/idempotency.ts'
import type { Accepted } from '../lib/jobs/unique.ts'
import { Batch } from '../lib/models/batch.ts'
import { throughDeadlocks } from '../lib/persist.ts'
import { MAX_ERRORS, validate } from '../lib/validate.ts'
import { presentBatch, presentItem } from './presenters/batch.ts'
import { JobRequest, readJobRequest } from './request/job-request.ts'
import type { Answer, Request } from './route.ts'
import { claimOf } from './submit.ts'

type BatchRequest = Request<unknown, { items: unknown[] }>
type Refusal = Extract<Outcome, { refusal: AppError }>

/** @returns 202 with the batch and its items, or the stored answer. @throws AppError when no item is accepted */
export async function submitBatch(request: BatchRequest): Promise<Answer> {
  const { accountId, idempotencyKey, deps } = request
  const items = request.body.items.map((item, index) => readItem(request, item, index))
  const needy = items.filter(isReadable).find(({ definition }) => publicFace(definition).idempotencyKey === 'required')
  if (needy && !idempotencyKey)
    throw new AppError('idempotency-key-missing', `${needy.definition.type} needs an Idempotency-Key header.`)
  const claim = claimOf(request)
  const work = async (trx: Trx): Promise<Answer> => {
    const known = claim && (await claimKey(trx, accountId, claim))
    if (known) return answer(known.answer, { 'Idempotency-Replayed': 'true' })
    const batchId = newId<BatchId>()
    const readable = items.filter(isReadable).map((item) => ({ ...item, batchId }))
    const accepted = await acceptMany(trx, deps.catalogue, accountId, readable)
    const outcomes = items.map((item, index) => (isReadable(item) ? atItem(accepted.shift(), index) : item))
    const taken = outcomes.filter(isTaken)
    const [first] = taken
    if (!first) throw nothingOf(outcomes.filter(isRefusal))
    const created = taken.flatMap(({ job, created }) => (created ? [job] : []))
    const counts = { accepted: created.length, existing: taken.length - created.length }
    const batch = await Batch.query(trx)
      .insert({ id: batchId, accountId, ...counts, refused: outcomes.length - taken.length })
      .returning('*')
    const body = { batch: presentBatch(batch, created), items: outcomes.map(presentItem) }
    // The first job stands for all of them.
    if (idempotencyKey) await keepAnswer(trx, accountId, idempotencyKey, first.job.id, body)
    return answer(body)
  }
  return throughDeadlocks(() => inTransaction(deps.db, deps.dispatch, work))
}

const isRefusal = (item: Acceptable | Outcome): item is Refusal => 'refusal' in item
const isTaken = (outcome: Outcome): outcome is Accepted => !isRefusal(outcome)
const isReadable = (item: Acceptable | Refusal): item is Acceptable => !isRefusal(item)

/** What can be said of an item without the database. */
function readItem({ deps, accountId }: BatchRequest, item: unknown, index: number): Acceptable | Refusal {
  try {
    const acceptable = readJobRequest(deps.catalogue, validate(JobRequest, item))
    const { type, public: face } = acceptable.definition
    if (!face?.finishing) deps.limits?.backlog?.admit(accountId, type)
    return acceptable
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { refusal: locate(error, index) }
  }
}

/** Says where in the body that is which the type complains about. */
function atItem(outcome: Outcome | undefined, index: number): Outcome {
  if (!outcome) throw new Error(`item ${index} has no outcome`)
  return isRefusal(outcome) ? { refusal: locate(atInput(outcome.refusal) as AppError, index) } : outcome
}

const locate = (error: AppError, index: number) =>
  error instanceof InvalidRequest ? error.within(`/items/${index}`) : error

/** @returns the error of a batch of which nothing was accepted */
function nothingOf(refusals: Refusal[]): AppError {
  const [first] = refusals
  if (first && refusals.every(({ refusal }) => refusal instanceof TryLater)) return first.refusal
  const errors = refusals.flatMap(
    ({ refusal }, index) => refusal.errors ?? [{ pointer: `#/items/${index}`, detail: refusal.message }],
  )
  return new InvalidRequest(errors.slice(0, MAX_ERRORS), 'No item was accepted, and nothing was stored.')
}

function answer(body: Record<string, unknown>, headers: Record<string, string> = {}): Answer {
  const { batch } = body as { batch: { id: string } }
  return { status: 202, body, headers: { Location: `/v1/batches/${batch.id}`, 'Retry-After': '1', ...headers } }
}
