// A run's own row: its window, how far it is, and what came of it. The window of the next begins where this one ended.
import { raw } from 'objection'
import type { Trx } from '../db.ts'
import { newId, type ReconciliationId } from '../ids.ts'
import { type Counts, type Phase, phases, Reconciliation } from '../models/reconciliation.ts'
import { WebhookEvent } from '../models/webhook-event.ts'

/** What is younger is left for the next run: it may be under way. */
const SETTLING_MS = 60_000
/** How far back the first run looks. */
const FIRST_WINDOW_MS = 24 * 60 * 60_000
/** The provider sends an event again for up to 30 days. https://docs.stripe.com/webhooks/process-undelivered-events */
const KEEP_DAYS = 35

const none: Counts = { compared: 0, advanced: 0, filed: 0, resolved: 0, told: 0, skipped: 0 }

/** @returns the run that was begun and not finished, or a new one. */
export async function openRun(trx: Trx): Promise<Reconciliation> {
  const open = await Reconciliation.query(trx).findOne({ finishedAt: null })
  if (open) return open
  const last = await Reconciliation.query(trx).whereNotNull('finishedAt').orderBy('windowTo', 'desc').first()
  const windowTo = new Date(Date.now() - SETTLING_MS)
  const windowFrom = last?.windowTo ?? new Date(windowTo.getTime() - FIRST_WINDOW_MS)
  return Reconciliation.query(trx)
    .insert({
      id: newId<ReconciliationId>(),
      // A clock that was set back must not make a window that ends before it begins.
      windowFrom: windowFrom < windowTo ? windowFrom : windowTo,
      windowTo,
      phase: phases[0],
      counts: none,
    })
    .returning('*')
}

/** Where a run goes on after a page. @returns undefined where that was the last page of the last phase */
export function nextPlace(phase: Phase, cursor: string | null): { phase: Phase; cursor: string | null } | undefined {
  if (cursor !== null) return { phase, cursor }
  const next = phases[phases.indexOf(phase) + 1]
  return next && { phase: next, cursor: null }
}

export const saveRun = (
  trx: Trx,
  { id }: Reconciliation,
  change: Partial<Pick<Reconciliation, 'phase' | 'cursor' | 'counts'>>,
) => Reconciliation.query(trx).patch(change).findById(id)

/** Ends a run, and forgets what is old: runs, and events that nobody will send again. */
export async function finishRun(trx: Trx, { id }: Reconciliation): Promise<void> {
  await Reconciliation.query(trx)
    .patch({ finishedAt: raw('now()') })
    .findById(id)
  const old = raw(`now() - interval '${KEEP_DAYS} days'`)
  await Reconciliation.query(trx).delete().where('finishedAt', '<', old)
  await WebhookEvent.query(trx).delete().where('receivedAt', '<', old)
}
