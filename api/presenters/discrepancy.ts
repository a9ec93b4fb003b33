// A discrepancy as operators see it. Pure; columns never leak.
import type { Discrepancy } from '../../lib/models/discrepancy.ts'

export function presentDiscrepancy(discrepancy: Discrepancy) {
  const { id, kind, subject, accountId, detail, firstSeenAt, lastSeenAt, resolvedAt, note } = discrepancy
  return {
    id,
    kind,
    state: resolvedAt ? 'resolved' : 'open',
    subject,
    accountId,
    detail,
    firstSeenAt,
    lastSeenAt,
    resolvedAt,
    /** What the operator wrote who settled it; null where it was found no more. */
    note,
    links: { resolve: `/ops/discrepancies/${id}/resolve` },
  }
}
