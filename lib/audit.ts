// The audit: invariants 2, 5 and 6 as queries over one moment of the database, so that what is under way never looks wrong,
// and the filing of what does not hold. A finding names ids, states and figures; it closes when it is not found again.
import type { Db, Trx } from './db.ts'
import { type Finding, fileDiscrepancy, resolveDiscrepancies } from './discrepancies.ts'
import type { AccountId } from './ids.ts'
import { lateQueues, MOST_NAMED, stuckJobs, stuckOrders } from './jobs/stuck.ts'
import { brokenRefunds, walkPayments } from './payments/audit.ts'
import { brokenLedger } from './payments/ledger.ts'
import { auditStock } from './stock/audit.ts'

/** What a look found, by kind; a kind that is in order has an empty list. */
export type Findings = Record<string, Omit<Finding, 'kind'>[]>

/** Looks at everything as it was at one moment. Changes nothing but what the look itself remembers. */
export const findDiscrepancies = (db: Db): Promise<Findings> =>
  db.transaction(
    async (trx) => {
      const stock = await auditStock(trx)
      const payments = await walkPayments(trx, ['refunds-differ', 'ledger-differs'])
      return {
        'stock-differs': about('productId', stock),
        'refunds-differ': about('paymentId', await brokenRefunds(trx, payments)),
        'ledger-differs': about('paymentId', await brokenLedger(trx, payments)),
        'queue-late': about('queue', await lateQueues(trx)),
        'job-stuck': about('jobId', await stuckJobs(trx)),
        'order-stuck': about('orderId', await stuckOrders(trx)),
      }
    },
    { isolationLevel: 'repeatable read' },
  )

/** Files what was found and closes what was not found again. @returns what is new, as `kind subject`. */
export async function fileFindings(trx: Trx, found: Findings): Promise<string[]> {
  const news: string[] = []
  for (const [kind, findings] of Object.entries(found)) {
    for (const finding of findings) {
      if (await fileDiscrepancy(trx, { kind, ...finding })) news.push(`${kind} ${finding.subject}`)
    }
    // Of a look that was cut short, what it did not find may still be there.
    if (findings.length < MOST_NAMED) {
      const subjects = findings.map(({ subject }) => subject)
      await resolveDiscrepancies(trx, kind, subjects)
    }
  }
  return news
}

/** @returns the findings of rows: what each is about, whose it is, and the rest as its detail. */
function about<Key extends string>(key: Key, rows: ({ [K in Key]: string } & { accountId?: AccountId })[]) {
  return rows.slice(0, MOST_NAMED).map((row) => {
    const { [key]: subject, accountId, ...detail } = row
    return { subject, accountId, detail }
  })
}
