// A webhook endpoint that keeps what it gets, as raw as it came, and answers as it is told.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import Stripe from 'stripe'

export const SECRET = 'whsec_of_the_simulator'

interface Received {
  body: string
  signature: string
  at: number
}

export interface Receiver {
  url: string
  received: Received[]
  /** What it answers from now on, the last one for ever. */
  answers: number[]
  /** The events that it got, verified. */
  events(): Stripe.Event[]
  stop(): Promise<void>
}

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = []
  const receiver = { received, answers: [200] }
  const stripe = new Stripe('sk_test_simulator')
  const server = createServer(async (request, response) => {
    const body = await text(request)
    received.push({ body, signature: String(request.headers['stripe-signature']), at: Date.now() })
    const status = receiver.answers.length > 1 ? receiver.answers.shift() : receiver.answers[0]
    response.writeHead(status ?? 200, { location: '/elsewhere' }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(receiver, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/stripe`,
    events: () => received.map(({ body, signature }) => stripe.webhooks.constructEvent(body, signature, SECRET)),
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  })
}

/** The `stripe` package against the simulator; it repeats nothing by itself, but a connection that was cut, once. */
export function clientOf({ url }: { url: string }): Stripe {
  const { hostname, port } = new URL(url)
  return new Stripe('sk_test_simulator', {
    host: hostname,
    port,
    protocol: 'http',
    maxNetworkRetries: 0,
    telemetry: false,
  })
}
