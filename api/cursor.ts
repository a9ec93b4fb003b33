// Cursors of lists: a place, and a digest over it and over the list it is a place in. Opaque: clients hand back what they got.
// It is no secret, and the digest finds mistakes only: what a page shows is decided by the caller's account, wherever it begins.
import { createHash } from 'node:crypto'
import { AppError } from '../lib/errors.ts'
import { unstorable } from '../lib/text.ts'

const DIGEST_BYTES = 12
/** Longer ones are none of ours: the longest place is an SKU of 64 characters. */
const MAX_LENGTH = 400

/** @param list what the place is in: the list, whose it is, its filters and its order */
export const encodeCursor = (place: string, list: readonly unknown[]): string =>
  Buffer.concat([digest(place, list), Buffer.from(place)]).toString('base64url')

/**
 * @param isPlace whether a text can be a place in the list at all
 * @returns the place. @throws AppError invalid-cursor for one that was not made for exactly this list
 */
export function decodeCursor(cursor: string, list: readonly unknown[], isPlace: (text: string) => boolean): string {
  if (cursor.length <= MAX_LENGTH) {
    const place = Buffer.from(cursor, 'base64url').subarray(DIGEST_BYTES).toString()
    if (encodeCursor(place, list) === cursor && !unstorable(place) && isPlace(place)) return place
  }
  throw new AppError('invalid-cursor', 'The cursor is not one that this list gave for these filters and this order.')
}

const digest = (place: string, list: readonly unknown[]) =>
  createHash('sha256')
    .update(JSON.stringify([place, ...list]))
    .digest()
    .subarray(0, DIGEST_BYTES)
