// Accepting work: idempotency, the type's own rows, the job and the answer are one transaction; 202 follows its commit
// (invariant 1). The same key with the same request gets the first answer again.
import { hash } from 'node:crypto'
import { configure } from 'safe-stable-stringify'
import type { Trx } from '../lib/db.ts'
import { AppError } from '../lib/errors.ts'
import type { JobId } from '../lib/ids.ts'
import type { Acceptable } from '../lib/jobs/accept.ts'
import { publicFace } from '../lib/jobs/catalogue.ts'
import { inTransaction } from '../lib/jobs/enqueue.ts'
import { type Claim, claimKey, keepAnswer } from '../lib/jobs/idempotency.ts'
import { acceptUnique } from '../lib/jobs/unique.ts'
import { Job } from '../lib/models/job.ts'
import { applied, type Willing } from './follow/prefer.ts'
import { takeSnapshot } from './follow/snapshot.ts'
import { waitUntil } from './follow/wait.ts'
import { presentJob } from './presenters/job.ts'
import type { Answer, Request } from './route.ts'

const stringify = configure({ bigint: false })
/** Bytes of a request that is accepted together with others. */
const LARGEST_TOGETHER = 16 * 1024

export interface Submission extends Acceptable {
  /** Whether the answer says that the job is a new one. */
  tellsCreated?: boolean
  /** What stands beside the job in the answer, e.g. the order. */
  subject?: (trx: Trx, job: Job, created: boolean) => Promise<Record<string, unknown>>
}

type SubmitRequest = Request<unknown, unknown, unknown, Willing>
type Claiming = Pick<SubmitRequest, 'idempotencyKey' | 'method' | 'path' | 'body'>

/** An answer whose body has the job. */
type Accepted = Answer & {
  jobId: JobId
  body: object | string
  created: boolean
  /** As it was just stored. */
  job?: Job
}

/**
 * @returns 202 with the job, or the stored answer of an earlier request with the same key; 200 with the open job that has its
 * unique key; 200 with the finished job where the client is willing to wait, and it ends in time. @throws AppError
 */
export async function submit(request: SubmitRequest, submission: Submission): Promise<Answer> {
  const accepted = await acceptOnce(request, submission)
  const { prefer: seconds } = request.headers
  if (!seconds) return accepted
  try {
    return await finish(request, submission, accepted, seconds)
  } catch (error) {
    // It is accepted, whatever becomes of the waiting.
    request.deps.log.warn({ err: error, jobId: accepted.jobId }, 'an accepted job could not be waited for')
    return accepted
  }
}

async function acceptOnce(request: SubmitRequest, submission: Submission): Promise<Accepted> {
  const { idempotencyKey } = request
  const { definition } = submission
  if (publicFace(definition).idempotencyKey === 'required' && !idempotencyKey) {
    throw new AppError('idempotency-key-missing', `${definition.type} needs an Idempotency-Key header.`)
  }
  const claim = claimOf(request)
  return (await acceptWithOthers(request, submission, claim)) ?? acceptAlone(request, submission, claim)
}

/** @returns undefined for what must be accepted alone */
async function acceptWithOthers(
  { deps, accountId, bytes }: SubmitRequest,
  submission: Submission,
  claim: Claim | undefined,
): Promise<Accepted | undefined> {
  const { subject, tellsCreated, ...acceptable } = submission
  const { accept, finishing } = publicFace(acceptable.definition)
  // What finishes something locks what is to be finished: others would wait for it, too.
  if (finishing || acceptable.uniqueKey !== undefined) return undefined
  // Nobody waits for the large request of another.
  if (bytes > LARGEST_TOGETHER) return undefined
  // Over the bound it is alone that the first answer is still given.
  if (deps.limits?.backlog?.isOver(accountId, acceptable.definition.type)) return undefined
  const present = (job: Job) => ({ job: presentJob(job, []), ...(tellsCreated && { created: true }) })
  const taken =
    accept || subject
      ? await deps.acceptTogether({
          accountId,
          claim,
          acceptable,
          answer: async (trx, job) => ({ ...present(job), ...(await subject?.(trx, job, true)) }),
        })
      : await deps.acceptPlain({ accountId, claim, acceptable, answer: (job) => JSON.stringify(present(job)) })
  if (!taken) return undefined
  const headers = { ...jsonType, ...deps.following.retryAfter({ job: taken.job, steps: [] }) }
  return { ...accepted(taken.job.id, taken.body, headers, true), job: taken.job }
}

/** Also of a body that is JSON already. */
const jsonType = { 'Content-Type': 'application/json; charset=utf-8' }

function acceptAlone(request: SubmitRequest, submission: Submission, claim: Claim | undefined): Promise<Accepted> {
  const { deps, accountId } = request
  const { definition } = submission
  return inTransaction(deps.db, deps.dispatch, async (trx) => {
    const known = claim && (await claimKey(trx, accountId, claim))
    if (known)
      return accepted(known.jobId, known.answer, { 'Idempotency-Replayed': 'true' }, known.answer.created !== false)
    if (!publicFace(definition).finishing) deps.limits?.backlog?.admit(accountId, definition.type)
    const { job, created } = await acceptUnique(trx, deps.catalogue, accountId, submission)
    const steps = created ? [] : await Job.query(trx).where({ parentId: job.id }).orderBy(['createdAt', 'id'])
    const body = {
      job: presentJob(job, steps),
      ...(submission.tellsCreated && { created }),
      ...(await submission.subject?.(trx, job, created)),
    }
    if (claim) await keepAnswer(trx, accountId, claim.key, job.id, body)
    return accepted(job.id, body, deps.following.retryAfter({ job, steps }), created)
  })
}

/** @returns the key of a request that has one, and what makes two with the same key the same: canonical JSON, hashed. */
export function claimOf({ idempotencyKey: key, method, path, body }: Claiming): Claim | undefined {
  if (!key) return undefined
  const text = stringify([method, path, body]) ?? ''
  return { key, fingerprint: hash('sha256', text, 'buffer') }
}

/** @param created false for a job that was there already: nothing was accepted */
const accepted = (
  jobId: JobId,
  body: object | string,
  headers: Record<string, string>,
  created: boolean,
): Accepted => ({
  status: created ? 202 : 200,
  jobId,
  created,
  body,
  headers: { Location: `/v1/jobs/${jobId}`, 'Retry-After': '1', ...headers },
})

/** Waits for the job's end, where not too many wait already: it is a wish (RFC 7240 §2). */
async function finish(
  { deps, accountId, signal }: SubmitRequest,
  { subject, tellsCreated }: Submission,
  accepted: Accepted,
  seconds: number,
): Promise<Answer> {
  const { waiters, read, retryAfter } = deps.following
  if (!waiters.hasRoomFor(accountId)) return accepted
  // Whoever waits looks anew at once.
  const seen = accepted.job ? takeSnapshot({ job: accepted.job, steps: [] }) : await read(accountId, accepted.jobId)
  const { job, steps, final } = await waitUntil(waiters, seen, (snapshot) => snapshot.final, seconds, signal)
  const { 'Retry-After': _, ...headers } = { ...accepted.headers, ...applied(seconds) }
  if (!final) return { ...accepted, headers: { ...headers, ...retryAfter({ job, steps }) } }
  // As it is now, and not as it was accepted.
  const about = subject && (await deps.db.transaction((trx) => subject(trx, job, accepted.created)))
  const { created } = accepted
  return { status: 200, body: { job: presentJob(job, steps), ...(tellsCreated && { created }), ...about }, headers }
}
