// The proxy does to connections what its methods say, and passes everything on otherwise.
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { expect } from 'chai'
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts'
import { waitFor } from '../../support/wait-for.ts'

/** Says what it hears, with its name before it; ends when the other side ends. */
async function startEcho(name: string): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('data', (chunk) => socket.write(`${name}:${chunk}`))
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

const portOf = (server: Server) => (server.address() as AddressInfo).port

interface Caller {
  socket: Socket
  heard: string
  error: NodeJS.ErrnoException | undefined
  closed: boolean
}

function call(port: number): Caller {
  const socket = connect(port, '127.0.0.1')
  const caller: Caller = { socket, heard: '', error: undefined, closed: false }
  socket.on('data', (chunk) => {
    caller.heard += String(chunk)
  })
  socket.on('error', (error) => {
    caller.error = error
  })
  socket.on('close', () => {
    caller.closed = true
  })
  return caller
}

const hears = (caller: Caller, text: string) => waitFor(`"${text}"`, async () => caller.heard === text, 3_000)
const closes = (caller: Caller) => waitFor('the connection to be closed', async () => caller.closed, 3_000)

describe('the TCP proxy', () => {
  let echo: Server
  let other: Server
  let proxy: TcpProxy
  let target: Server
  const callers: Caller[] = []
  const callProxy = () => {
    const caller = call(proxy.port)
    callers.push(caller)
    return caller
  }

  beforeEach(async () => {
    echo = await startEcho('echo')
    other = await startEcho('other')
    target = echo
    proxy = await startTcpProxy(() => ({ host: '127.0.0.1', port: portOf(target) }))
  })
  afterEach(async () => {
    for (const { socket } of callers.splice(0)) socket.destroy()
    await proxy.stop()
    for (const server of [echo, other]) await new Promise((resolve) => server.close(resolve))
  })

  const connected = async () => {
    const caller = callProxy()
    caller.socket.write('a')
    await hears(caller, 'echo:a')
    return caller
  }

  it('passes everything on, both ways, more than fits into a buffer too', async () => {
    const caller = callProxy()
    const sent = 'x'.repeat(5_000_000)
    caller.socket.end(sent)
    await closes(caller)
    expect(caller.error).to.equal(undefined)
    expect(caller.heard.replaceAll('echo:', '')).to.equal(sent)
  })

  it('asks for its target with each connection', async () => {
    await connected()
    target = other
    const caller = callProxy()
    caller.socket.write('b')
    await hears(caller, 'other:b')
    expect(proxy.connections).to.equal(2)
  })

  it('cuts: open connections are reset, the next one is fine', async () => {
    const caller = await connected()
    expect(proxy.cut()).to.equal(1)
    await closes(caller)
    expect(caller.error?.code).to.equal('ECONNRESET')
    await connected()
  })

  it('freezes: open and new connections stay, and nothing passes before they are healed', async () => {
    const open = await connected()
    proxy.freeze()
    const fresh = callProxy()
    await once(fresh.socket, 'connect')
    for (const { socket } of [open, fresh]) socket.write('b')
    // What is written to another proxy at the same time has passed long ago.
    const second = await startTcpProxy(() => ({ host: '127.0.0.1', port: portOf(echo) }))
    const witness = call(second.port)
    witness.socket.write('b')
    await hears(witness, 'echo:b')
    expect([open.heard, fresh.heard]).to.deep.equal(['echo:a', ''])
    expect([open.closed, fresh.closed]).to.deep.equal([false, false])
    proxy.heal()
    await hears(open, 'echo:aecho:b')
    await hears(fresh, 'echo:b')
    witness.socket.destroy()
    await second.stop()
  })

  it('hides the end of a connection while it is frozen', async () => {
    target = other
    const accepted = once(other, 'connection')
    const caller = callProxy()
    const [far] = (await accepted) as [Socket]
    let ended = false
    far.on('close', () => {
      ended = true
    })
    proxy.freeze()
    caller.socket.destroy()
    await closes(caller)
    expect(ended).to.equal(false)
    proxy.heal()
    await waitFor('the far side to hear of it', async () => ended, 3_000)
  })

  it('refuses: new connections are reset, open ones go on', async () => {
    const open = await connected()
    proxy.refuse()
    const fresh = callProxy()
    await closes(fresh)
    open.socket.write('b')
    await hears(open, 'echo:aecho:b')
    proxy.heal()
    await connected()
  })

  it('is slow: everything takes longer, each way, and stays in order', async () => {
    const caller = await connected()
    proxy.slow(60)
    const startedAt = performance.now()
    caller.socket.write('b')
    await hears(caller, 'echo:aecho:b')
    expect(performance.now() - startedAt).to.be.least(115)
  })

  it('tells a client that its target is not there', async () => {
    const port = portOf(other)
    await new Promise((resolve) => other.close(resolve))
    const gone = await startTcpProxy(() => ({ host: '127.0.0.1', port }))
    const caller = call(gone.port)
    await closes(caller)
    expect(caller.error?.code).to.equal('ECONNRESET')
    await gone.stop()
    other = await startEcho('other')
  })
})
