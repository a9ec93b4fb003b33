// What a run compares, page by page: ours at the provider, the provider's at ours, and the findings that are still open.
import type { Db } from '../db.ts'
import { isUuid, type RefundId } from '../ids.ts'
import { Discrepancy } from '../models/discrepancy.ts'
import { Payment, type PaymentState, Refund } from '../models/payment.ts'
import type { Phase, Reconciliation } from '../models/reconciliation.ts'
import { WebhookEvent } from '../models/webhook-event.ts'
import type { BookedEvent } from './reconcile-books.ts'
import { closeFinding, isGivenBack, isMadeUpFor } from './reconcile-findings.ts'
import { examineIntent } from './reconcile-intent.ts'
import { type Settle, type Sides, unchanged } from './reconcile-jobs.ts'
import { examineObject } from './reconcile-object.ts'
import { examineRefund, type Subject } from './reconcile-refund.ts'
import { openRefundStates } from './refund.ts'

const PAGE = 100
/** Before every id. */
const FIRST = '00000000-0000-0000-0000-000000000000'
const openPayments: PaymentState[] = ['processing', 'unknown', 'capturing', 'cancelling']
const MINUTE_MS = 60_000
/** How far before its window a run looks: a row is dated by the beginning of its transaction, the provider by its own clock. */
const OURS_OVERLAP_MS = 5 * MINUTE_MS
const THEIRS_OVERLAP_MS = 60 * MINUTE_MS

export interface PageOfChecks {
  /** Each compares one thing. @returns what to write; undefined where nothing is. */
  checks: (() => Promise<Settle | undefined>)[]
  /** Where the next page begins; null after the last one. */
  cursor: string | null
}

type Run = Pick<Reconciliation, 'windowFrom' | 'windowTo' | 'cursor'>

/** Reads the page of a phase that begins at the run's cursor. @throws what the provider's books throw */
export const readPage: Record<Phase, (sides: Sides, run: Run) => Promise<PageOfChecks>> = {
  async payments(sides, run) {
    const rows = await changedPayments(sides.db, run)
    return paged(rows, ({ providerId }) => examineIntent(sides, providerId ?? ''))
  },
  async refunds(sides, run) {
    const rows = await changedRefunds(sides.db, run)
    const subject = ({ id, providerId }: Refund): Subject => (providerId ? { id: providerId } : { refundId: id })
    return paged(rows, (refund) => examineRefund(sides, subject(refund)))
  },
  async intents(sides, run) {
    const { entries, more } = await sides.payments.listIntents(theirWindow(run))
    const checks = entries.map((intent) => () => examineIntent(sides, intent.id, intent))
    return { checks, cursor: more ? (entries.at(-1)?.id ?? null) : null }
  },
  async given(sides, run) {
    const { entries, more } = await sides.payments.listRefunds(theirWindow(run))
    const checks = entries.map((refund) => () => examineRefund(sides, { id: refund.id }, refund))
    return { checks, cursor: more ? (entries.at(-1)?.id ?? null) : null }
  },
  async events(sides, run) {
    const { entries, more } = await sides.payments.listEvents(theirWindow(run))
    const missed = await unheard(sides.db, entries)
    const checks = missed.map((id) => () => examineObject(sides, id))
    return { checks, cursor: more ? (entries.at(-1)?.id ?? null) : null }
  },
  async findings(sides, run) {
    return paged(await openFindings(sides.db, run), (finding) => recheck(sides, finding))
  },
}

/** How many whole days ago the row changed. */
const DAYS_QUIET = `floor(extract(epoch FROM ?::timestamptz - updated_at) / 86400)`

/**
 * Of which more is to come, and nothing has for a minute; or that changed in the window. One that is authorized may wait for
 * days, and events tell of it: it is looked at in the window in which another day of it is over.
 */
const changedPayments = (db: Db, { windowTo, ...run }: Run) =>
  Payment.query(db)
    .where((row) =>
      row
        .where((open) => open.whereIn('state', openPayments).where('updatedAt', '<=', windowTo))
        .orWhere((quiet) =>
          quiet
            .where({ state: 'authorized' })
            .where('updatedAt', '<=', windowTo)
            .whereRaw(`${DAYS_QUIET} > ${DAYS_QUIET}`, [windowTo, run.windowFrom]),
        )
        .orWhereBetween('updatedAt', [ourFrom(run), windowTo]),
    )
    .whereNotNull('providerId')
    .where('id', '>', run.cursor ?? FIRST)
    .orderBy('id')
    .limit(PAGE)

const changedRefunds = (db: Db, { windowTo, ...run }: Run) =>
  Refund.query(db)
    .where((row) =>
      row
        .where((open) => open.whereIn('state', openRefundStates).where('updatedAt', '<=', windowTo))
        .orWhereBetween('updatedAt', [ourFrom(run), windowTo]),
    )
    .where('id', '>', run.cursor ?? FIRST)
    .orderBy('id')
    .limit(PAGE)

const openFindings = (db: Db, { cursor }: Run) =>
  Discrepancy.query(db)
    .whereNull('resolvedAt')
    .whereRaw("detail ->> 'object' IN ('intent', 'refund')")
    .where('id', '>', cursor ?? FIRST)
    .orderBy('id')
    .limit(PAGE)

/** @returns what the events are about that no webhook brought, or whose job was given up, each once */
async function unheard(db: Db, events: BookedEvent[]): Promise<string[]> {
  const ids = events.map(({ id }) => id)
  const stored = await WebhookEvent.query(db)
    .where({ source: 'stripe' })
    .whereIn('eventId', ids)
    .whereRaw(`NOT EXISTS (SELECT FROM jobs WHERE jobs.id = job_id AND jobs.state IN ('failed', 'cancelled'))`)
    .select('eventId')
  const heard = new Set(stored.map(({ eventId }) => eventId))
  return [...new Set(events.filter(({ id }) => !heard.has(id)).flatMap(({ objectId }) => objectId ?? []))]
}

const ourFrom = ({ windowFrom }: Pick<Run, 'windowFrom'>) => new Date(windowFrom.getTime() - OURS_OVERLAP_MS)

const theirWindow = ({ windowFrom, windowTo, cursor }: Run) => ({
  from: new Date(windowFrom.getTime() - THEIRS_OVERLAP_MS),
  to: windowTo,
  after: cursor,
})

/** Looks again at what an open finding is about, and closes it where that is gone. */
async function recheck(sides: Sides, finding: Discrepancy): Promise<Settle | undefined> {
  const { kind, subject: id } = finding
  const close: Settle = async (trx) => ({ ...unchanged, resolved: await closeFinding(trx, finding) })
  if (kind === 'late-capture') return (await isGivenBack(sides.db, id)) ? close : undefined
  if (kind === 'refund-failed-later') return (await isMadeUpFor(sides.db, id)) ? close : undefined
  const settle = await (isUuid(id) ? examineRefund(sides, { refundId: id as RefundId }) : examineObject(sides, id))
  if (!settle) return close
  return async (trx) => {
    const outcome = await settle(trx)
    if (outcome === undefined || outcome.found === kind) return outcome
    return { ...outcome, resolved: await closeFinding(trx, finding) }
  }
}

/** @param check compares one of the rows */
function paged<Row extends { id: string }>(
  rows: Row[],
  check: (row: Row) => Promise<Settle | undefined>,
): PageOfChecks {
  const last = rows.length === PAGE ? rows.at(-1) : undefined
  return { checks: rows.map((row) => () => check(row)), cursor: last?.id ?? null }
}
