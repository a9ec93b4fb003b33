// A way to PostgreSQL on which the answer to a COMMIT can get lost: the server has committed, and its client never hears of it.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface LossyWay {
  /** The database's URL by this way. */
  url: string
  /** The answer to the next COMMIT gets lost, and its connection with it. @returns resolves when that has happened */
  loseNextCommit(): Promise<void>
  stop(): Promise<void>
}

export async function openLossyWay(databaseUrl: string): Promise<LossyWay> {
  const target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  let lose: (() => void) | undefined
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    let losing: (() => void) | undefined
    client.on('data', (chunk) => {
      if (lose && chunk.includes('COMMIT')) {
        losing = lose
        lose = undefined
      }
      upstream.write(chunk)
    })
    upstream.on('data', (chunk) => {
      if (!losing) return client.write(chunk)
      client.resetAndDestroy()
      upstream.destroy()
      losing()
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
    loseNextCommit: () =>
      new Promise((resolve) => {
        lose = resolve
      }),
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
