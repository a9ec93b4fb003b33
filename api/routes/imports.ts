// Correcting the stock of many products with a file: handing it over, and seeing what became of it and of each of its rows.
import { z } from 'zod'
import type { Db } from '../../lib/db.ts'
import { AppError } from '../../lib/errors.ts'
import { type AccountId, type ImportId, idSchema, type JobId, newId } from '../../lib/ids.ts'
import { definitionOf } from '../../lib/jobs/catalogue.ts'
import type { PublicFace } from '../../lib/jobs/definition.ts'
import { Job } from '../../lib/models/job.ts'
import { importRowStates, StockImport, StockImportRow } from '../../lib/models/stock-import.ts'
import { attachUpload, discardUpload, type StagedUpload, stageUpload } from '../../lib/stock/imports.ts'
import { MAX_ROWS } from '../../lib/stock/imports-csv.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import type { ApiDeps } from '../deps.ts'
import { WaitHeaders } from '../follow/prefer.ts'
import { answerPage, limit, pageHeaders, pageOf } from '../pages.ts'
import { acceptedOrFinished } from '../presenters/accepted.ts'
import { ImportRowView, ImportView, presentImport, presentImportRow } from '../presenters/import.ts'
import { route } from '../route.ts'
import { type Submission, submit } from '../submit.ts'

const MAX_BYTES = 50 * 1024 * 1024

const importStock = route({
  method: 'post',
  path: '/v1/inventory/imports',
  summary: 'Correct the stock of many products with a CSV file',
  operationId: 'importStock',
  stream: {
    mediaType: 'text/csv',
    maxBytes: MAX_BYTES,
    description: `A header \`sku,delta,reason\` or \`sku,set,reason\`, then at most ${MAX_ROWS} rows (RFC 4180, UTF-8, at most ${MAX_BYTES} bytes).`,
    example: 'sku,delta,reason\nMUG-BLUE,12,delivery\nKETTLE,-1,broken\n',
  },
  idempotencyKey: 'required',
  headers: WaitHeaders,
  answers: acceptedOrFinished('The file is accepted. Rows that cannot be applied are refused one by one.', {
    import: ImportView,
  }),
  problems: ['malformed-csv'],
  async handle(request) {
    const { deps, accountId, stream } = request
    const { db, log } = deps
    const id = newId<ImportId>()
    try {
      const staged = await stageUpload(db, { id, accountId }, stream.bytes)
      const body = { sha256: stream.digest().toString('hex') }
      return await submit({ ...request, body }, acceptance(staged, deps))
    } finally {
      // Of a file that was refused, or was taken before under the same key. What cannot be removed now is removed later.
      await discardUpload(db, id).catch((err: unknown) => log.warn({ err, importId: id }, 'an upload was not removed'))
    }
  },
})

/**
 * Only a file that was staged becomes an import: its type is none of those that clients submit by name, so its public face
 * stands here.
 */
function acceptance(staged: StagedUpload, { catalogue }: ApiDeps): Submission {
  const face: PublicFace = {
    request: z.unknown(),
    idempotencyKey: 'required',
    accept: async (_, { trx, jobId }) => {
      await attachUpload(trx, staged, jobId)
      return { input: { importId: staged.id } }
    },
  }
  return {
    definition: { ...definitionOf(catalogue, 'inventory.import'), public: face },
    request: undefined,
    subject: async (trx, job) => {
      // Of a replayed request it is the first one's.
      const { importId } = job.input as { importId: ImportId }
      const row = await StockImport.query(trx).findById(importId).throwIfNotFound()
      return { import: presentImport(row, job) }
    },
  }
}

const params = z.object({ id: idSchema<ImportId>() })

const showImport = route({
  method: 'get',
  path: '/v1/inventory/imports/:id',
  summary: 'Show an import of stock',
  params,
  answers: { 200: { description: 'The import, with its counts so far.', body: ImportView } },
  async handle({ params: { id }, accountId, deps: { db } }) {
    const row = await findImport(db, accountId, id)
    const job = await Job.query(db).findById(row.jobId).select('id', 'state').throwIfNotFound()
    return { status: 200, body: presentImport(row, job) }
  },
})

const listRows = route({
  method: 'get',
  path: '/v1/inventory/imports/:id/rows',
  summary: 'List the rows of an import, with what became of each',
  params,
  query: z.strictObject({
    state: z.enum(importRowStates).optional(),
    limit,
    cursor: z.string().optional().meta({ description: 'The `next` of the page before it, with the same state.' }),
  }),
  answers: { 200: { description: 'In the order of the file.', body: pageOf(ImportRowView), headers: pageHeaders } },
  problems: ['invalid-cursor'],
  async handle({ path, params: { id }, query, accountId, deps: { db } }) {
    const { state, cursor } = query
    const { id: importId } = await findImport(db, accountId, id)
    const list = [path, accountId, state]
    const after = cursor === undefined ? 0 : Number(decodeCursor(cursor, list, (place) => /^\d{1,9}$/.test(place)))
    const rows = await StockImportRow.query(db)
      .where({ importId, ...(state && { state }) })
      .where('number', '>', after)
      .orderBy('number')
      .limit(query.limit + 1)
    const page = rows.slice(0, query.limit)
    const last = rows.length > page.length ? page.at(-1) : undefined
    const next = last ? encodeCursor(String(last.number), list) : null
    return answerPage({ path, query }, { next }, page.map(presentImportRow))
  },
})

/** @throws AppError not-found, also for another account's (invariant 9), and for an upload that was not accepted yet. */
async function findImport(db: Db, accountId: AccountId, id: ImportId): Promise<StockImport & { jobId: JobId }> {
  const row = await StockImport.query(db).findOne({ id, accountId })
  if (!row?.jobId) throw new AppError('not-found', 'There is no such import.')
  return row as StockImport & { jobId: JobId }
}

export const importRoutes = [importStock, showImport, listRows]
