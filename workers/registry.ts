// Every job type there is. The compiler demands a line for each type that a handler's file declares.
import type { JobDefinition, JobType } from '../lib/jobs/definition.ts'
import emailsSend from './emails/send.ts'
import inventoryAdjust from './inventory/adjust.ts'
import inventoryCommit from './inventory/commit.ts'
import inventoryRelease from './inventory/release.ts'
import inventoryReserve from './inventory/reserve.ts'
import ordersPlace from './orders/place.ts'
import paymentsCharge from './payments/charge.ts'
import paymentsRefund from './payments/refund.ts'
import paymentsReverse from './payments/reverse.ts'

export const registry: { readonly [T in JobType]: JobDefinition<T> } = {
  'emails.send': emailsSend,
  'inventory.adjust': inventoryAdjust,
  'inventory.commit': inventoryCommit,
  'inventory.release': inventoryRelease,
  'inventory.reserve': inventoryReserve,
  'orders.place': ordersPlace,
  'payments.charge': paymentsCharge,
  'payments.refund': paymentsRefund,
  'payments.reverse': paymentsReverse,
}
