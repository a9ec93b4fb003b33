// What is no HTTP any more in the middle of a request is the client's doing: it is answered, and it is no error of ours, which
// operators would be called for.
import { once } from 'node:events'
import { connect } from 'node:net'
import { expect } from 'chai'
import { pino } from 'pino'
import { useHarness } from '../../support/harness.ts'
import { serveApp } from '../../support/serve-app.ts'

/** pino's number of `error`. */
const ERROR_LEVEL = 50

describe('a request that stops being HTTP', () => {
  const harness = useHarness()
  const body = { path: '/v1/emails', headers: ['Content-Type: application/json'] }
  const broken = {
    'with a chunk of no size': [...body.headers, 'Transfer-Encoding: chunked', '', 'zz\r\nabc\r\n'],
    'with a chunk of any size': [...body.headers, 'Transfer-Encoding: chunked', '', 'ffffffffffffffff1\r\na\r\n'],
    'that ends before its body does': [...body.headers, 'Content-Length: 50', '', '{"to":'],
  }

  for (const [how, lines] of Object.entries(broken))
    it(`${how} is refused, and logged as no error`, async () => {
      const levels: number[] = []
      const log = pino({ level: 'trace' }, { write: (line: string) => levels.push(JSON.parse(line).level) })
      const app = await serveApp(harness, { log })
      try {
        const { hostname, port } = new URL(app.url)
        const socket = connect(Number(port), hostname)
        let text = ''
        socket.setEncoding('latin1').on('data', (part: string) => {
          text += part
        })
        const head = [`POST ${body.path} HTTP/1.1`, 'Host: a', `Authorization: Bearer ${harness.api.key}`, ...lines]
        socket.end(head.join('\r\n'))
        await once(socket, 'close')
        expect(text).to.match(/^HTTP\/1\.1 400 /)
      } finally {
        await app.close()
      }
      expect(levels.filter((level) => level >= ERROR_LEVEL)).to.deep.equal([])
    })
})
