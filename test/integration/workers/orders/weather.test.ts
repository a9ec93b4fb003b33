// Orders in all weathers: whatever faults the provider plays, in whatever order, every order ends, its money is once where
// its state says, at the provider, in our rows and in the ledger, and no stock is lost (invariants 2, 3, 5 and 6).
import { expect } from 'chai'
import type { JobId } from '../../../../lib/ids.ts'
import { Order } from '../../../../lib/models/order.ts'
import { noDispatch, useHarness } from '../../../support/harness.ts'
import { brokenMoney, brokenStock, unfinishedJobs } from '../../../support/invariants.ts'
import {
  acceptJob,
  type OpenOrder,
  openOrder,
  paymentOf,
  runFlow,
  stockedProduct,
  stockOf,
} from '../../../support/shop.ts'

type Ending = 'none' | 'capture' | 'capture a part' | 'cancel' | 'expire'

const SEEDS = 2

const orders: { name: string; method?: string; stock?: number; capture?: 'manual'; ending?: Ending; state: string }[] =
  [
    { name: 'is paid', state: 'confirmed' },
    { name: 'is declined', method: 'pm_card_chargeDeclined', state: 'cancelled' },
    { name: 'has an unknown card', method: 'pm_made_up', state: 'cancelled' },
    { name: 'is out of stock', stock: 2, state: 'cancelled' },
    { name: 'is authorized', capture: 'manual', state: 'authorized' },
    { name: 'is captured', capture: 'manual', ending: 'capture', state: 'confirmed' },
    { name: 'is captured in part', capture: 'manual', ending: 'capture a part', state: 'confirmed' },
    { name: 'is cancelled', capture: 'manual', ending: 'cancel', state: 'cancelled' },
    { name: 'is captured too late', capture: 'manual', ending: 'expire', state: 'cancelled' },
  ]

describe('in all weathers', () => {
  const harness = useHarness()
  const run = (id: JobId) => runFlow({ ...harness.runtime, dispatch: noDispatch }, id)
  const end = async ({ orderId, paymentId }: OpenOrder, ending: Ending) => {
    if (ending === 'none') return
    const { providerId } = await paymentOf(harness, { paymentId })
    if (ending === 'expire') harness.simulator.controls.expireIntent(String(providerId))
    const type = ending === 'cancel' ? 'orders.cancel' : 'orders.capture'
    const { id } = await acceptJob(harness, type, { orderId, ...(ending === 'capture a part' && { amount: 1000 }) })
    await run(id)
  }
  afterEach('invariants 2, 5 and 6 hold', async () => {
    harness.simulator.controls.calm()
    expect(await unfinishedJobs(harness.db)).to.deep.equal([])
    expect(await brokenStock(harness.db)).to.deep.equal([])
    expect(await brokenMoney(harness.db, harness.simulator)).to.deep.equal([])
  })

  after('something did go wrong', () => {
    expect(harness.simulator.faults.played).to.be.above(orders.length * SEEDS)
  })

  for (const [index, each] of orders.entries()) {
    const { name, method = 'pm_card_visa', stock = 5, capture = 'automatic', ending = 'none', state } = each
    for (let seed = 1; seed <= SEEDS; seed++) {
      it(`an order that ${name} ends ${state} (seed ${seed})`, async () => {
        const sku = await stockedProduct(harness, stock)
        const order = await openOrder(harness, { items: [{ sku, quantity: 3 }], method, capture })
        harness.simulator.faults.chaos({ seed: seed + 100 * index, rate: 0.6, delayMs: 20, silentMs: 20 })
        await run(order.jobId)
        await end(order, ending)
        expect((await Order.query(harness.db).findById(order.orderId))?.state).to.equal(state)
        const { onHand, reserved } = await stockOf(harness, sku)
        const left = { confirmed: [2, 0], authorized: [5, 3], cancelled: [stock, 0] }[state]
        expect([onHand, reserved]).to.deep.equal(left)
      })
    }
  }
})
