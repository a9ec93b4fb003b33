// Clients that begin a request and never end it. They must be sent away, each within the bound; nobody else notices them.
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** The API gives a request 30 s, and looks every 30 s (Node's connectionsCheckingInterval). */
const WITHIN_MS = 70_000
/** Short runs do not wait for that. */
const LONG_RUN = 5_000
const TRICKLE_MS = 1_000

const beginnings = {
  'nothing at all after the first line': 'POST /v1/orders HTTP/1.1\r\n',
  'headers that never end': 'GET /v1/jobs HTTP/1.1\r\nHost: a\r\n',
  'a body that never ends':
    'POST /webhooks/stripe HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\nStripe-Signature: t=1\r\n\r\n{',
}

/** @returns those that were not sent away */
export async function lingerers(url: URL, requests: number): Promise<string[]> {
  if (requests < LONG_RUN) return []
  const all = await Promise.all(
    Object.entries(beginnings).map(async ([name, text]) => ((await isSentAway(url, text)) ? [] : [name])),
  )
  return all.flat()
}

/** Sends a byte of a header or body now and then, as the worst ones do. */
async function isSentAway(url: URL, text: string): Promise<boolean> {
  const socket = connect(Number(url.port), url.hostname)
  const closed = new Promise<boolean>((resolve) => {
    socket.once('close', () => resolve(true))
    socket.on('error', () => resolve(true))
    socket.resume()
  })
  socket.write(text)
  const timer = setInterval(() => socket.writable && socket.write('a'), TRICKLE_MS)
  const isGone = await Promise.race([closed, delay(WITHIN_MS, false)])
  clearInterval(timer)
  socket.destroy()
  return isGone
}
