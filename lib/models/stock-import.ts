// A file that corrects the stock of many products, and its rows. The import's job carries its state.
import type { AccountId, AdjustmentId, ImportId, JobId } from '../ids.ts'
import type { ProblemCode } from '../problems.ts'
import { Row } from './base.ts'

export class StockImport extends Row {
  static override tableName = 'stockImports'
  declare id: ImportId
  declare accountId: AccountId
  /** Null: an upload that is not accepted yet, which nobody sees. */
  declare jobId: JobId | null
  declare rowCount: number
  /** The last row that was gone through. */
  declare position: number
  declare applied: number
  declare refused: number
  declare createdAt: Date
}

export const importRowStates = ['waiting', 'applied', 'refused'] as const
type ImportRowState = (typeof importRowStates)[number]

export class StockImportRow extends Row {
  static override tableName = 'stockImportRows'
  static override idColumn = ['importId', 'number']
  declare accountId: AccountId
  declare importId: ImportId
  /** 1 is the first one after the header. */
  declare number: number
  /** Where it begins in the file. */
  declare line: number
  /** Null where what the file says cannot be one. */
  declare sku: string | null
  declare delta: number | null
  declare setTo: number | null
  declare reason: string | null
  declare state: ImportRowState
  declare refusal: ProblemCode | null
  declare detail: string | null
  declare adjustmentId: AdjustmentId | null
}
