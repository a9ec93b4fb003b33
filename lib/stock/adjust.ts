// Corrections of the stock by the account: by a difference, or to an absolute figure if nobody changed it in between.
import { raw } from 'objection'
import { z } from 'zod'
import type { Trx } from '../db.ts'
import { InvalidRequest, PermanentError } from '../errors.ts'
import { type AccountId, type AdjustmentId, newId } from '../ids.ts'
import { Product, Stock } from '../models/product.ts'
import { Adjustment, Movement } from '../models/stock-ledger.ts'
import { line } from '../text.ts'

const MAX_STOCK = 1_000_000
const sku = line(64)
const reason = line(200)
const delta = z
  .int()
  .min(-MAX_STOCK)
  .max(MAX_STOCK)
  .refine((value) => value !== 0, 'must not be 0')

export const AdjustmentRequest = z
  .union([
    z.strictObject({ sku, delta, reason }),
    z.strictObject({ sku, set: z.int().min(0).max(MAX_STOCK), version: z.int().min(1), reason }),
  ])
  .meta({ description: 'Either `delta`, or `set` with the `version` it was read at.' })
type AdjustmentRequest = z.infer<typeof AdjustmentRequest>

/** Stores an adjustment to be applied. @throws InvalidRequest for an unknown SKU. */
export async function openAdjustment(trx: Trx, accountId: AccountId, request: AdjustmentRequest): Promise<Adjustment> {
  const product = await Product.query(trx).findOne({ accountId, sku: request.sku })
  if (!product)
    throw new InvalidRequest([{ pointer: '#/sku', detail: `There is no product with the SKU ${request.sku}.` }])
  const change =
    'delta' in request ? { delta: request.delta } : { setTo: request.set, expectedVersion: request.version }
  return Adjustment.query(trx)
    .insert({ id: newId<AdjustmentId>(), accountId, productId: product.id, ...change, reason: request.reason })
    .returning('*')
}

/**
 * Applies an adjustment to the locked row.
 * @throws PermanentError insufficient-stock when less would be on hand than is reserved; conflict past the bound;
 * version-mismatch when an absolute set has seen another version.
 */
export async function applyAdjustment(trx: Trx, adjustment: Adjustment): Promise<Stock> {
  const { id: adjustmentId, accountId, productId, delta, setTo, expectedVersion, reason } = adjustment
  const before = await Stock.query(trx).findById(productId).forNoKeyUpdate().throwIfNotFound()
  if (expectedVersion !== null && before.version !== expectedVersion) {
    throw new PermanentError('version-mismatch', `The stock is at version ${before.version}, not ${expectedVersion}.`)
  }
  const onHand = setTo ?? before.onHand + (delta ?? 0)
  if (onHand > MAX_STOCK)
    throw new PermanentError('conflict', `At most ${MAX_STOCK} can be on hand; ${onHand} cannot be.`)
  if (onHand < before.reserved) {
    const { onHand: now, reserved } = before
    throw new PermanentError(
      'insufficient-stock',
      `${now} are on hand and ${reserved} reserved; ${onHand} cannot be on hand.`,
    )
  }
  await Movement.query(trx).insert({ accountId, productId, quantity: onHand - before.onHand, reason, adjustmentId })
  return Stock.query(trx)
    .patch({ onHand, version: raw('version + 1') })
    .findById(productId)
    .returning('*')
    .first()
    .throwIfNotFound()
}
