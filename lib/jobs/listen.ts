// Hears which jobs have changed, or are to be cancelled: one connection of its own, held while somebody waits for it. When it
// is lost it is opened again, for ever; what was said meanwhile is lost, so that whoever listens must look for himself then.
import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import type { Db } from '../db.ts'
import type { Logger } from '../logger.ts'
import { CHANGES_CHANNEL, LISTENING } from './changes.ts'

/** By this name the connection is found in pg_stat_activity. */
export const LISTENER_NAME = 'errand-listener'

const FIRST_PAUSE_MS = 50
const LAST_PAUSE_MS = 5_000
/** Asked so often whether it is still there: a connection that is silent for too long is closed (lib/db.ts). */
const ASK_MS = 5_000
const CLOSE_WITHIN_MS = 500

interface Ear {
  /** These jobs have changed. */
  heard(ids: string[]): void
  /** Nothing that is said from now on is missed; what was said before may have been. */
  listening(): void
}

/** @returns stops listening; resolves when the connection is closed. */
export const listenForChanges = (db: Db, log: Logger, ear: Ear) => listenTo(db, log, LISTEN, ear)

const LISTEN = `
  SET application_name = '${LISTENER_NAME}'; LISTEN ${CHANGES_CHANNEL}; SELECT pg_advisory_lock_shared(${LISTENING})`

/** The same for a channel of another. @param statement that begins to listen */
export function listenTo(db: Db, log: Logger, statement: string, ear: Ear): () => Promise<void> {
  const stopped = new AbortController()
  const listening = keepListening(db, log, statement, ear, stopped.signal)
  return async () => {
    stopped.abort()
    await listening
  }
}

async function keepListening(db: Db, log: Logger, statement: string, ear: Ear, stop: AbortSignal): Promise<void> {
  let pauseMs = FIRST_PAUSE_MS
  while (!stop.aborted) {
    try {
      await listen(db, statement, stop, {
        heard: ear.heard,
        listening: () => {
          pauseMs = FIRST_PAUSE_MS
          ear.listening()
        },
      })
    } catch (error) {
      log.warn({ err: error }, 'the connection that hears of jobs is lost; it is opened again')
      // Not all processes at once, after the database was away.
      await pause(pauseMs * (0.5 + Math.random()), stop)
      pauseMs = Math.min(pauseMs * 2, LAST_PAUSE_MS)
    }
  }
}

/** Listens until it is stopped. @throws when the connection cannot be opened, or is lost */
async function listen(db: Db, statement: string, stop: AbortSignal, ear: Ear): Promise<void> {
  // Past the pool, but with its settings.
  const connection: pg.Client = await db.client.acquireRawConnection()
  const lost = new AbortController()
  connection.on('error', () => lost.abort())
  connection.on('end', () => lost.abort())
  connection.on('notification', ({ payload }) => ear.heard(payload?.split(',') ?? []))
  try {
    await connection.query(statement)
    ear.listening()
    const over = AbortSignal.any([stop, lost.signal])
    while (!over.aborted) {
      await pause(ASK_MS, over)
      if (!stop.aborted) await connection.query('SELECT')
    }
  } finally {
    // A connection that is half-open would let it wait; it is closed when it was silent for too long.
    await Promise.race([connection.end().catch(() => {}), delay(CLOSE_WITHIN_MS, undefined, { ref: false })])
  }
}

/** Resolves after that time, or when `over` is aborted. */
const pause = (ms: number, over: AbortSignal) => delay(ms, undefined, { signal: over }).catch(() => {})
