// What the tests of single jobs start from: products, orders and payments, made the way the product makes them.
import { randomBytes } from 'node:crypto'
import { raw } from 'objection'
import type { Db } from '../../lib/db.ts'
import { type JobId, newId, type OrderId, type PaymentId } from '../../lib/ids.ts'
import { insertJob, inTransaction } from '../../lib/jobs/enqueue.ts'
import { freePort } from '../../lib/local/ports.ts'
import { seedCatalogue } from '../../lib/local/seed.ts'
import type { Fault } from '../../lib/local/simulator/faults.ts'
import { Job } from '../../lib/models/job.ts'
import { Payment, type Refund } from '../../lib/models/payment.ts'
import { Product, type Stock } from '../../lib/models/product.ts'
import { Hold } from '../../lib/models/stock-ledger.ts'
import { placeOrder } from '../../lib/orders/place.ts'
import { createGateway, type PaymentGateway } from '../../lib/payments/gateway.ts'
import { openRefund } from '../../lib/payments/refund.ts'
import { registry } from '../../workers/registry.ts'
import type { Runtime } from '../../workers/runtime.ts'
import { type Harness, noDispatch } from './harness.ts'
import { brokenMoney } from './invariants.ts'
import { orderBody } from './orders.ts'
import { attempt } from './probe.ts'

/** Inserts a job that no engine hears of, to be run with `attempt` of ./probe.ts. */
export const insertJobOf = (
  { db, accountId }: Harness,
  type: string,
  input: Record<string, unknown>,
  maxAttempts = 3,
): Promise<Job> => inTransaction(db, noDispatch, (trx) => insertJob(trx, { type, input, accountId, maxAttempts }))

/** Adds a product of its own with so many units. @returns its SKU. */
export async function stockedProduct({ db, accountId }: Harness, stock: number): Promise<string> {
  const sku = `SKU-${randomBytes(6).toString('hex')}`
  await db.transaction((trx) => seedCatalogue(trx, accountId, [{ sku, name: `Product ${sku}`, price: 1000, stock }]))
  return sku
}

export async function stockOf({ db, accountId }: Harness, sku: string): Promise<Stock> {
  const product = await Product.query(db).findOne({ accountId, sku }).withGraphFetched('stock').throwIfNotFound()
  return product.stock
}

export interface OpenOrder {
  jobId: JobId
  orderId: OrderId
  paymentId: PaymentId
}

/** Writes an order with its payment and its flow's job, of which nothing has run yet. */
export function openOrder(
  { db, accountId }: Harness,
  options: Parameters<typeof orderBody>[0] = {},
): Promise<OpenOrder> {
  const jobId = newId<JobId>()
  return inTransaction(db, noDispatch, async (trx) => {
    const { input } = await placeOrder(orderBody(options), { trx, accountId, jobId })
    await insertJob(trx, { id: jobId, type: 'orders.place', input, accountId, maxAttempts: 3 })
    return { jobId, ...input }
  })
}

/** Writes an order whose stock is held. */
export async function heldOrder(harness: Harness, options: Parameters<typeof orderBody>[0] = {}): Promise<OpenOrder> {
  const order = await openOrder(harness, options)
  const { outcome } = await harness.perform('inventory.reserve', { orderId: order.orderId })
  if (outcome !== 'succeeded') throw new Error(`the reservation ended as ${outcome}`)
  return order
}

/** The holds of an order, by product. */
export const holdsOf = ({ db }: { db: Db }, { orderId }: Pick<OpenOrder, 'orderId'>) =>
  Hold.query(db).where({ orderId }).orderBy('productId')

/** Lets the time of an order's holds run out that have one. */
export const letHoldsAge = ({ db }: { db: Db }, { orderId }: Pick<OpenOrder, 'orderId'>) =>
  Hold.query(db)
    .patch({ expiresAt: raw('created_at') })
    .where({ orderId })
    .whereNotNull('expiresAt')

/** Writes an order whose payment was captured. */
export async function paidOrder(harness: Harness): Promise<OpenOrder> {
  const order = await heldOrder(harness)
  const { outcome } = await harness.perform('payments.charge', { paymentId: order.paymentId })
  if (outcome !== 'succeeded') throw new Error(`the charge ended as ${outcome}`)
  return order
}

