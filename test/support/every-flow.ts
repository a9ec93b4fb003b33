// One of everything that the product does in the background, to be interrupted at will: each function hands work over and
// returns the ids of the jobs that were accepted.
import { Order } from '../../lib/models/order.ts'
import { Payment, Refund } from '../../lib/models/payment.ts'
import type { TestAnswer } from './client.ts'
import { orderBody } from './orders.ts'
import type { Processes } from './processes.ts'

export type Flow = (processes: Processes) => Promise<string[]>

const accepted = ({ status, body }: TestAnswer): string => {
  if (status !== 202) throw new Error(`answered ${status}: ${JSON.stringify(body)}`)
  return body.job.id
}

const order = async ({ api }: Processes, method = 'pm_card_visa', sku = 'TEA-GREEN') => [
  accepted(await api.post('/v1/orders', orderBody({ method, items: [{ sku, quantity: 1 }] }))),
]

/** An order whose payment is authorized, to be captured or cancelled; undefined where there is none left. */
const authorized = ({ db }: Processes) => Order.query(db).findOne({ state: 'authorized' }).orderByRaw('random()')

/** A captured payment of which some can be given back. */
const captured = ({ db }: Processes) =>
  Payment.query(db).findOne({ state: 'captured' }).whereRaw('refund_amount < captured_amount').orderByRaw('random()')

async function follow(
  processes: Processes,
  row: { id: string } | undefined,
  path: (id: string) => string,
  body = {},
): Promise<string[]> {
  // The next one finds something to work on.
  if (!row) return [...(await placeManual(processes)), ...(await order(processes))]
  const { api } = processes
  const answer = await api.post(path(row.id), body)
  // Another request may have been faster with the same row.
  return answer.status === 409 ? [] : [accepted(answer)]
}

/** Places orders that are captured later. */
export const placeManual: Flow = async ({ api }) => {
  const { payment, ...body } = orderBody({ items: [{ sku: 'TEA-GREEN', quantity: 1 }] })
  return [accepted(await api.post('/v1/orders', { ...body, payment: { ...payment, capture: 'manual' } }))]
}

export const flows: Record<string, Flow> = {
  order,
  declined: (processes) => order(processes, 'pm_card_chargeDeclined'),
  'sold out': (processes) => order(processes, 'pm_card_visa', 'POSTER'),
  'a charge whose answer is lost': (processes) => {
    processes.simulator.faults.load([{ on: 'POST /v1/payment_intents/:id/confirm', do: 'reset', times: 2 }])
    return order(processes)
  },
  refund: async (processes) =>
    follow(processes, await captured(processes), (id) => `/v1/payments/${id}/refunds`, { amount: 1 }),
  'a refund whose answer is lost': async (processes) => {
    processes.simulator.faults.load([{ on: 'POST /v1/refunds', do: 'reset', times: 2 }])
    return follow(processes, await captured(processes), (id) => `/v1/payments/${id}/refunds`, { amount: 1 })
  },
  'a refund that fails later': async ({ db, simulator }) => {
    const refund = await Refund.query(db).findOne({ state: 'succeeded' }).orderByRaw('random()')
    const known = simulator.books.refunds.get(refund?.providerId ?? '')
    // The news of one that has failed already may still be on its way to us.
    if (known?.status === 'succeeded') simulator.controls.failRefund(known.id)
    return []
  },
  "a charge that is nobody's": async ({ simulator }) => {
    const charge = { amount: '700', currency: 'eur', payment_method: 'pm_card_visa', confirm: 'true' }
    const headers = { authorization: 'Bearer sk_test_somebody' }
    const { ok } = await fetch(`${simulator.url}/v1/payment_intents`, {
      method: 'POST',
      headers,
      body: new URLSearchParams(charge),
    })
    if (!ok) throw new Error('the provider refused the charge')
    return []
  },
  'a manual order': placeManual,
  capture: async (processes) => follow(processes, await authorized(processes), (id) => `/v1/orders/${id}/capture`),
  'a capture whose answer is lost': async (processes) => {
    processes.simulator.faults.load([{ on: 'POST /v1/payment_intents/:id/capture', do: 'reset', times: 2 }])
    return follow(processes, await authorized(processes), (id) => `/v1/orders/${id}/capture`)
  },
  cancel: async (processes) => follow(processes, await authorized(processes), (id) => `/v1/orders/${id}/cancel`),
  adjustment: async ({ api }) => [
    accepted(await api.post('/v1/inventory/adjustments', { sku: 'KETTLE', delta: 1, reason: 'delivery' })),
  ],
  mail: async ({ api }) => [
    accepted(await api.post('/v1/emails', { to: 'ada@example.com', subject: 'Hello', text: 'Hello.' })),
  ],
}
