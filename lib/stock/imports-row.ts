// What a row of an import says: the change of one product's stock, or why it cannot be one. Such a row is refused, not the file.
import { z } from 'zod'
import type { StockImportRow } from '../models/stock-import.ts'
import { delta, figure, reason, sku } from './adjust.ts'
import { type CsvRow, malformedCsv } from './imports-csv.ts'

/** A row that is still to be stored. */
export type NewRow = Pick<
  StockImportRow,
  'number' | 'line' | 'sku' | 'delta' | 'setTo' | 'reason' | 'state' | 'refusal' | 'detail'
>

const whole = z
  .string()
  .trim()
  .regex(/^[+-]?\d{1,9}$/, 'must be a whole number')
  .transform(Number)

const changes = {
  delta: z.object({ sku, delta: whole.pipe(delta), reason }),
  set: z.object({ sku, set: whole.pipe(figure), reason }),
}

const COLUMNS = ['sku,delta,reason', 'sku,set,reason']

/**
 * @param names what the header says: the columns in any order
 * @returns what makes a change of a row
 * @throws AppError malformed-csv for any other columns
 */
export function rowReader(names: string[]): (row: CsvRow) => NewRow {
  const columns = names.map((name) => name.trim().toLowerCase())
  const kind = columns.includes('set') ? 'set' : 'delta'
  const known = ['sku', kind, 'reason']
  if (columns.length !== known.length || !known.every((name) => columns.includes(name)))
    throw malformedCsv({ line: 1 }, `the header must name the columns ${COLUMNS.join(' or ')}`)
  return ({ number, line, fields }) => {
    const said = Object.fromEntries(columns.map((name, index) => [name, fields[index]]))
    const { success, data, error } = changes[kind].safeParse(said)
    const place = { number, line, delta: null, setTo: null }
    if (success) {
      const change = 'set' in data ? { setTo: data.set } : { delta: data.delta }
      return { ...place, ...change, sku: data.sku, reason: data.reason, state: 'waiting', refusal: null, detail: null }
    }
    const detail = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
    const named = sku.safeParse(said.sku)
    return { ...place, sku: named.data ?? null, reason: null, state: 'refused', refusal: 'invalid-request', detail }
  }
}
