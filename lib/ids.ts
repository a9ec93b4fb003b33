// Ids: UUIDv7 (RFC 9562 §5.7), sortable by time of creation. Branded, so that a payment's id is never taken for an order's.
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

export const newId = <T extends Id<string>>(): T => v7() as T

/** The schema of an id, with its brand. */
export const idSchema = <T extends Id<string>>() => z.uuid() as unknown as z.ZodType<T>
