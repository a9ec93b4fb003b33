// Says to all web processes which jobs have changed, so that whoever waits for one looks at it: over NOTIFY, whatever the
// engine. Best effort: what gets lost is found by their polling. Never inside a job's transaction, because NOTIFY takes a
// lock of the whole database at commit: what comes within some milliseconds is said at once, in a statement of its own.
import { AsyncResource } from 'node:async_hooks'
import type { Db, Trx } from '../db.ts'
import type { JobId } from '../ids.ts'
import type { Logger } from '../logger.ts'
import type { Job } from '../models/job.ts'

/** What is said on it: ids of jobs, separated by commas. */
export const CHANGES_CHANNEL = 'errand_jobs'
/** The advisory lock that listeners share: while nobody holds it, nobody listens, and nothing is said. */
export const LISTENING = "hashtextextended('errand:listening', 0)"

/**
 * How long is between two sayings at least, in ms, while somebody listens: what comes meanwhile is said together, and what comes
 * after a silence at once. While nobody listens, how long what has changed waits for company.
 */
const GATHER_MS = 3
const GATHER_UNHEARD_MS = 20
/** A payload has less than 8,000 bytes (PostgreSQL's NOTIFY); an id has 36, and a comma. */
const IDS_A_PAYLOAD = 200

export interface Changes {
  /**
   * Says that these jobs have changed, and those whose steps they are. Never throws, never makes the caller wait.
   * @param options `soon: false` for what may wait for company: a start is often followed by its end
   */
  announce(jobs: Iterable<Changed>, options?: { soon?: boolean }): void
  /** Resolves when nothing is left to say. */
  idle(): Promise<void>
}

/** A job whose state, progress or error is another, and the flow that shows it among its steps. */
type Changed = Pick<Job, 'id' | 'parentId'>

const changedIn = new WeakMap<Trx, Map<JobId, Changed>>()

/** Begins to note what changes in a transaction. @returns what has, to be announced once it is committed. */
export function gatherChanges(trx: Trx): ReadonlyMap<JobId, Changed> {
  const changed = new Map<JobId, Changed>()
  changedIn.set(trx, changed)
  return changed
}

/** Notes that a job was changed in this transaction; called beside each write that its clients can see. */
export function noteChange<J extends Changed>(trx: Trx, job: J): J {
  const { id, parentId } = job
  changedIn.get(trx)?.set(id, { id, parentId })
  return job
}

/** Has what changes in a savepoint noted with its transaction: of what is rolled back somebody looks in vain. */
export function shareChanges(trx: Trx, savepoint: Trx): void {
  const changed = changedIn.get(trx)
  if (changed) changedIn.set(savepoint, changed)
}

const ASK = `SELECT NOT pg_try_advisory_xact_lock(${LISTENING}) AS heard`
// Nobody waits for the disk: what is lost with it was best effort.
const SAY = `SELECT set_config('synchronous_commit', 'off', true), pg_notify('${CHANGES_CHANNEL}', payload) FROM unnest(CAST(:payloads AS text[])) AS payload`
/** How often it is asked again whether anybody still listens. */
const HEARD_FOR_MS = 1_000

/** @param db the pool that has a connection to spare for a short statement every now and then */
export function createChanges(db: Db, log: Logger): Changes {
  let pending = new Set<JobId>()
  let saying: Promise<void> | undefined
  let heard = false
  let saidAt = Number.NEGATIVE_INFINITY
  let pendingSince = 0
  let urgent = false
  let hurry = () => {}
  let askedAt = Number.NEGATIVE_INFINITY
  const isHeard = async () => {
    if (heard && performance.now() - askedAt < HEARD_FOR_MS) return true
    askedAt = performance.now()
    const { rows } = await db.raw<{ rows: { heard: boolean }[] }>(ASK)
    heard = rows[0]?.heard ?? false
    return heard
  }
  const say = async () => {
    const ids = [...pending]
    pending = new Set()
    try {
      if (await isHeard()) await db.raw(SAY, { payloads: payloadsOf(ids) })
    } catch (error) {
      log.warn({ err: error, jobs: ids.length }, 'changes of jobs could not be announced; their followers poll')
    }
  }
  // What is said for many is no work of the one that happened to come first.
  const sayAll = AsyncResource.bind(async () => {
    while (pending.size > 0) {
      await rest()
      await say()
      saidAt = performance.now()
    }
    saying = undefined
  })
  /** Until it is time to say something. */
  const rest = async () => {
    for (;;) {
      const at = heard
        ? Math.max(saidAt + GATHER_MS, urgent ? 0 : pendingSince + GATHER_MS)
        : pendingSince + GATHER_UNHEARD_MS
      const ms = at - performance.now()
      if (ms <= 0) break
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms)
        hurry = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    urgent = false
  }
  return {
    announce(jobs, { soon = true } = {}) {
      if (pending.size === 0) pendingSince = performance.now()
      for (const { id, parentId } of jobs) {
        pending.add(id)
        if (parentId) pending.add(parentId)
      }
      if (pending.size === 0) return
      if (soon && !urgent) {
        urgent = true
        hurry()
      }
      saying ??= sayAll()
    },
    idle: async () => saying,
  }
}

function payloadsOf(ids: JobId[]): string[] {
  const payloads: string[] = []
  for (let from = 0; from < ids.length; from += IDS_A_PAYLOAD) {
    payloads.push(ids.slice(from, from + IDS_A_PAYLOAD).join())
  }
  return payloads
}
