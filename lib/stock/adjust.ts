// Corrections of the stock by the account: by a difference, or to an absolute figure if nobody changed it in between.
import { z } from 'zod'
import type { Trx } from '../db.ts'
import { InvalidRequest, PermanentError } from '../errors.ts'
import { type AccountId, type AdjustmentId, newId } from '../ids.ts'
import { Product, type Stock } from '../models/product.ts'
import { Adjustment } from '../models/stock-ledger.ts'
import { line } from '../text.ts'

export const MAX_STOCK = 1_000_000
export const sku = line(64)
export const reason = line(200)
export const delta = z
  .int()
  .min(-MAX_STOCK)
  .max(MAX_STOCK)
  .refine((value) => value !== 0, 'must not be 0')
/** How much is on hand, in units. */
export const figure = z.int().min(0).max(MAX_STOCK)

export const AdjustmentRequest = z
  .union([
    z.strictObject({ sku, delta, reason }),
    z.strictObject({ sku, set: figure, version: z.int().min(1), reason }),
  ])
  .meta({
    description: 'Either `delta`, or `set` with the `version` it was read at.',
    examples: [
      { sku: 'MUG-BLUE', delta: -3, reason: 'Broken in the store.' },
      { sku: 'MUG-RED', set: 480, version: 2, reason: 'Counted.' },
    ],
  })
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

/** Works out on the locked row, as ./holds.ts does, what the stock becomes; nothing is written where that is refused. */
const ADJUST = `
  WITH locked AS (
    SELECT s.*, a.id AS adjustment_id, a.reason, a.expected_version, coalesce(a.set_to, s.on_hand + a.delta) AS target
    FROM adjustments a JOIN stock s USING (product_id) WHERE a.id = :id FOR NO KEY UPDATE OF s
  ), allowed AS (
    SELECT * FROM locked
    WHERE coalesce(expected_version = version, true) AND target >= reserved AND target <= ${MAX_STOCK}
  ), moved AS (
    INSERT INTO movements (account_id, product_id, quantity, reason, adjustment_id)
    SELECT account_id, product_id, target - on_hand, reason, adjustment_id FROM allowed
  ), changed AS (
    UPDATE stock s SET on_hand = a.target, reserved = a.reserved, version = a.version + 1 FROM allowed a WHERE s.product_id = a.product_id
    RETURNING s.*
  )
  SELECT l.on_hand AS now, l.target, l.reserved, l.version AS seen, l.expected_version AS expected,
    c.on_hand AS becomes, c.version
  FROM locked l LEFT JOIN changed c USING (product_id)`

interface Applied {
  now: number
  target: number
  reserved: number
  seen: number
  expected: number | null
  /** Null where it is refused. */
  becomes: number | null
  version: number | null
}

/**
 * Applies an adjustment in one statement: what counts for a product in demand is how long its row stays locked.
 * @throws PermanentError insufficient-stock when less would be on hand than is reserved; conflict past the bound;
 * version-mismatch when an absolute set has seen another version.
 */
export async function applyAdjustment(
  trx: Trx,
  { id }: Pick<Adjustment, 'id'>,
): Promise<Pick<Stock, 'onHand' | 'reserved' | 'version'>> {
  const { rows } = await trx.raw<{ rows: Applied[] }>(ADJUST, { id })
  const [applied] = rows
  if (!applied) throw new Error(`there is no adjustment ${id} of a product with stock`)
  const { becomes: onHand, reserved, version } = applied
  if (onHand === null || version === null) throw refusal(applied)
  return { onHand, reserved, version }
}

function refusal({ now, target, reserved, seen, expected }: Applied): PermanentError {
  if (expected !== null && expected !== seen)
    return new PermanentError('version-mismatch', `The stock is at version ${seen}, not ${expected}.`)
  if (target > MAX_STOCK)
    return new PermanentError('conflict', `At most ${MAX_STOCK} can be on hand; ${target} cannot be.`)
  return new PermanentError(
    'insufficient-stock',
    `${now} are on hand and ${reserved} reserved; ${target} cannot be on hand.`,
  )
}
