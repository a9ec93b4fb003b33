// Filing what does not agree: each finding is one open row, however often it is found, and closes when it is found no more.
import { raw } from 'objection'
import type { Db, Trx } from './db.ts'
import { type AccountId, type DiscrepancyId, newId, SYSTEM_ACCOUNT } from './ids.ts'
import { Discrepancy } from './models/discrepancy.ts'

export interface Finding {
  kind: string
  subject: string
  /** Whose it is; the system's where it is nobody's. */
  accountId?: AccountId | undefined
  detail: Record<string, unknown>
}

/** Files a finding, or notes that it is still there. @returns whether it is new, so that somebody is told once. */
export async function fileDiscrepancy(
  db: Db | Trx,
  { kind, subject, accountId = SYSTEM_ACCOUNT, detail }: Finding,
): Promise<boolean> {
  const { isNew } = await Discrepancy.query(db)
    .insert({ id: newId<DiscrepancyId>(), kind, subject, accountId, detail })
    .onConflict(raw('(kind, subject) WHERE resolved_at IS NULL'))
    .merge({ lastSeenAt: raw('now()'), detail })
    .returning(raw('(xmax = 0) AS is_new'))
    .castTo<{ isNew: boolean }>()
  return isNew
}

/** Closes the open findings of a kind that a complete look did not find again. @returns how many. */
export function resolveDiscrepancies(db: Db | Trx, kind: string, stillThere: string[]): Promise<number> {
  return Discrepancy.query(db)
    .patch({ resolvedAt: raw('now()') })
    .where({ kind, resolvedAt: null })
    .whereNotIn('subject', stillThere)
    .execute()
}

/** An operator has settled a finding and says how. @returns it; undefined where none of this id is open. */
export const settleDiscrepancy = (db: Db | Trx, id: DiscrepancyId, note: string): Promise<Discrepancy | undefined> =>
  Discrepancy.query(db)
    .patch({ resolvedAt: raw('now()'), note })
    .where({ id, resolvedAt: null })
    .returning('*')
    .first()
    .execute()
