// An import of stock and its rows as clients see them. Pure; columns never leak.
import { z } from 'zod'
import type { Job } from '../../lib/models/job.ts'
import { importRowStates, type StockImport, type StockImportRow } from '../../lib/models/stock-import.ts'
import { problem } from '../../lib/problems.ts'
import { JobStateView } from './job.ts'
import { ProblemView } from './problem.ts'
import { Id, Link, Time } from './shapes.ts'

const Count = z.int().min(0)

export const ImportView = z
  .strictObject({
    id: Id,
    state: JobStateView.meta({ description: 'That of its job.' }),
    rows: Count,
    applied: Count,
    refused: Count.meta({ description: 'The file is taken without them; see `links.refused`.' }),
    createdAt: Time,
    links: z.strictObject({ self: Link, job: Link, rows: Link, refused: Link }),
  })
  .meta({ id: 'Import', description: 'A file that corrects the stock of many products, row by row.' })

export const ImportRowView = z
  .strictObject({
    row: z.int().min(1).meta({ description: '1 is the first one after the header.' }),
    line: z.int().min(2).meta({ description: 'Where it begins in the file.' }),
    sku: z.string().nullable().meta({ description: 'Null where the file has none that can be one.' }),
    delta: z.int().nullable(),
    set: z.int().nullable(),
    reason: z.string().nullable(),
    state: z.enum(importRowStates),
    error: ProblemView.nullable().meta({ description: 'Why it was refused.' }),
  })
  .meta({ id: 'ImportRow' })

/** @param job the import's */
export function presentImport(row: StockImport, job: Pick<Job, 'id' | 'state'>): z.input<typeof ImportView> {
  const { id, rowCount, applied, refused, createdAt } = row
  const self = `/v1/inventory/imports/${id}`
  const links = { self, job: `/v1/jobs/${job.id}`, rows: `${self}/rows`, refused: `${self}/rows?state=refused` }
  return { id, state: job.state, rows: rowCount, applied, refused, createdAt, links }
}

export function presentImportRow(row: StockImportRow): z.input<typeof ImportRowView> {
  const { number, line, sku, delta, setTo, reason, state, refusal, detail } = row
  const error = refusal && problem(refusal, detail ?? '')
  return { row: number, line, sku, delta, set: setTo, reason, state, error }
}
