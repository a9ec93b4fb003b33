// Every example that the documentation shows of a request runs, as it is: only ids are filled in, of things that are there.
import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { documentOf } from '../../../api/openapi/index.ts'
import { newId } from '../../../lib/ids.ts'
import { Discrepancy } from '../../../lib/models/discrepancy.ts'
import { Job } from '../../../lib/models/job.ts'
import { registry } from '../../../workers/registry.ts'
import { sign } from '../../support/events.ts'
import { operator, useHarness } from '../../support/harness.ts'
import { importOf } from '../../support/imports.ts'
import { authorizedOrder, heldOrder, paidOrder } from '../../support/shop.ts'

interface Operation {
  operationId: string
  parameters: { name: string; in: string; schema: { examples?: string[]; enum?: string[] } }[]
  requestBody?: { content: Record<string, { examples?: Record<string, { value: unknown }> }> }
  responses: Record<string, object>
  security?: Record<string, string[]>[]
}

const document = JSON.parse(JSON.stringify(documentOf(registry)))
const operations = Object.entries<Record<string, Operation>>(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
)
/** What is taken away is taken away last. */
const inOrder = operations.toSorted((a, b) => Number(a.method === 'delete') - Number(b.method === 'delete'))

describe('the examples of the documentation', () => {
  const harness = useHarness()
  const login = `Basic ${Buffer.from(`${operator.email}:${operator.password}`).toString('base64')}`

  /** What the ids in the examples stand for: something that is in the state that the request needs. */
  const made: Record<string, () => Promise<string>> = {
    getOrder: async () => (await heldOrder(harness)).orderId,
    captureOrder: openOrderId,
    cancelOrder: openOrderId,
    getPayment: paidId,
    refundPayment: paidId,
    getEmail: async () => (await sentMail()).email.id,
    getInventoryImport: anImport,
    listInventoryImportRows: anImport,
    getJob: finishedJob,
    followJob: finishedJob,
    listJobActions: finishedJob,
    cancelJob: async () => (await sentMail()).job.id,
    retryJob: failedJob,
    getBatch: aBatch,
    resolveDiscrepancy: aDiscrepancy,
  }

  async function openOrderId(): Promise<string> {
    return (await authorizedOrder(harness)).orderId
  }

  async function paidId(): Promise<string> {
    return (await paidOrder(harness)).paymentId
  }

  async function sentMail(to = 'ada@example.com') {
    const { body } = await harness.api.post('/v1/emails', { to, template: 'welcome', data: { name: 'Ada' } })
    return body
  }

  async function anImport(): Promise<string> {
    return (await importOf(harness, 'sku,delta,reason\nMUG-BLUE,1,delivery\n')).importId
  }

  async function finishedJob(): Promise<string> {
    const { orderId } = await heldOrder(harness)
    return (await harness.perform('inventory.release', { orderId })).job.id
  }

  async function failedJob(): Promise<string> {
    await harness.api.post('/v1/suppressions', { address: 'bounced@example.com' })
    const { job } = await sentMail('bounced@example.com')
    const row = await Job.query(harness.db).findById(job.id).throwIfNotFound()
    const { outcome } = await harness.performAgain(row)
    expect(outcome).to.equal('failed')
    return job.id
  }

  async function aBatch(): Promise<string> {
    const input = { to: 'ada@example.com', subject: 'Hello', text: 'Hello Ada' }
    const { body } = await harness.api.post('/v1/jobs/batch', { items: [{ type: 'emails.send', input }] })
    return body.batch.id
  }

  async function aDiscrepancy(): Promise<string> {
    const { db, accountId } = harness
    const about = { kind: 'stock-differs', subject: randomUUID(), detail: {}, accountId }
    return (await Discrepancy.query(db).insert({ id: newId(), ...about })).id
  }

  async function send(path: string, method: string, operation: Operation, type?: string, body?: unknown, query = '') {
    const { operationId, parameters, security } = operation
    const id = made[operationId]
    let target = path
    for (const { name, schema } of parameters.filter((each) => each.in === 'path')) {
      const value = name === 'id' && id ? await id() : schema.examples?.[0]
      if (value === undefined) throw new Error(`${operationId} has no example of ${name}, and the test makes none`)
      target = target.replace(`{${name}}`, encodeURIComponent(value))
    }
    const headers = {
      'idempotency-key': randomUUID(),
      ...(type && { 'content-type': type }),
      ...(security?.some((each) => each.basic) && { authorization: login }),
    }
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    // The provider signs what it sends.
    if (operationId === 'receiveStripeEvent') Object.assign(headers, { 'stripe-signature': sign(text) })
    return harness.api.send(method.toUpperCase(), target + query, {
      headers,
      ...(body !== undefined && { body: text }),
    })
  }

  for (const { path, method, operation } of inOrder) {
    const [[type, media] = []] = Object.entries(operation.requestBody?.content ?? {})
    const bodies = type ? Object.values(media?.examples ?? {}).map(({ value }) => value) : [undefined]
    if (bodies.length === 0) throw new Error(`${operation.operationId} takes a body, and has no example of one`)
    bodies.forEach((body, at) => {
      it(`${method.toUpperCase()} ${path}${bodies.length > 1 ? `, ${at + 1}` : ''}`, async () => {
        const { status, body: answer } = await send(path, method, operation, type, body)
        expect(status, JSON.stringify(answer).slice(0, 500)).to.be.within(200, 299)
        expect(Object.keys(operation.responses)).to.include(String(status))
      })
    })
  }

  for (const { path, method, operation } of inOrder) {
    for (const { name, schema } of operation.parameters.filter((each) => each.in === 'query')) {
      for (const example of [...(schema.examples ?? []), ...(schema.enum ?? [])]) {
        it(`${method.toUpperCase()} ${path}?${name}=${example}`, async () => {
          const query = `?${new URLSearchParams({ [name]: String(example) })}`
          const { status, body } = await send(path, method, operation, undefined, undefined, query)
          expect(status, JSON.stringify(body).slice(0, 500)).to.equal(200)
        })
      }
    }
  }

  /** The ids in what the types take stand for the same things as those in the paths. */
  const filled: Record<string, (input: object) => Promise<object>> = {
    'orders.capture': async (input) => ({ ...input, orderId: await openOrderId() }),
    'orders.cancel': async (input) => ({ ...input, orderId: await openOrderId() }),
    'payments.refund': async (input) => ({ ...input, paymentId: await paidId() }),
  }
  for (const type of document.components.schemas.JobType.enum) {
    it(`POST /v1/jobs, each of ${type}`, async () => {
      const { examples } = document.components.schemas[type]
      expect(examples).to.be.an('array').that.is.not.empty
      for (const example of examples) {
        const input = (await filled[type]?.(example)) ?? example
        const { status, body } = await harness.api.post('/v1/jobs', { type, input })
        expect(status, JSON.stringify(body)).to.equal(202)
      }
    })
  }
})
