// Every job type there is. The compiler demands a line for each type that a handler's file declares.
import type { JobDefinition, JobType } from '../lib/jobs/definition.ts'
import emailsSend from './emails/send.ts'
import inventoryAdjust from './inventory/adjust.ts'
import inventoryCommit from './inventory/commit.ts'
import inventoryDiscard from './inventory/discard.ts'
import inventoryExpire from './inventory/expire.ts'
import inventoryImport from './inventory/import.ts'
import inventoryRelease from './inventory/release.ts'
import inventoryReserve from './inventory/reserve.ts'
import maintenanceAudit from './maintenance/audit.ts'
import maintenancePing from './maintenance/ping.ts'
import maintenanceReconcile from './maintenance/reconcile.ts'
import ordersCancel from './orders/cancel.ts'
import ordersCapture from './orders/capture.ts'
import ordersPlace from './orders/place.ts'
import paymentsCapture from './payments/capture.ts'
import paymentsCharge from './payments/charge.ts'
import paymentsRefund from './payments/refund.ts'
import paymentsReverse from './payments/reverse.ts'
import webhooksProcess from './webhooks/process.ts'

export const registry: { readonly [T in JobType]: JobDefinition<T> } = {
  'emails.send': emailsSend,
  'inventory.adjust': inventoryAdjust,
  'inventory.commit': inventoryCommit,
  'inventory.discard': inventoryDiscard,
  'inventory.expire': inventoryExpire,
  'inventory.import': inventoryImport,
  'inventory.release': inventoryRelease,
  'inventory.reserve': inventoryReserve,
  'maintenance.audit': maintenanceAudit,
  'maintenance.ping': maintenancePing,
  'maintenance.reconcile': maintenanceReconcile,
  'orders.cancel': ordersCancel,
  'orders.capture': ordersCapture,
  'orders.place': ordersPlace,
  'payments.capture': paymentsCapture,
  'payments.charge': paymentsCharge,
  'payments.refund': paymentsRefund,
  'payments.reverse': paymentsReverse,
  'webhooks.process': webhooksProcess,
}
