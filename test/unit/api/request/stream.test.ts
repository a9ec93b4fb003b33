// A body that is taken as it comes in: what is refused before it is read, and what is said when it ends too early.
import { createHash } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect } from 'chai'
import { openStream } from '../../../../api/request/stream.ts'
import { AppError } from '../../../../lib/errors.ts'

const spec = { mediaType: 'text/csv', maxBytes: 1000, description: 'A file.', example: 'a,b' }
const open = (headers: IncomingHttpHeaders) => openStream({ headers } as IncomingMessage, spec)
const codeOf = (error: unknown) => (error instanceof AppError ? error.code : error)

describe('a body that is taken as it comes in', () => {
  for (const type of [
    'text/csv',
    'TEXT/CSV; charset=utf-8',
    'text/csv; header=present; charset="UTF-8"',
    ' text/csv ;x=y',
  ])
    it(`may be ${type}`, () => {
      expect(() => open({ 'content-type': type })).not.to.throw()
    })

  const refused: [headers: IncomingHttpHeaders, code: string][] = [
    [{}, 'unsupported-media-type'],
    [{ 'content-type': 'application/json' }, 'unsupported-media-type'],
    [{ 'content-type': 'text/csvx' }, 'unsupported-media-type'],
    [{ 'content-type': 'text/csv; charset=latin1' }, 'unsupported-media-type'],
    [{ 'content-type': 'text/csv', 'content-encoding': 'gzip' }, 'unsupported-media-type'],
    [{ 'content-type': 'text/csv', 'content-length': '1001' }, 'body-too-large'],
  ]
  for (const [headers, code] of refused)
    it(`is refused as ${code} for ${JSON.stringify(headers)}, before it is read`, () => {
      expect(() => open(headers))
        .to.throw(AppError)
        .with.property('code', code)
    })

  /** What reading a request comes to that is sent as these chunks, and then cut off or ended. */
  async function reading(chunks: string[], end: 'end' | 'cut'): Promise<{ text: string; digest: string } | string> {
    const read = withResolvers<{ text: string; digest: string } | string>()
    const server = createServer(async (request, response) => {
      const { bytes, digest } = openStream(request, spec)
      try {
        let text = ''
        for await (const chunk of bytes) text += chunk.toString()
        read.resolve({ text, digest: digest().toString('hex') })
      } catch (error) {
        read.resolve(String(codeOf(error)))
      }
      response.end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\n\r\n')
    for (const chunk of chunks) socket.write(`${chunk.length.toString(16)}\r\n${chunk}\r\n`)
    if (end === 'end') socket.write('0\r\n\r\n')
    else socket.end()
    try {
      return await read.promise
    } finally {
      socket.destroy()
      server.close()
    }
  }

  it('is read to its end, and hashed on the way', async () => {
    const digest = createHash('sha256').update('one,two').digest('hex')
    expect(await reading(['one', ',two'], 'end')).to.deep.equal({ text: 'one,two', digest })
  })

  it('is refused when it grows too large, whatever it said before', async () => {
    expect(await reading(['x'.repeat(900), 'x'.repeat(101)], 'end')).to.equal('body-too-large')
  })

  it('is malformed when the connection ends before it does', async () => {
    expect(await reading(['x'.repeat(100)], 'cut')).to.equal('malformed-body')
  })
})

function withResolvers<T>() {
  let resolve = (_: T) => {}
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
