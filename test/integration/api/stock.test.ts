// Stock through the API: the catalogue, the figures, and corrections that change them, or say why not (invariant 5).
import { expect } from 'chai'
import { operator, useHarness } from '../../support/harness.ts'
import { brokenMoney, brokenStock } from '../../support/invariants.ts'
import { placeOrder } from '../../support/orders.ts'
import { waitFor } from '../../support/wait-for.ts'
import { expectProblem } from './refused.ts'

describe('stock', () => {
  const harness = useHarness()
  before(() => harness.startWorkers())
  afterEach('invariants 5 and 6 hold', async () => {
    expect(await brokenStock(harness.db)).to.deep.equal([])
    expect(await brokenMoney(harness.db, harness.simulator)).to.deep.equal([])
  })
  const stockOf = async (sku: string) => (await harness.api.get(`/v1/inventory/${sku}`)).body
  const adjust = async (change: object) => {
    const { status, body } = await harness.api.post('/v1/inventory/adjustments', { reason: 'count', ...change })
    expect(status).to.equal(202)
    return harness.api.finished(body.job.id)
  }
  /** Steers a queue as an operator does. */
  const steer = async (queue: string, action: 'pause' | 'resume') => {
    const login = Buffer.from(`${operator.email}:${operator.password}`).toString('base64')
    const url = `${harness.apiUrl}/ops/queues/api/queues/${queue}/${action}`
    const { status } = await fetch(url, { method: 'PUT', headers: { authorization: `Basic ${login}` } })
    expect(status).to.equal(200)
  }

  it('is listed with the catalogue, by SKU, with price and what is available', async () => {
    const { status, body } = await harness.api.get('/v1/products')
    expect(status).to.equal(200)
    const price = (amount: number) => ({ amount, currency: 'EUR' })
    expect(body).to.deep.equal({
      data: [
        { sku: 'KETTLE', name: 'Kettle', price: price(4900), available: 50 },
        { sku: 'MUG-BLUE', name: 'Blue mug', price: price(1290), available: 500 },
        { sku: 'MUG-RED', name: 'Red mug', price: price(1290), available: 500 },
        { sku: 'POSTER', name: 'Poster, sold out', price: price(2500), available: 0 },
        { sku: 'TEA-GREEN', name: 'Green tea, 100 g', price: price(850), available: 1000 },
      ],
      next: null,
    })
  })

  it('of one product has its figures and version', async () => {
    expect(await stockOf('KETTLE')).to.deep.equal({ sku: 'KETTLE', onHand: 50, reserved: 0, available: 50, version: 2 })
  })

  it('of a product that does not exist is a 404, whatever the SKU', async () => {
    for (const sku of ['NOPE', 'kettle', '__proto__', '%27', '%2F', 'x'.repeat(5000)]) {
      expectProblem(await harness.api.get(`/v1/inventory/${sku}`), { code: 'not-found' })
    }
  })

  it('of a SKU that no text column can hold is a 404, not an error of ours', async () => {
    for (const sku of ['%00', 'KETTLE%00', '%E0%A4%A', '%ED%A0%80', '%']) {
      expectProblem(await harness.api.get(`/v1/inventory/${sku}`), { code: 'not-found' })
    }
  })

  it('grows and shrinks by a delta, and says what it has become', async () => {
    const before = await stockOf('KETTLE')
    const grown = await adjust({ sku: 'KETTLE', delta: 12 })
    const { onHand, version } = before
    const figures = { onHand: onHand + 12, reserved: 0, available: onHand + 12, version: version + 1 }
    expect(grown.result).to.deep.equal(figures)
    expect(await stockOf('KETTLE')).to.deep.equal({ sku: 'KETTLE', ...figures })
    await adjust({ sku: 'KETTLE', delta: -12 })
    expect(await stockOf('KETTLE')).to.deep.equal({ ...before, version: version + 2 })
  })

  it('is set to what was counted at the version it was counted at', async () => {
    const { version } = await stockOf('MUG-RED')
    const job = await adjust({ sku: 'MUG-RED', set: 480, version })
    expect(job.state).to.equal('succeeded')
    expect(await stockOf('MUG-RED')).to.include({ onHand: 480, version: version + 1 })
  })

  it('is not set where it has changed since it was counted', async () => {
    const counted = await stockOf('MUG-RED')
    await adjust({ sku: 'MUG-RED', delta: 1 })
    const before = await stockOf('MUG-RED')
    const job = await adjust({ sku: 'MUG-RED', set: 5, version: counted.version })
    expect(job).to.include({ state: 'failed', attempt: 1, result: null })
    expect(job.error).to.include({ type: '/problems/version-mismatch', status: 409 })
    expect(job.error.detail).to.include(String(before.version)).and.include(String(counted.version))
    expect(await stockOf('MUG-RED')).to.deep.equal(before)
  })

  it('is set by one of 10 clients that counted at the same version', async () => {
    const { version } = await stockOf('TEA-GREEN')
    const counts = Array.from({ length: 10 }, (_, index) => 900 + index)
    const jobs = await Promise.all(counts.map((set) => adjust({ sku: 'TEA-GREEN', set, version })))
    const won = jobs.filter((job) => job.state === 'succeeded')
    expect(won).to.have.length(1)
    for (const job of jobs.filter((each) => each !== won[0])) {
      expect(job.error.type).to.equal('/problems/version-mismatch')
    }
    expect(await stockOf('TEA-GREEN')).to.include({ onHand: won[0].result.onHand, version: version + 1 })
  })

  it('loses no delta of 20 at the same time', async () => {
    const before = await stockOf('TEA-GREEN')
    const deltas = Array.from({ length: 20 }, (_, index) => (index % 2 ? -3 : 5))
    const jobs = await Promise.all(deltas.map((delta) => adjust({ sku: 'TEA-GREEN', delta })))
    expect(jobs.map((job) => job.state)).to.deep.equal(deltas.map(() => 'succeeded'))
    const { onHand, version } = await stockOf('TEA-GREEN')
    expect(onHand).to.equal(before.onHand + 20)
    expect(version).to.equal(before.version + 20)
  })

  it('never goes below zero, and not above its bound', async () => {
    const before = await stockOf('POSTER')
    for (const delta of [-1, -1_000_000]) {
      const job = await adjust({ sku: 'POSTER', delta })
      expect(job).to.include({ state: 'failed', attempt: 1 })
      expect(job.error).to.include({ type: '/problems/insufficient-stock', status: 409 })
    }
    expect((await adjust({ sku: 'KETTLE', delta: 1_000_000 })).state).to.equal('failed')
    expect(await stockOf('POSTER')).to.deep.equal(before)
  })

  it('is not corrected below what orders hold, by delta or set, and available shows the hold', async () => {
    const before = await stockOf('KETTLE')
    await steer('payments', 'pause')
    const { jobId } = await placeOrder(harness.api, { items: [{ sku: 'KETTLE', quantity: 5 }] })
    const held = await waitFor('the hold', async () => {
      const stock = await stockOf('KETTLE')
      return stock.reserved === 5 && stock
    })
    expect(held).to.deep.equal({ ...before, reserved: 5, available: before.onHand - 5 })

    const tooLow = [{ delta: 4 - before.onHand }, { set: 4, version: before.version }]
    for (const change of tooLow) {
      const job = await adjust({ sku: 'KETTLE', ...change })
      expect(job.error).to.include({ type: '/problems/insufficient-stock' })
      expect(job.error.detail).to.include('5 reserved')
    }
    expect(await stockOf('KETTLE')).to.deep.equal(held)
    expect((await adjust({ sku: 'KETTLE', delta: 5 - before.onHand })).result).to.include({ onHand: 5, available: 0 })

    await steer('payments', 'resume')
    expect((await harness.api.finished(jobId)).state).to.equal('succeeded')
    expect(await stockOf('KETTLE')).to.include({ onHand: 0, reserved: 0, available: 0 })
  })
})
