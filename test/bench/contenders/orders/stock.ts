// Stock without Errand: guarded updates, products in one order so that nobody waits in a circle.
import { randomUUID } from 'node:crypto'
import { raw, type Transaction } from 'objection'
import { Hold, Movement, OrderItem, Stock } from './models.ts'

/** @returns whether there was enough of everything; if not, the transaction is to be rolled back. */
export async function reserve(trx: Transaction, orderId: string): Promise<boolean> {
  const items = await OrderItem.query(trx).where({ orderId }).orderBy('productId')
  for (const { productId, quantity } of items) {
    const taken = await Stock.query(trx)
      .patch({ reserved: raw('reserved + ?', quantity) })
      .where({ productId })
      .whereRaw('on_hand - reserved >= ?', quantity)
    if (taken === 0) return false
  }
  await Hold.query(trx).insert(
    items.map(({ productId, quantity }) => ({
      id: randomUUID(),
      orderId,
      productId,
      quantity,
      state: 'held' as const,
    })),
  )
  return true
}

/** Takes what the order holds out of the stock. */
export async function commit(trx: Transaction, orderId: string): Promise<void> {
  const holds = await Hold.query(trx).where({ orderId, state: 'held' }).orderBy('productId')
  for (const { productId, quantity } of holds)
    await Stock.query(trx)
      .patch({ onHand: raw('on_hand - ?', quantity), reserved: raw('reserved - ?', quantity) })
      .where({ productId })
  await Hold.query(trx).patch({ state: 'committed' }).where({ orderId, state: 'held' })
  await Movement.query(trx).insert(
    holds.map(({ id: holdId, productId, quantity }) => ({ holdId, productId, quantity: -quantity })),
  )
}

/** Gives back what the order holds. */
export async function release(trx: Transaction, orderId: string): Promise<void> {
  const holds = await Hold.query(trx).where({ orderId, state: 'held' }).orderBy('productId')
  for (const { productId, quantity } of holds)
    await Stock.query(trx)
      .patch({ reserved: raw('reserved - ?', quantity) })
      .where({ productId })
  await Hold.query(trx).patch({ state: 'released' }).where({ orderId, state: 'held' })
}