/** Places an order with manual capture, whose payment is authorized then. */
export async function authorizedOrder(
  harness: Harness,
  options: Parameters<typeof orderBody>[0] = {},
): Promise<OpenOrder> {
  const order = await openOrder(harness, { ...options, capture: 'manual' })
  const { state } = await runFlow({ ...harness.runtime, dispatch: noDispatch }, order.jobId)
  if (state !== 'succeeded') throw new Error(`placing the order ended as ${state}`)
  return order
}

/** Accepts a job of any public type as the API does. @returns the job, which no engine hears of. */
export function acceptJob({ db, accountId }: Harness, type: keyof typeof registry, request: unknown): Promise<Job> {
  const face = registry[type].public
  if (!face) throw new Error(`${type} is not a public job type`)
  const id = newId<JobId>()
  return inTransaction(db, noDispatch, async (trx) => {
    const { input } = await face.accept!(request, { trx, accountId, jobId: id })
    return insertJob(trx, { id, type, input, accountId, maxAttempts: 3 })
  })
}

/** Accepts a refund as the API does. */
export const acceptRefund = (
  { db, accountId }: Harness,
  paymentId: PaymentId,
  request: Parameters<typeof openRefund>[3] = {},
): Promise<Refund> => db.transaction((trx) => openRefund(trx, accountId, paymentId, request))

export const paymentOf = ({ db }: { db: Db }, { paymentId }: Pick<OpenOrder, 'paymentId'>) =>
  Payment.query(db).findById(paymentId).throwIfNotFound()

/** The provider's intents for a payment, oldest first. */
export const intentsOf = ({ simulator }: Harness, { paymentId }: Pick<OpenOrder, 'paymentId'>) =>
  [...simulator.books.intents.values()].filter((intent) => intent.metadata.payment_id === paymentId)

/** The refunds of a payment in the provider's books, oldest first. */
export const refundsOf = (harness: Harness, order: Pick<OpenOrder, 'paymentId'>) => {
  const intents = new Set(intentsOf(harness, order).map((intent) => intent.id))
  return [...harness.simulator.books.refunds.values()].filter((refund) => intents.has(refund.payment_intent))
}

/** @returns what breaks invariants 3 and 6 about one payment. */
export const brokenMoneyOf = async ({ db, simulator }: Harness, { paymentId }: Pick<OpenOrder, 'paymentId'>) =>
  (await brokenMoney(db, simulator)).filter((row) => (row as Payment).id === paymentId)

/** Cuts the connection before the answer of a call. Twice: after the first time the `stripe` package asks again by itself. */
export const loseAnswer = (on: string): Fault => ({ on, do: 'reset', times: 2 })

/** A gateway to a port on which nobody listens. */
export async function unreachableGateway(): Promise<PaymentGateway> {
  return createGateway({ STRIPE_SECRET_KEY: 'sk_test', STRIPE_API_URL: `http://127.0.0.1:${await freePort()}` })
}

/** A gateway with a key that the simulator refuses. */
export const gatewayWithWrongKey = ({ simulator }: Harness): PaymentGateway =>
  createGateway({ STRIPE_SECRET_KEY: 'rk_wrong', STRIPE_API_URL: simulator.url })

/** What is to run next of a flow: its own job first, then the steps as they come. */
const nextOf = (db: Db, id: JobId) =>
  Job.query(db)
    .where((job) => job.where({ id }).orWhere({ parentId: id }))
    .whereIn('state', ['queued', 'scheduled'])
    .orderBy('id')
    .first()

/** Runs a flow's job and its steps one after the other, each as often as it is due, until none is left. */
export async function runFlow(runtime: Runtime, id: JobId): Promise<Job> {
  for (let job = await nextOf(runtime.db, id); job; job = await nextOf(runtime.db, id)) await attempt(runtime, job)
  return Job.query(runtime.db).findById(id).throwIfNotFound()
}

/** Runs a flow up to its first step of this type, which it returns, still to be run. */
export async function reachStep(runtime: Runtime, id: JobId, type: string): Promise<Job> {
  for (let job = await nextOf(runtime.db, id); job; job = await nextOf(runtime.db, id)) {
    if (job.type === type) return job
    await attempt(runtime, job)
  }
  throw new Error(`the flow ended without a step ${type}`)
}

/** @returns the error a promise is rejected with. @throws Error when it is not. */
export async function errorOf(promise: PromiseLike<unknown>): Promise<Error & { code?: string; constraint?: string }> {
  const none = Symbol('none')
  const error: unknown = await promise.then(
    () => none,
    (reason) => reason,
  )
  if (!(error instanceof Error)) throw new Error('nothing was thrown')
  return error
}
