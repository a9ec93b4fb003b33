// Files that correct the stock, and how tests hand them over.
import { randomUUID } from 'node:crypto'
import { Job } from '../../lib/models/job.ts'
import { StockImport, StockImportRow } from '../../lib/models/stock-import.ts'
import type { TestAnswer, TestClient } from './client.ts'
import type { Harness } from './harness.ts'

/** A file of differences. */
export const deltas = (...rows: [sku: string, delta: number | string, reason?: string][]) =>
  ['sku,delta,reason', ...rows.map(([sku, delta, reason = 'delivery']) => `${sku},${delta},${reason}`), ''].join('\n')

/** Uploads a file under a fresh Idempotency-Key, unless `headers` says otherwise. */
export const upload = (api: TestClient, file: string, headers: Record<string, string> = {}): Promise<TestAnswer> =>
  api.send('POST', '/v1/inventory/imports', {
    body: file,
    headers: { 'content-type': 'text/csv', 'idempotency-key': randomUUID(), ...headers },
  })

/** Uploads a file. @returns its import and the job that is to apply it. @throws Error when it is not accepted. */
export async function importOf({ api, db }: Pick<Harness, 'api' | 'db'>, file: string) {
  const { status, body } = await upload(api, file)
  if (status !== 202) throw new Error(`the file was answered ${status}: ${JSON.stringify(body)}`)
  return { importId: body.import.id as string, job: await Job.query(db).findById(body.job.id).throwIfNotFound() }
}

/** The rows of an import in the order of the file. */
export const rowsOf = ({ db }: Pick<Harness, 'db'>, importId: string) =>
  StockImportRow.query(db).where({ importId }).orderBy('number')

/** What is left of files that were not accepted. */
export const uploadsLeft = ({ db }: Pick<Harness, 'db'>) => StockImport.query(db).whereNull('jobId').resultSize()
