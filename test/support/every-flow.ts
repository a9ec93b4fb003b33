// One of everything that the product does in the background, to be interrupted at will: each function hands work over and
// returns the ids of the jobs that were accepted.
import { Job } from '../../lib/models/job.ts'
import { Order } from '../../lib/models/order.ts'
import { Payment, Refund } from '../../lib/models/payment.ts'
import type { TestAnswer } from './client.ts'
import { deltas, upload } from './imports.ts'
import { orderBody } from './orders.ts'
import type { Processes } from './processes.ts'
import { waitFor } from './wait-for.ts'

export type Flow = (processes: Processes) => Promise<string[]>

const accepted = ({ status, body }: TestAnswer): string => {
  if (status !== 202) throw new Error(`answered ${status}: ${JSON.stringify(body)}`)
  return body.job.id
}

/** The answer of what steers a job, whose body is the job itself. */
const jobOf = async (answer: Promise<TestAnswer>): Promise<TestAnswer> => {
  const { body, ...more } = await answer
  return { ...more, body: { job: body } }
}

/** How long an order is followed until its charge has begun. */
const CHARGED_WITHIN_MS = 3_000

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
  'cancel a waiting order': async ({ api }) => {
    const runAt = new Date(Date.now() + 3_600_000).toISOString()
    const id = accepted(await api.post('/v1/jobs', { type: 'orders.place', input: orderBody(), runAt }))
    accepted(await jobOf(api.post(`/v1/jobs/${id}/cancel`, {})))
    return [id]
  },
  'cancel a running order': async (processes) => {
    const { api, db, simulator } = processes
    simulator.faults.load([{ on: 'POST /v1/payment_intents/:id/confirm', do: 'delay', times: 1, ms: 500 }])
    const [id = ''] = await order(processes)
    const charge = () =>
      Job.query(db).findOne({ parentId: id, type: 'payments.charge' }).whereNotNull('startedAt').resultSize()
    // Its worker may die before it comes to that.
    await waitFor('the order to be charged', charge, CHARGED_WITHIN_MS).catch(() => {})
    const answer = await jobOf(api.post(`/v1/jobs/${id}/cancel`, {}))
    // It may also be faster.
    return answer.status === 409 ? [id] : [accepted(answer)]
  },
  'retry a failed mail': async ({ api, db }) => {
    const address = 'nobody@example.com'
    const failed = await Job.query(db).findOne({ type: 'emails.send', state: 'failed' }).orderByRaw('random()')
    if (failed) {
      const answer = await jobOf(api.post(`/v1/jobs/${failed.id}/retry`, {}))
      return answer.status === 409 ? [] : [accepted(answer)]
    }
    // The next one finds something to retry.
    await api.post('/v1/suppressions', { address })
    return [accepted(await api.post('/v1/emails', { to: address, subject: 'Hello', text: 'Hello.' }))]
  },
  adjustment: async ({ api }) => [
    accepted(await api.post('/v1/inventory/adjustments', { sku: 'KETTLE', delta: 1, reason: 'delivery' })),
  ],
  import: async ({ api }) => [accepted(await upload(api, deltas(['KETTLE', 1], ['NOBODY', 1], ['KETTLE', 'x'])))],
  ping: async ({ api }) => [accepted(await api.post('/v1/jobs', { type: 'maintenance.ping', input: {} }))],
  mail: async ({ api }) => [
    accepted(await api.post('/v1/emails', { to: 'ada@example.com', subject: 'Hello', text: 'Hello.' })),
  ],
}
