// Reads a CSV file as it comes in (RFC 4180, UTF-8 with or without a byte order mark, lines that end with CRLF or LF). Never
// more of it is in memory than a few chunks and the rows of one batch: whoever takes the rows sets the pace.
import { pipeline } from 'node:stream/promises'
import { CsvError, type CsvErrorCode, parse } from 'csv-parse'
import { AppError } from '../errors.ts'
import { utf8Check } from './imports-utf8.ts'

export const MAX_ROWS = 200_000
export const MAX_ROW_BYTES = 10 * 1024
/** What may be on its way to the parser beside an unfinished row: a chunk from the socket and a full buffer. */
const IN_TRANSIT_BYTES = 128 * 1024
const BATCH = 1_000

export interface CsvRow {
  /** 1 is the first one after the header. */
  number: number
  /** Where it begins in the file; 1 is the header's. */
  line: number
  fields: string[]
}

/**
 * Reads the file's rows, a batch at a time.
 * @param onHeader is given the names of the columns; it throws `malformedCsv` for those that it does not take
 * @param take is awaited before more is read
 * @returns how many rows there were
 * @throws AppError malformed-csv naming line and column; body-too-large past the bound of rows
 */
export async function readRows(
  bytes: AsyncIterable<Buffer>,
  onHeader: (names: string[]) => void,
  take: (rows: CsvRow[]) => Promise<void>,
): Promise<number> {
  const place = { number: 0, line: 1, bytes: 0, blankLines: 0 }
  const parser = parse({
    bom: true,
    record_delimiter: ['\r\n', '\n'],
    skip_empty_lines: true,
    max_record_size: MAX_ROW_BYTES,
    on_record(fields: string[], { bytes: end, empty_lines }) {
      const { number } = place
      const line = place.line + empty_lines - place.blankLines
      const breaks = fields.reduce((sum, field) => sum + field.split('\n').length - 1, 0)
      Object.assign(place, { number: number + 1, line: line + 1 + breaks, bytes: end, blankLines: empty_lines })
      if (number > MAX_ROWS) throw new AppError('body-too-large', `The file may have at most ${MAX_ROWS} rows.`)
      if (number > 0) return { number, line, fields } as unknown as string[]
      onHeader(fields)
      return null
    },
  })
  async function* checked() {
    const check = utf8Check((line) => malformedCsv({ line }, 'the text is not UTF-8'))
    let given = 0
    for await (const chunk of bytes) {
      if (given - place.bytes > MAX_ROW_BYTES + IN_TRANSIT_BYTES) throw tooLong(place.line)
      check(chunk)
      given += chunk.length
      yield chunk
    }
    check()
  }
  await pipeline(checked, parser, (rows: AsyncIterable<CsvRow>) => inBatches(rows, take)).catch((error: unknown) => {
    const blankLines = parser.info.empty_lines - place.blankLines
    throw error instanceof CsvError ? explain(error, place.line + blankLines) : error
  })
  if (place.number < 2) throw malformedCsv({ line: place.line }, 'the file has no rows')
  return place.number - 1
}

async function inBatches(rows: AsyncIterable<CsvRow>, take: (rows: CsvRow[]) => Promise<void>): Promise<void> {
  let batch: CsvRow[] = []
  for await (const row of rows) {
    batch.push(row)
    if (batch.length < BATCH) continue
    await take(batch)
    batch = []
  }
  if (batch.length) await take(batch)
}

interface Place {
  line: number
  /** 1 is the first one. */
  column?: number
}

/** The file's form is wrong: nothing of it is taken. */
export function malformedCsv({ line, column }: Place, detail: string): AppError {
  const where = `Line ${line}${column === undefined ? '' : `, column ${column}`}`
  // Like the fragments of text/csv (RFC 7111 §2), but by lines, which editors count.
  const pointer = column === undefined ? `#row=${line}` : `#cell=${line},${column}`
  return new AppError('malformed-csv', `${where}: ${detail}.`, { errors: [{ pointer, detail }] })
}

const tooLong = (line: number) => malformedCsv({ line }, `the row is longer than ${MAX_ROW_BYTES} bytes`)

const reasons: Partial<Record<CsvErrorCode, string>> = {
  CSV_INVALID_CLOSING_QUOTE: 'after a quoted field comes something else than a comma or the end of the line',
  INVALID_OPENING_QUOTE: 'a quote stands inside a field that does not begin with one',
  CSV_QUOTE_NOT_CLOSED: 'a quoted field is not closed',
}

/** What the parser says repeats what the file has; this does not. @param line where the row begins */
function explain({ code, column, record }: CsvError, line: number): AppError {
  if (code === 'CSV_MAX_RECORD_SIZE') return tooLong(line)
  if (code === 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH' && Array.isArray(record))
    return malformedCsv({ line }, `the row has ${record.length} fields, the header another number`)
  const field = typeof column === 'number' ? { column: column + 1 } : {}
  return malformedCsv({ line, ...field }, reasons[code] ?? 'this is not CSV')
}
