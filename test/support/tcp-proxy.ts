// A TCP proxy that misbehaves on demand: it cuts connections, refuses new ones, is slow, or goes on holding connections over
// which nothing passes (half-open). One per client, so that a single process can be cut off.
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

interface Target {
  host: string
  port: number
}

export interface TcpProxy {
  port: number
  /** How many connections are open at the moment. */
  readonly connections: number
  /** Resets every open connection; new ones are fine. @returns how many there were. */
  cut(): number
  /** Half-open, both ways, for open and new connections alike: nothing passes, nothing is closed. */
  freeze(): void
  /** New connections are reset, open ones go on. */
  refuse(): void
  /** Everything that passes takes `ms` longer, each way. */
  slow(ms: number): void
  /** Passes on everything again, what was held back first. */
  heal(): void
  stop(): Promise<void>
}

/** @param target where to connect to; asked for each connection, as a server that restarts may come back elsewhere */
export async function startTcpProxy(target: () => Target): Promise<TcpProxy> {
  const links = new Set<Socket>()
  let delayMs = 0
  let refusing = false
  let thawed: Promise<void> | undefined
  let thaw = () => {}
  /** Resolves when something may pass. */
  const passage = async () => {
    if (delayMs) await delay(delayMs, undefined, { ref: false })
    while (thawed !== undefined) await thawed
  }
  const keep = (socket: Socket) => {
    links.add(socket)
    socket.setNoDelay(true)
    socket.once('close', () => links.delete(socket))
    // Told to the other side by `relay`.
    socket.on('error', () => {})
  }
  const join = async (client: Socket) => {
    await passage()
    if (client.destroyed) return
    const upstream = connect({ ...target(), allowHalfOpen: true })
    keep(upstream)
    await Promise.all([relay(client, upstream, passage), relay(upstream, client, passage)])
  }
  const server = createServer({ allowHalfOpen: true }, (client) => {
    keep(client)
    if (refusing) client.resetAndDestroy()
    // A connection that breaks is told to its other side; nobody else waits for it.
    else join(client).catch(() => client.destroy())
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))

  const cut = () => {
    const open = links.size / 2
    for (const socket of links) socket.resetAndDestroy()
    return Math.ceil(open)
  }
  const heal = () => {
    delayMs = 0
    refusing = false
    thawed = undefined
    thaw()
  }
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return Math.ceil(links.size / 2)
    },
    cut,
    freeze() {
      thawed ??= new Promise((resolve) => {
        thaw = resolve
      })
    },
    refuse() {
      refusing = true
    },
    slow(ms) {
      delayMs = ms
    },
    heal,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      cut()
      heal()
      await closed
    },
  }
}

/** Passes on what one side says, how it ends, and that it broke. */
async function relay(from: Socket, to: Socket, passage: () => Promise<void>): Promise<void> {
  try {
    for await (const chunk of from.iterator({ destroyOnReturn: false })) {
      await passage()
      if (to.destroyed) break
      if (!to.write(chunk)) await drained(to)
    }
    await passage()
    to.end()
  } catch {
    await passage()
    to.resetAndDestroy()
  }
}

/** Resolves when the socket takes more, or will never do so. */
async function drained(socket: Socket): Promise<void> {
  const waiting = new AbortController()
  const happened = ['drain', 'close'].map((event) => once(socket, event, { signal: waiting.signal }))
  await Promise.race(happened).finally(() => waiting.abort())
}
