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

export const newId = <T extends Id<string>>(): T => v7() as T

/** The schema of an id, with its brand. */
export const idSchema = <T extends Id<string>>() => z.uuid() as unknown as z.ZodType<T>
