// A database that holds the connection and says nothing more: TCP does not notice, the pool does.
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { expect } from 'chai'
import { type Db, isDatabaseFailure, isStatementTimeout, openDatabase } from '../../../lib/db.ts'

/** A message of the server's. https://www.postgresql.org/docs/current/protocol-message-formats.html */
function message(type: string, ...parts: (string | Buffer)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)))
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length + 4)
  return Buffer.concat([Buffer.from(type), length, body])
}

const ready = message('Z', 'I')
const authenticated = Buffer.concat([message('R', Buffer.alloc(4)), ready])
/** What knex asks every new connection. */
const version = Buffer.concat([
  message(
    'T',
    Buffer.from([0, 1]),
    'version\0',
    Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 25, 255, 255, 255, 255, 255, 255, 0, 0]),
  ),
  message('D', Buffer.from([0, 1, 0, 0, 0, 15]), 'PostgreSQL 17.0'),
  message('C', 'SELECT 1\0'),
  ready,
])

describe('a database that falls silent', function () {
  // The bounds of lib/db.ts: 18 s for a statement, 8 s for a connection.
  this.timeout(40_000)
  const closings: (() => Promise<void>)[] = []
  after(() => Promise.all(closings.map((close) => close())))

  /** A server that takes connections, and gives those answers, and then never says anything again. */
  async function openSilent(answers: Buffer[]): Promise<Db> {
    const sockets = new Set<Socket>()
    const server = createServer((socket) => {
      sockets.add(socket)
      socket.on('error', () => {})
      const left = [...answers]
      socket.on('data', () => {
        const answer = left.shift()
        if (answer) socket.write(answer)
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const db = openDatabase(`postgres://nobody@127.0.0.1:${port}/none`, 2, 'errand-test')
    closings.push(async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
      await db.destroy()
    })
    return db
  }

  const failureOf = async (db: Db) => {
    const from = performance.now()
    const error: unknown = await db.raw('SELECT 1').catch((thrown: unknown) => thrown)
    return { error, ms: performance.now() - from }
  }

  it('fails whoever waits for it, as a failure of the database', async () => {
    const [connecting, asking] = await Promise.all(
      [[], [authenticated, version]].map(async (answers) => failureOf(await openSilent(answers))),
    )
    for (const { error, ms } of [connecting!, asking!]) {
      expect(isDatabaseFailure(error), String(error)).to.equal(true)
      expect(isStatementTimeout(error)).to.equal(false)
      expect(ms).to.be.lessThan(25_000)
    }
    // Longer than any statement may take.
    expect(asking!.ms).to.be.greaterThan(15_000)
  })
})
