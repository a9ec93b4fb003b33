// Applying a file to the stock, chunk by chunk: each row once, whatever dies in between, and never below what is reserved.
import { expect } from 'chai'
import type { ImportId } from '../../../../lib/ids.ts'
import type { JobContext } from '../../../../lib/jobs/definition.ts'
import { Movement } from '../../../../lib/models/stock-ledger.ts'
import { applyChunk } from '../../../../lib/stock/imports-apply.ts'
import { registry } from '../../../../workers/registry.ts'
import { useHarness } from '../../../support/harness.ts'
import { deltas, importOf, rowsOf } from '../../../support/imports.ts'
import { brokenStock } from '../../../support/invariants.ts'
import { attempt, expireLease } from '../../../support/probe.ts'
import { heldOrder, stockedProduct, stockOf } from '../../../support/shop.ts'

describe('inventory.import', () => {
  const harness = useHarness()
  const movements = () => Movement.query(harness.db).resultSize()
  afterEach('invariant 5 holds', async () => {
    expect(await brokenStock(harness.db)).to.deep.equal([])
  })

  /** A runtime whose `inventory.import` does `before` ahead of each chunk but the first. */
  const interrupted = (before: (context: JobContext) => Promise<void>) => {
    const definition = registry['inventory.import']
    const run = async (input: unknown, context: JobContext) => {
      let chunks = 0
      const checkpoint: JobContext['checkpoint'] = async (write) => {
        if (chunks++ > 0) await before(context)
        return context.checkpoint(write)
      }
      if (!('run' in definition.work)) throw new Error('it is no flow')
      return definition.work.run(input, { ...context, checkpoint })
    }
    return { ...harness.runtime, catalogue: { ...registry, 'inventory.import': { ...definition, work: { run } } } }
  }

  it('applies every row, and says which it refused and why', async () => {
    const [a, b, held] = await Promise.all([10, 10, 10].map((stock) => stockedProduct(harness, stock)))
    await heldOrder(harness, { items: [{ sku: held!, quantity: 4 }] })
    const rows: Parameters<typeof deltas> = [
      [a!, 5],
      ['NOBODY', 1],
      [b!, -11],
      [b!, -10, 'sold elsewhere'],
      [held!, -7],
      [held!, -6],
      [a!, 'x'],
      [a!, 999_986],
      [a!, 999_985],
    ]
    const { importId, job } = await importOf(harness, deltas(...rows))
    const before = await movements()
    const { outcome, job: done } = await attempt(harness.runtime, job)
    expect(outcome).to.equal('succeeded')
    expect(done.result).to.deep.equal({ importId, rows: 9, applied: 4, refused: 5 })
    expect(done.progress).to.include({ done: 9, total: 9 })
    expect(await movements()).to.equal(before + 4)
    expect(await stockOf(harness, a!)).to.include({ onHand: 1_000_000, version: 4 })
    expect(await stockOf(harness, b!)).to.include({ onHand: 0, version: 3 })
    expect(await stockOf(harness, held!)).to.include({ onHand: 4, reserved: 4 })
    const { body } = await harness.api.get(`/v1/inventory/imports/${importId}/rows?state=refused`)
    const refused = body.data.map(({ row, error }: { row: number; error: { type: string; detail: string } }) => [
      row,
      error.type.replace('/problems/', ''),
      error.detail,
    ])
    expect(refused).to.deep.equal([
      [2, 'not-found', 'There is no product with this SKU.'],
      [3, 'insufficient-stock', '10 are on hand and 0 reserved; -1 cannot be on hand.'],
      [5, 'insufficient-stock', '10 are on hand and 4 reserved; 3 cannot be on hand.'],
      [7, 'invalid-request', 'delta: must be a whole number'],
      [8, 'conflict', 'At most 1000000 can be on hand; 1000001 cannot be.'],
    ])
    const { body: shown } = await harness.api.get(`/v1/inventory/imports/${importId}`)
    expect(shown).to.include({ state: 'succeeded', rows: 9, applied: 4, refused: 5 })
  })

  it('sets absolute figures, each on top of the row before it, and records what they changed', async () => {
    const sku = await stockedProduct(harness, 10)
    const { importId, job } = await importOf(harness, `sku,set,reason\n${sku},4,first\n${sku},4,again\n${sku},9,last\n`)
    expect((await attempt(harness.runtime, job)).outcome).to.equal('succeeded')
    expect(await stockOf(harness, sku)).to.include({ onHand: 9, version: 5 })
    const ids = (await rowsOf(harness, importId)).map(({ adjustmentId }) => adjustmentId!)
    const moved = await Movement.query(harness.db).whereIn('adjustmentId', ids).orderBy('id')
    expect(moved.map(({ quantity, reason }) => [quantity, reason])).to.deep.equal([
      [-6, 'first'],
      [0, 'again'],
      [5, 'last'],
    ])
  })

  it('shows its rows in pages', async () => {
    const { importId } = await importOf(
      harness,
      deltas(...Array.from({ length: 7 }, (): [string, number] => ['KETTLE', 1])),
    )
    const path = `/v1/inventory/imports/${importId}/rows`
    const rows: number[] = []
    for (let query: string | undefined = '?limit=3'; query; ) {
      const { body }: { body: { data: { row: number }[]; next: string | null } } = await harness.api.get(path + query)
      rows.push(...body.data.map(({ row }) => row))
      expect(body.data).to.have.length.within(1, 3)
      query = body.next === null ? undefined : `?limit=3&cursor=${body.next}`
    }
    expect(rows).to.deep.equal([1, 2, 3, 4, 5, 6, 7])
    const { body: first } = await harness.api.get(`${path}?limit=3`)
    for (const query of [`?state=refused&cursor=${first.next}`, '?cursor=x', '?state=lost', '?limit=0'])
      expect((await harness.api.get(path + query)).status, query).to.be.oneOf([400, 422])
  })

  it('goes on after the last chunk when its worker dies, and applies no row twice (invariants 3 and 5)', async () => {
    const sku = await stockedProduct(harness, 0)
    const file = deltas(...Array.from({ length: 1_200 }, (): [string, number] => [sku, 1]))
    const { importId, job } = await importOf(harness, file)
    const dying = interrupted(async () => {
      throw new Error('the worker dies')
    })
    const first = await attempt(dying, job)
    expect(first.outcome).to.equal('retried')
    expect(first.job.progress).to.include({ done: 500, total: 1_200 })
    expect(await stockOf(harness, sku)).to.include({ onHand: 500 })
    const second = await attempt(harness.runtime, first.job)
    expect(second.outcome).to.equal('succeeded')
    expect(second.job.result).to.deep.equal({ importId, rows: 1_200, applied: 1_200, refused: 0 })
    expect(await stockOf(harness, sku)).to.include({ onHand: 1_200, version: 1_201 })
  })

  it('writes nothing for an attempt that lost its claim between two chunks (invariant 4)', async () => {
    const sku = await stockedProduct(harness, 0)
    const { job } = await importOf(harness, deltas(...Array.from({ length: 700 }, (): [string, number] => [sku, 1])))
    const overtaken = interrupted(async () => {
      await expireLease(harness.runtime, job)
      await harness.db('jobs').where({ id: job.id }).update({ attempt: 9 })
    })
    expect((await attempt(overtaken, job)).outcome).to.equal('claim-lost')
    expect(await stockOf(harness, sku)).to.include({ onHand: 500 })
  })

  it('stops between two chunks when it is cancelled, and keeps what is applied', async () => {
    const sku = await stockedProduct(harness, 0)
    const rows = Array.from({ length: 700 }, (): [string, number] => [sku, 1])
    const { importId, job } = await importOf(harness, deltas(...rows))
    const cancelling = interrupted(async ({ jobId, signal }) => {
      expect((await harness.api.post(`/v1/jobs/${jobId}/cancel`, {})).status).to.be.oneOf([200, 202])
      harness.runtime.claims.cancel([jobId])
      signal.throwIfAborted()
    })
    expect((await attempt(cancelling, job)).outcome).to.equal('cancelled')
    expect(await stockOf(harness, sku)).to.include({ onHand: 500 })
    const { body } = await harness.api.get(`/v1/inventory/imports/${importId}`)
    expect(body).to.include({ state: 'cancelled', applied: 500, refused: 0 })
    const { body: left } = await harness.api.get(`/v1/inventory/imports/${importId}/rows?state=waiting&limit=1`)
    expect(left.data[0]).to.include({ row: 501, state: 'waiting' })
  })

  it('applies a chunk that is asked for twice at once after itself, not over itself', async () => {
    const sku = await stockedProduct(harness, 0)
    const { importId } = await importOf(
      harness,
      deltas(...Array.from({ length: 1_000 }, (): [string, number] => [sku, 1])),
    )
    const chunk = () => harness.db.transaction((trx) => applyChunk(trx, importId as ImportId))
    const places = await Promise.all([chunk(), chunk(), chunk()])
    expect(Math.max(...places.map(({ position }) => position))).to.equal(1_000)
    expect(await stockOf(harness, sku)).to.include({ onHand: 1_000 })
  })

  it('runs beside others with the same products, in whatever order, and sums (invariant 5)', async () => {
    const skus = await Promise.all(Array.from({ length: 20 }, () => stockedProduct(harness, 100)))
    const rows = Array.from({ length: 30 }, () => skus.map((sku): [string, number] => [sku, 1])).flat()
    const files = [rows, rows.toReversed(), rows.toSorted(), rows.toSorted().reverse()]
    const imports = await Promise.all(files.map((file) => importOf(harness, deltas(...file))))
    const orders = Promise.all(skus.slice(0, 10).map((sku) => heldOrder(harness, { items: [{ sku, quantity: 3 }] })))
    const ended = await Promise.all(imports.map(({ job }) => attempt(harness.runtime, job)))
    await orders
    expect(ended.map(({ outcome }) => outcome)).to.deep.equal(ended.map(() => 'succeeded'))
    for (const [index, sku] of skus.entries())
      expect(await stockOf(harness, sku)).to.include({ onHand: 100 + 4 * 30, reserved: index < 10 ? 3 : 0 })
  })

  it('takes products of its own account alone (invariant 9)', async () => {
    const sku = await stockedProduct(harness, 5)
    const other = await harness.otherAccount()
    const { job, importId } = await importOf({ ...harness, api: other }, deltas([sku, 1]))
    await attempt(harness.runtime, job)
    expect((await rowsOf(harness, importId))[0]).to.include({ state: 'refused', refusal: 'not-found' })
    expect(await stockOf(harness, sku)).to.include({ onHand: 5 })
  })
})
