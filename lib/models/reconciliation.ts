// A run that compares our payments and refunds with the provider's books, both ways. An unfinished run is resumed.
import type { ReconciliationId } from '../ids.ts'
import { Row } from './base.ts'

/**
 * intents, given: what the provider made, at ours, a hundred with one call · payments, refunds: ours at the provider, one by
 * one · events: what it told and we did not hear · findings: those that are still open.
 */
export const phases = ['intents', 'given', 'payments', 'refunds', 'events', 'findings'] as const
export type Phase = (typeof phases)[number]

/** How many were compared, or could not be (skipped), and what came of it; of how many new findings the operators were told. */
export type Counts = Record<'compared' | 'advanced' | 'filed' | 'resolved' | 'told' | 'skipped', number>

export class Reconciliation extends Row {
  static override tableName = 'reconciliations'
  static override jsonAttributes = ['counts']
  declare id: ReconciliationId
  declare windowFrom: Date
  declare windowTo: Date
  declare phase: Phase
  /** The last one compared of the phase; null at its beginning. */
  declare cursor: string | null
  declare counts: Counts
  declare startedAt: Date
  declare finishedAt: Date | null
}
