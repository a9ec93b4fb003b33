// Reading a file of rows as it comes in: whatever way it is cut into chunks, the same rows and the same complaints.
import { expect } from 'chai'
import { AppError } from '../../../../lib/errors.ts'
import { type CsvRow, MAX_ROW_BYTES, MAX_ROWS, readRows } from '../../../../lib/stock/imports-csv.ts'

const HEADER = 'sku,delta,reason'

/** The file in chunks of so many bytes. */
async function* inChunks(file: string | Buffer, size = 64 * 1024): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(file as string)
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size)
}

async function read(bytes: AsyncIterable<Buffer>) {
  let header: string[] = []
  const rows: CsvRow[] = []
  const count = await readRows(
    bytes,
    (names) => {
      header = names
    },
    async (batch) => {
      rows.push(...batch)
    },
  )
  return { header, rows, count }
}

const complaint = async (file: string | Buffer, size?: number) => {
  const error: unknown = await read(inChunks(file, size)).catch((reason: unknown) => reason)
  if (!(error instanceof AppError)) throw new Error('the file was not refused')
  return { code: error.code, message: error.message, pointer: error.errors?.[0]?.pointer }
}

describe('the rows of a CSV file', () => {
  const file = `${HEADER}\r\nA,1,"said ""now"", then"\r\n\r\nB,2,"two\r\nlines"\r\nÄ,3,plain`

  for (const size of [1, 2, 3, 7, 64 * 1024]) {
    it(`are read with their numbers and lines, ${size} bytes at a time`, async () => {
      const { header, rows, count } = await read(inChunks(file, size))
      expect(header).to.deep.equal(['sku', 'delta', 'reason'])
      expect(count).to.equal(3)
      expect(rows).to.deep.equal([
        { number: 1, line: 2, fields: ['A', '1', 'said "now", then'] },
        { number: 2, line: 4, fields: ['B', '2', 'two\r\nlines'] },
        { number: 3, line: 6, fields: ['Ä', '3', 'plain'] },
      ])
    })
  }

  it('may follow a byte order mark, and end their lines with LF', async () => {
    const { header, rows } = await read(inChunks(`\ufeff${HEADER}\nA,1,x\n`, 1))
    expect(header).to.deep.equal(['sku', 'delta', 'reason'])
    expect(rows).to.deep.equal([{ number: 1, line: 2, fields: ['A', '1', 'x'] }])
  })

  const refused: [what: string, file: string | Buffer, message: string | RegExp, pointer: string][] = [
    ['a quote inside a field', `${HEADER}\nA,1,x\nB,1,x"y"\n`, 'Line 3, column 3: a quote', '#cell=3,3'],
    ['something after a quoted field', `${HEADER}\n\n\n"A"x,1,x\n`, 'Line 4, column 1: after', '#cell=4,1'],
    ['a quote that is not closed', `${HEADER}\nA,1,x\nB,1,"x\n\n`, 'Line 3, column 3: a quoted', '#cell=3,3'],
    ['a field too many', `${HEADER}\n"A\nA",1,x\nB,1,x,y\n`, 'Line 4: the row has 4 fields', '#row=4'],
    ['a field too few', `${HEADER}\nA,1\n`, 'Line 2: the row has 2 fields', '#row=2'],
    [
      'a row that is too long',
      `${HEADER}\nA,1,${'x'.repeat(MAX_ROW_BYTES + 1)}\n`,
      'Line 2: the row is longer',
      '#row=2',
    ],
    ['bytes that are not UTF-8', Buffer.from(`${HEADER}\nA,1,x\nB,1,\u00e4\n`, 'latin1'), 'Line 3: the text', '#row=3'],
    ['UTF-16', Buffer.from(`\ufeff${HEADER}\nA,1,x\n`, 'utf16le'), 'Line 1: the text', '#row=1'],
    ['a character that is cut off', Buffer.from(`${HEADER}\nA,1,ä`).subarray(0, -1), 'Line 2: the text', '#row=2'],
    ['a header alone', `${HEADER}\n`, 'Line 2: the file has no rows', '#row=2'],
    ['nothing', '', 'Line 1: the file has no rows', '#row=1'],
  ]
  for (const [what, bytes, message, pointer] of refused) {
    for (const size of [1, 64 * 1024]) {
      it(`are refused for ${what}, naming the place (${size} bytes at a time)`, async () => {
        const complained = await complaint(bytes, size)
        expect(complained).to.include({ code: 'malformed-csv', pointer })
        expect(complained.message).to.include(message)
      })
    }
  }

  it('are refused past their greatest number', async () => {
    async function* rows() {
      yield Buffer.from(`${HEADER}\n`)
      for (let n = 0; n <= MAX_ROWS; n += 1000) yield Buffer.from('A,1,x\n'.repeat(1000))
    }
    const error: unknown = await read(rows()).catch((reason: unknown) => reason)
    expect(error).to.be.an.instanceOf(AppError).with.property('code', 'body-too-large')
  })

  const endless: [what: string, chunk: string][] = [
    ['commas', ','.repeat(10_000)],
    ['letters', 'x'.repeat(10_000)],
    ['a quoted field', '"\n'],
    ['quoted line feeds and commas', `"\n"${','.repeat(9_999)}`],
  ]
  for (const [what, chunk] of endless) {
    it(`are given up early when a row has no end, of ${what}`, async () => {
      let given = 0
      async function* forever() {
        yield Buffer.from(`${HEADER}\n"`)
        for (; given < 100 * MAX_ROW_BYTES; given += chunk.length) yield Buffer.from(chunk)
      }
      const error: unknown = await read(forever()).catch((reason: unknown) => reason)
      expect(error).to.be.an.instanceOf(AppError).with.property('code', 'malformed-csv')
      expect(given).to.be.below(20 * MAX_ROW_BYTES)
    })
  }

  it('are asked for no faster than they are taken', async () => {
    let given = 0
    let taken = 0
    let ahead = 0
    async function* source() {
      yield Buffer.from(`${HEADER}\n`)
      for (; given < 100_000; given += 1000) yield Buffer.from('A,1,x\n'.repeat(1000))
    }
    const take = async (rows: CsvRow[]) => {
      ahead = Math.max(ahead, given - taken)
      await new Promise((resolve) => setImmediate(resolve))
      taken += rows.length
    }
    expect(await readRows(source(), () => {}, take)).to.equal(100_000)
    expect(taken).to.equal(100_000)
    expect(ahead).to.be.below(20_000)
  })

  it('end with what their taker throws, and nothing more is asked for', async () => {
    let given = 0
    async function* source() {
      yield Buffer.from(`${HEADER}\n`)
      for (; given < 100_000; given += 1000) yield Buffer.from('A,1,x\n'.repeat(1000))
    }
    const failure = new Error('the database is away')
    const error = await readRows(
      source(),
      () => {},
      () => Promise.reject(failure),
    ).catch((reason: unknown) => reason)
    expect(error).to.equal(failure)
    expect(given).to.be.below(50_000)
  })
})
