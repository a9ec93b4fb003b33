// Accepting one job of a public type: the type writes its rows and the job is inserted, in the caller's transaction.
import type { Trx } from '../db.ts'
import { InvalidRequest } from '../errors.ts'
import { type AccountId, type BatchId, type JobId, newId } from '../ids.ts'
import type { Job } from '../models/job.ts'
import { validate } from '../validate.ts'
import { publicFace } from './catalogue.ts'
import type { Catalogue, JobDefinition } from './definition.ts'
import { insertJob, type NewJob } from './enqueue.ts'

export interface Acceptable {
  definition: JobDefinition
  /** The type's request, validated by its schema. */
  request: unknown
  /** The caller's own wish; the type may have a later one. */
  notBefore?: Date | undefined
  priority?: number | undefined
  /** Unless its first attempt has begun by then, it is cancelled. */
  startBefore?: Date | undefined
  /** Of the account's open jobs of this type only one has it: see ./unique.ts. */
  uniqueKey?: string | undefined
  /** The batch it comes in. */
  batchId?: BatchId | undefined
}

export const publicTypes = (catalogue: Catalogue): JobDefinition[] =>
  Object.values(catalogue).filter((definition) => definition.public)

/** Reads what a client asks for by `type` and `input`. @throws InvalidRequest at `#/type` or under `#/input` */
export function readRequest(
  catalogue: Catalogue,
  { type, input }: { type: string; input: unknown },
): Pick<Acceptable, 'definition' | 'request'> {
  const types = publicTypes(catalogue)
  const definition = types.find((each) => each.type === type)
  if (!definition) {
    const names = types.map((each) => each.type).join(', ')
    throw new InvalidRequest([{ pointer: '#/type', detail: `must be one of ${names}` }])
  }
  return { definition, request: validate(publicFace(definition).request, input, '/input') }
}

/** @returns the error; one about a request that came as `input` says where in the body it stands. */
export const atInput = (error: unknown): unknown => (error instanceof InvalidRequest ? error.within('/input') : error)

/** Lets the type write its rows, and inserts the job. @throws AppError when the type does not accept the request */
export const accept = async (trx: Trx, accountId: AccountId, acceptable: Acceptable): Promise<Job> =>
  insertJob(trx, await writeRows(trx, accountId, acceptable))

/** Lets the type write its rows. @returns the job, to be inserted. @throws AppError when the type does not accept the request */
export async function writeRows(trx: Trx, accountId: AccountId, acceptable: Acceptable): Promise<NewJob> {
  const { definition, request } = acceptable
  const id = newId<JobId>()
  const made = (await publicFace(definition).accept?.(request, { trx, accountId, jobId: id })) ?? plain(request)
  return newJobOf(accountId, acceptable, made, id)
}

/** What a type that writes no rows works on: the request itself. */
export const plain = (request: unknown) => ({ input: request as Record<string, unknown> })

/**
 * @param made the job's input, and when its type lets it run at the earliest
 * @throws InvalidRequest when it could never begin before its startBefore
 */
export function newJobOf(
  accountId: AccountId,
  acceptable: Acceptable,
  { input, runAt: earliest }: { input: Record<string, unknown>; runAt?: Date | undefined },
  id = newId<JobId>(),
): NewJob {
  const { definition, request: _, notBefore, ...wishes } = acceptable
  const { type, maxAttempts } = definition
  const runAt = later(notBefore, earliest)
  if (runAt && wishes.startBefore && wishes.startBefore <= runAt) {
    const detail = `is not to begin before ${runAt.toISOString()}, so it could never begin before startBefore`
    throw new InvalidRequest([{ pointer: '#', detail }])
  }
  return { ...wishes, id, type, input, accountId, maxAttempts, runAt }
}

const later = (a: Date | undefined, b: Date | undefined) => (a && b ? new Date(Math.max(+a, +b)) : (a ?? b))
