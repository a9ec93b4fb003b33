// Ids: UUIDv7 (RFC 9562 §5.7), sortable by time of creation. Branded, so that a payment's id is never taken for an order's.
import { randomFillSync } from 'node:crypto'
import { v7 } from 'uuid'
import { z } from 'zod'

export type Id<Kind extends string> = string & { readonly __kind: Kind }
export type AccountId = Id<'account'>
export type JobId = Id<'job'>
export type OrderId = Id<'order'>
export type PaymentId = Id<'payment'>
export type RefundId = Id<'refund'>
export type ProductId = Id<'product'>
export type EmailId = Id<'email'>
export type AdjustmentId = Id<'adjustment'>
export type BatchId = Id<'batch'>
export type ImportId = Id<'import'>
export type DiscrepancyId = Id<'discrepancy'>
export type WebhookEventId = Id<'webhook event'>
export type ReconciliationId = Id<'reconciliation'>
export type ScheduleId = Id<'schedule'>

/** Owns the system's own jobs; made by a migration. */
export const SYSTEM_ACCOUNT = '00000000-0000-7000-8000-000000000001' as AccountId

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Whether a text from outside can be an id of ours at all. */
export const isUuid = (text: string): boolean => UUID.test(text)

/** Asking the system for random bytes costs more than the rest of an id: enough for many are asked for at once. */
const pool = new Uint8Array(256 * 16)
let used = pool.length
let lastMs = 0
let seq = 0

/** @returns an id that sorts after all that this process made before (RFC 9562 §6.2, method 1: a counter, started at random). */
export function newId<T extends Id<string>>(): T {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const random = pool.slice(used, used + 16)
  used += 16
  const now = Date.now()
  if (now > lastMs) {
    lastMs = now
    // Half of the counter is left for ids of the same millisecond.
    seq = ((random[6] ?? 0) << 23) | ((random[7] ?? 0) << 15) | ((random[8] ?? 0) << 7)
  } else seq++
  return v7({ random, msecs: lastMs, seq }) as T
}

/** The schema of an id, with its brand. */
export const idSchema = <T extends Id<string>>() => z.uuid() as unknown as z.ZodType<T>
