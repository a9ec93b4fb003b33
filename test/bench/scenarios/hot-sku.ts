// Holds a second on one product that everybody wants: 32 callers in one process ask for one unit each until none is left, and go
// on asking. Errand's own reservation (lib/stock, together with whoever asks at the same time, as its worker has it, but without
// the jobs) beside the usual: SELECT … FOR UPDATE through Objection, the check in JavaScript, an INSERT and an UPDATE. It throws
// when either sold more or less than there was.
import { openAccount } from '../../../lib/api-keys.ts'
import { type Db, openDatabase, type Trx } from '../../../lib/db.ts'
import { PermanentError } from '../../../lib/errors.ts'
import type { AccountId, OrderId, ProductId } from '../../../lib/ids.ts'
import { insertJob } from '../../../lib/jobs/enqueue.ts'
import { LANES, MOST } from '../../../lib/jobs/flows-together.ts'
import { seedCatalogue } from '../../../lib/local/seed.ts'
import { Product, Stock } from '../../../lib/models/product.ts'
import { Hold } from '../../../lib/models/stock-ledger.ts'
import { holdStock } from '../../../lib/stock/holds.ts'
import { holding } from '../../../lib/stock/holds-together.ts'
import { together } from '../../../lib/together.ts'
import { turns } from '../measure/rounds.ts'
import type { Row, Scenario } from '../measure/shape.ts'
import { compareRows } from './ground.ts'

const CALLERS = 32
const POOL_SIZE = 20

interface Order {
  accountId: AccountId
  orderId: OrderId
  productId: ProductId
}

/** @returns whether the order got what it wants */
type Reserve = (order: Order) => Promise<boolean>

const waysToReserve = (db: Db): [string, Reserve][] => [
  ['Errand', reserveTogether(db)],
  ['SELECT FOR UPDATE through Objection', (order) => gets(db, (trx) => reserveLocked(trx, order))],
]

/** As `lib/jobs/flows-together.ts` does it: in a group, and alone what could not be done there. */
function reserveTogether(db: Db): Reserve {
  const hold = together((ids: OrderId[]) => db.transaction((trx) => holding.together(trx, ids)), {
    lanes: LANES,
    most: MOST,
  })
  return async ({ orderId }) => (await hold(orderId)) !== undefined || gets(db, (trx) => holdStock(trx, orderId))
}

export const hotSku: Scenario = {
  name: 'hot-sku',
  measures: `holds a second on one product, ${CALLERS} callers in one process, ${POOL_SIZE} connections`,
  async run(ground, { smoke, rounds }) {
    const db = openDatabase(await ground.database('hot_sku', 'errand'), POOL_SIZE, 'errand-bench')
    ground.keep(() => db.destroy())
    const accountId = await db.transaction(async (trx) => (await openAccount(trx, 'bench')).id)
    const [stock, demand] = smoke ? [20, 60] : [1_000, 1_200]
    const lanes = waysToReserve(db).map(([contender, reserve]) => ({
      reserve,
      row: { contender, what: 'holds of one unit', unit: 'holds/s', samples: [] } as Row,
    }))
    // One of each that is not counted.
    for (let round = -1; round < rounds; round++) {
      for (const { reserve, row } of turns(lanes, round + lanes.length)) {
        const orders = await openOrders(db, accountId, stock, demand)
        await ground.settle()
        const perSecond = await sellOut(orders, reserve)
        await checkSold(db, orders, stock)
        if (round >= 0) row.samples.push(perSecond)
      }
    }
    const notes = [`${demand} orders of one unit each for a stock of ${stock}; neither oversold.`]
    return { rows: lanes.map(({ row }) => row), targets: compareRows(lanes[0]?.row, lanes[1]?.row, 5), notes }
  },
}

/** Writes a product and orders of one unit of it each. Of the orders' flow nothing is run, so one job stands for all. */
function openOrders(db: Db, accountId: AccountId, stock: number, demand: number): Promise<Order[]> {
  return db.transaction(async (trx) => {
    const sku = `HOT-${(await Product.query(trx).resultSize()) + 1}`
    await seedCatalogue(trx, accountId, [{ sku, name: 'Hot', price: 1000, stock }])
    const { id: productId } = await Product.query(trx).findOne({ accountId, sku }).throwIfNotFound()
    const { id: jobId } = await insertJob(trx, { type: 'orders.place', input: {}, accountId, maxAttempts: 1 })
    const { rows } = await trx.raw<{ rows: { id: OrderId }[] }>(
      `INSERT INTO orders (id, account_id, job_id, state, customer_email, customer_name, total_amount, currency)
       SELECT gen_random_uuid(), :accountId, :jobId, 'processing', 'ada@example.com', 'Ada', 1000, 'EUR'
       FROM generate_series(1, :demand) RETURNING id`,
      { accountId, jobId, demand },
    )
    await trx.raw(
      `INSERT INTO order_items (account_id, order_id, product_id, sku, name, quantity, unit_amount)
       SELECT account_id, id, :productId, :sku, 'Hot', 1, 1000 FROM orders WHERE job_id = :jobId`,
      { productId, sku, jobId },
    )
    return rows.map(({ id: orderId }) => ({ accountId, orderId, productId }))
  })
}

/** @returns holds a second, from the first call to the last that got something. */
async function sellOut(orders: Order[], reserve: Reserve): Promise<number> {
  const waiting = orders.values()
  const startedAt = performance.now()
  let held = 0
  let lastAt = startedAt
  const call = async () => {
    for (const order of waiting) {
      if (!(await reserve(order))) continue
      held++
      lastAt = performance.now()
    }
  }
  await Promise.all(Array.from({ length: CALLERS }, call))
  return held / ((lastAt - startedAt) / 1000)
}

async function gets(db: Db, reserve: (trx: Trx) => Promise<unknown>): Promise<boolean> {
  try {
    await db.transaction(reserve)
    return true
  } catch (error) {
    if (error instanceof PermanentError && error.code === 'insufficient-stock') return false
    throw error
  }
}

async function reserveLocked(trx: Trx, { accountId, orderId, productId }: Order): Promise<void> {
  const stock = await Stock.query(trx).findById(productId).forUpdate().throwIfNotFound()
  if (stock.onHand - stock.reserved < 1) throw new PermanentError('insufficient-stock', 'There is nothing left.')
  await Hold.query(trx).insert({ accountId, orderId, productId, quantity: 1, state: 'held' })
  await Stock.query(trx)
    .findById(productId)
    .patch({ reserved: stock.reserved + 1 })
}

/** @throws Error where the holds, or what the product says of them, are not all of the stock */
async function checkSold(db: Db, [order]: Order[], stock: number): Promise<void> {
  if (!order) throw new Error('nobody wants anything')
  const { productId } = order
  const { reserved, onHand } = await Stock.query(db).findById(productId).throwIfNotFound()
  const holds = await Hold.query(db).where({ productId, state: 'held' }).resultSize()
  if (holds !== stock || reserved !== stock || onHand !== stock)
    throw new Error(`of ${stock} units ${holds} are held, ${reserved} reserved, ${onHand} on hand`)
}
