// Imports of stock from a file. Its rows are staged as they come in, each batch by itself, so that a slow upload holds no
// transaction; one short transaction makes an import of them (`attachUpload`). Until then nobody sees them, and what is left
// of an upload that broke off is removed.
import type { Db, Trx } from '../db.ts'
import type { ImportId, JobId } from '../ids.ts'
import { StockImport } from '../models/stock-import.ts'
import { readRows } from './imports-csv.ts'
import { type NewRow, rowReader } from './imports-row.ts'

/** Longer than any request may take, in minutes. */
const UPLOAD_MINUTES = 60

type Upload = Pick<StockImport, 'id' | 'accountId'>
export type StagedUpload = Pick<StockImport, 'id' | 'rowCount' | 'refused'>

const STORE = `
  INSERT INTO stock_import_rows
    (account_id, import_id, number, line, sku, delta, set_to, reason, state, refusal, detail)
  SELECT :accountId, :id, r.number, r.line, r.sku, r.delta, r."setTo", r.reason, r.state, r.refusal, r.detail
  FROM json_to_recordset(:rows) AS r (number integer, line integer, sku text, delta integer, "setTo" integer,
    reason text, state text, refusal text, detail text)`

/**
 * Stores the rows of a file as they come in.
 * @throws AppError malformed-csv, body-too-large. Whatever is thrown, `discardUpload` is to follow.
 */
export async function stageUpload(db: Db, upload: Upload, bytes: AsyncIterable<Buffer>): Promise<StagedUpload> {
  const { id, accountId } = upload
  await StockImport.query(db).insert({ id, accountId })
  let toRow: ReturnType<typeof rowReader>
  let refused = 0
  const store = async (rows: NewRow[]) => {
    refused += rows.filter(({ state }) => state === 'refused').length
    await db.raw(STORE, { id, accountId, rows: JSON.stringify(rows) })
  }
  const rowCount = await readRows(
    bytes,
    (names) => {
      toRow = rowReader(names)
    },
    (rows) => store(rows.map((row) => toRow(row))),
  )
  return { id, rowCount, refused }
}

/** Makes an import of an upload. @throws Error when it was removed meanwhile. */
export async function attachUpload(trx: Trx, { id, ...counts }: StagedUpload, jobId: JobId): Promise<void> {
  const attached = await StockImport.query(trx)
    .patch({ jobId, ...counts })
    .where({ id, jobId: null })
  if (attached === 0) throw new Error(`the upload ${id} is not there any more`)
}

/** Removes an upload with its rows, unless it was made an import. */
export const discardUpload = (db: Db, id: ImportId) => StockImport.query(db).delete().where({ id, jobId: null })

/** Removes one upload that was left behind. @returns whether there was one, so that the caller comes again. */
export async function discardAbandoned(db: Db, minutes = UPLOAD_MINUTES): Promise<boolean> {
  const abandoned = StockImport.query(db)
    .select('id')
    .whereNull('jobId')
    .whereRaw("created_at < now() - ? * interval '1 minute'", [minutes])
    .orderBy('createdAt')
    .limit(1)
    .forUpdate()
    .skipLocked()
  const removed = await StockImport.query(db)
    .with('abandoned', abandoned)
    .delete()
    .whereIn('id', (builder) => builder.select('id').from('abandoned'))
  return removed > 0
}
