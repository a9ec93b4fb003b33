// A way to PostgreSQL on which a test sees what its client sends in one go, before it waits for an answer, and on which several
// answers can be made to arrive at once.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface WatchedWay {
  /** The database's URL by this way. */
  url: string
  /** What one client sent since this was last asked: the statements of each round trip. */
  trips(): string[][]
  /** The next `count` answers arrive together. */
  gather(count: number): void
  /** The next `count` answers arrive, and no other one as long as the connection is open. */
  withhold(count: number): void
  stop(): Promise<void>
}

const READY_FOR_QUERY = Buffer.from([0x5a, 0, 0, 0, 5])

/** The statements among messages of the protocol: https://www.postgresql.org/docs/current/protocol-message-formats.html */
function statementsOf(messages: Buffer): string[] {
  const statements: string[] = []
  for (let at = 0; at + 5 <= messages.length; at += 1 + messages.readInt32BE(at + 1)) {
    const kind = String.fromCharCode(messages[at] ?? 0)
    const parts = messages.toString('utf8', at + 5, at + 1 + messages.readInt32BE(at + 1)).split('\0')
    // Query has the text alone, Parse has the name of the statement before it.
    if (kind === 'Q') statements.push(parts[0] ?? '')
    if (kind === 'P') statements.push(parts[1] ?? '')
  }
  return statements
}

const countOf = (answers: Buffer): number => {
  let count = 0
  for (let at = answers.indexOf(READY_FOR_QUERY); at >= 0; at = answers.indexOf(READY_FOR_QUERY, at + 5)) count++
  return count
}

export async function openWatchedWay(databaseUrl: string): Promise<WatchedWay> {
  const target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  let trips: Buffer[] = []
  let answered = true
  let gathering = 0
  let gathered = Buffer.alloc(0)
  let left = Number.POSITIVE_INFINITY
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    left = Number.POSITIVE_INFINITY
    client.on('data', (chunk) => {
      if (answered) trips.push(Buffer.alloc(0))
      answered = false
      trips.push(Buffer.concat([trips.pop() ?? Buffer.alloc(0), chunk]))
      upstream.write(chunk)
    })
    upstream.on('data', (chunk) => {
      answered = true
      gathered = Buffer.concat([gathered, chunk])
      if (countOf(gathered) < gathering) return
      for (let at = 0; left > 0 && at < gathered.length; ) {
        const end = gathered.indexOf(READY_FOR_QUERY, at)
        const answer = gathered.subarray(at, end < 0 ? undefined : end + READY_FOR_QUERY.length + 1)
        client.write(answer)
        at += answer.length
        if (end >= 0) left--
      }
      gathered = Buffer.alloc(0)
      gathering = 0
    })
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.once('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(databaseUrl)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    trips() {
      const seen = trips.map(statementsOf)
      trips = []
      answered = true
      return seen
    },
    gather(count) {
      gathering = count
    },
    withhold(count) {
      left = count
    },
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
