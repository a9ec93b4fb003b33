// Accepting work: idempotency, the type's own rows, the job and the answer are one transaction; 202 follows its commit
// (invariant 1). The same key with the same request gets the first answer again.
import { createHash } from 'node:crypto'
import { configure } from 'safe-stable-stringify'
import type { Trx } from '../lib/db.ts'
import { AppError } from '../lib/errors.ts'
import { type JobId, newId } from '../lib/ids.ts'
import type { JobDefinition, PublicFace } from '../lib/jobs/definition.ts'
import { insertJob, inTransaction } from '../lib/jobs/enqueue.ts'
import { claimKey, keepAnswer } from '../lib/jobs/idempotency.ts'
import type { Job } from '../lib/models/job.ts'
import { presentJob } from './presenters/job.ts'
import type { Answer, Request } from './route.ts'

const stringify = configure({ bigint: false })

export interface Submission {
  definition: JobDefinition
  /** The type's request, validated by its schema. */
  request: unknown
  /** The caller's own wish; the type may have a later one. */
  notBefore?: Date | undefined
  priority?: number | undefined
  /** What stands beside the job in the answer, e.g. the order. */
  subject?: (trx: Trx, job: Job) => Promise<Record<string, unknown>>
}

/** @returns 202 with the job, or the stored answer of an earlier request with the same key. @throws AppError */
export async function submit(
  { deps, accountId, ...http }: Request<unknown, unknown>,
  submission: Submission,
): Promise<Answer> {
  const { definition, request, notBefore, priority, subject } = submission
  const face = publicFace(definition)
  if (face.idempotencyKey === 'required' && !http.idempotencyKey) {
    throw new AppError('idempotency-key-missing', `${definition.type} needs an Idempotency-Key header.`)
  }
  const fingerprint = createHash('sha256')
    .update(stringify([http.method, http.path, http.body]) ?? '')
    .digest()
  return inTransaction(deps.db, deps.dispatch, async (trx) => {
    const known = http.idempotencyKey && (await claimKey(trx, accountId, http.idempotencyKey, fingerprint))
    if (known)
      return {
        ...accepted(known.jobId, known.answer),
        headers: { ...headers(known.jobId), 'Idempotency-Replayed': 'true' },
      }
    const jobId = newId<JobId>()
    const prepared = await face.accept(request, { trx, accountId, jobId })
    const { type, maxAttempts } = definition
    const job = await insertJob(trx, {
      id: jobId,
      type,
      input: prepared.input,
      accountId,
      maxAttempts,
      priority,
      runAt: later(notBefore, prepared.runAt),
    })
    const body = { job: presentJob(job, []), ...(await subject?.(trx, job)) }
    if (http.idempotencyKey) await keepAnswer(trx, accountId, http.idempotencyKey, jobId, body)
    return accepted(jobId, body)
  })
}

export function publicFace({ type, public: face }: JobDefinition): PublicFace {
  if (!face) throw new Error(`${type} is not a public job type`)
  return face
}

const headers = (jobId: string) => ({ Location: `/v1/jobs/${jobId}`, 'Retry-After': '1' })
const accepted = (jobId: string, body: unknown): Answer => ({ status: 202, body, headers: headers(jobId) })

const later = (a: Date | undefined, b: Date | undefined) => (a && b ? new Date(Math.max(+a, +b)) : (a ?? b))
