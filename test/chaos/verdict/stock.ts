// Invariant 5, and that the stories agree: a confirmed order is paid and shipped, a cancelled one neither.
import type { Facts, HoldFact, ItemFact, OrderFact, PaymentFact } from './facts.ts'
import { attended, isFinal } from './jobs.ts'
import { type Finding, groupBy, type Rule, sum } from './rule.ts'

const quantities = (rows: readonly { quantity: number }[] = []) => sum(rows.map((row) => row.quantity))

const stockDiffers: Rule = {
  name: 'stock differences: on hand, reserved, below zero',
  find({ stock, movements, holds }) {
    const moved = groupBy(movements, (movement) => movement.productId)
    const live = groupBy(
      holds.filter((hold) => hold.state === 'held'),
      (hold) => hold.productId,
    )
    return stock.flatMap(({ productId: id, sku, onHand, reserved }): Finding[] => {
      const [expected, held] = [quantities(moved.get(id)), quantities(live.get(id))]
      if (onHand === expected && reserved === held && reserved <= onHand) return []
      return [
        { id, detail: `${sku}: ${onHand} on hand, movements say ${expected}; ${reserved} reserved, holds say ${held}` },
      ]
    })
  },
}

const movementsDiffer: Rule = {
  name: 'stock moved twice, or not at all, by a hold or an adjustment',
  find({ movements, holds, adjustments, jobs }) {
    const byHold = groupBy(movements, (movement) => movement.holdId ?? undefined)
    const byAdjustment = groupBy(movements, (movement) => movement.adjustmentId ?? undefined)
    const badHolds = holds.filter(({ id, state, quantity }) => {
      const moved = byHold.get(id) ?? []
      return state === 'committed' ? moved.length !== 1 || moved[0]?.quantity !== -quantity : moved.length > 0
    })
    const deltas = new Map(adjustments.map(({ id, delta }) => [id, delta]))
    const badAdjustments = jobs.filter((job) => {
      if (job.type !== 'inventory.adjust' || !isFinal(job)) return false
      const id = String(job.input.adjustmentId)
      const moved = byAdjustment.get(id) ?? []
      if (job.state !== 'succeeded') return moved.length > 0
      return moved.length !== 1 || (deltas.get(id) ?? moved[0]?.quantity) !== moved[0]?.quantity
    })
    return [
      ...badHolds.map(({ id, state }) => ({ id, detail: `hold, ${state}` })),
      ...badAdjustments.map(({ id, state }) => ({ id, detail: `adjustment, its job ${state}` })),
    ]
  },
}

const oversold: Rule = {
  name: 'oversold: more confirmed than there ever was',
  find({ orders, items, stock, movements, openingStock }) {
    const confirmed = new Set(orders.filter((order) => order.state === 'confirmed').map((order) => order.id))
    const sold = groupBy(
      items.filter((item) => confirmed.has(item.orderId)),
      (item) => item.productId,
    )
    const added = groupBy(
      movements.filter((movement) => movement.adjustmentId),
      (movement) => movement.productId,
    )
    return stock.flatMap(({ productId: id, sku }): Finding[] => {
      // What is there at the start is an adjustment, too, as far as the log of movements knows.
      const most = Math.max(quantities(added.get(id)), openingStock.get(sku) ?? 0)
      const count = quantities(sold.get(id))
      return count > most ? [{ id, detail: `${sku}: ${count} sold of ${most}` }] : []
    })
  },
}

interface Story {
  order: OrderFact
  payment: PaymentFact | undefined
  items: ItemFact[]
  holds: HoldFact[]
}

const storiesDiffer: Rule = {
  name: 'orders whose payment or stock tells another story',
  find(facts) {
    const payments = new Map(facts.payments.map((payment) => [payment.orderId, payment]))
    const items = groupBy(facts.items, (item) => item.orderId)
    const holds = groupBy(facts.holds, (hold) => hold.orderId)
    const open = openOrders(facts)
    return facts.orders.flatMap((order): Finding[] => {
      if (open.has(order.id)) return []
      const { id } = order
      const story = { order, payment: payments.get(id), items: items.get(id) ?? [], holds: holds.get(id) ?? [] }
      const wrong = contradiction(story)
      return wrong ? [{ id, detail: `${order.state}, but ${wrong}` }] : []
    })
  },
}

/** Orders that a flagged or unfinished job is still about: the order's own, or one of its payment's. */
function openOrders({ jobs, payments }: Facts): Set<unknown> {
  const visible = attended(jobs)
  const flagged = jobs.filter((job) => visible.has(job.id) || job.needsAttention)
  const orderOf = new Map<unknown, string>(payments.map(({ id, orderId }) => [id, orderId]))
  return new Set(flagged.map(({ input }) => input.orderId ?? orderOf.get(input.paymentId)))
}

function contradiction({ order, payment, items, holds }: Story): string | undefined {
  const holding = (state: string) => quantities(holds.filter((hold) => hold.state === state))
  const ordered = quantities(items)
  const paid = payment?.state
  const kept = (payment?.capturedAmount ?? 0) - (payment?.refundAmount ?? 0)
  if (order.state === 'confirmed') {
    if (paid !== 'captured') return `its payment is ${paid}`
    return holding('committed') === ordered ? undefined : `${holding('committed')} of ${ordered} are shipped`
  }
  if (order.state === 'authorized') {
    if (paid !== 'authorized') return `its payment is ${paid}`
    return holding('held') === ordered ? undefined : `${holding('held')} of ${ordered} are held`
  }
  if (order.state === 'cancelled') {
    if (kept !== 0) return `${kept} was kept`
    const bound = holding('held') + holding('committed')
    return bound === 0 ? undefined : `${bound} are held or shipped`
  }
  return 'none of its jobs goes on'
}

export const stockRules: Rule[] = [stockDiffers, movementsDiffer, oversold, storiesDiffer]
