// API keys: `errand_` and 256 random bits, shown once, stored as SHA-256. A fast hash is enough for a key nobody can guess.
import { hash as digest, randomBytes } from 'node:crypto'
import type { Db, Trx } from './db.ts'
import { type AccountId, newId, SYSTEM_ACCOUNT } from './ids.ts'
import type { Waits } from './limits/waits.ts'
import { Account } from './models/account.ts'
import { ApiKey } from './models/api-key.ts'
import { together } from './together.ts'

const hash = (key: string) => digest('sha256', key, 'buffer')

/** @returns the account of that name, created if there is none. */
export async function openAccount(trx: Trx, name: string): Promise<Account> {
  await Account.query(trx).insert({ id: newId<AccountId>(), name }).onConflict('name').ignore()
  return Account.query(trx).findOne({ name }).throwIfNotFound()
}

/** Makes a key of the account. @returns the key itself; it cannot be read again. */
export async function createApiKey(trx: Trx, accountId: AccountId, name: string): Promise<string> {
  const key = `errand_${randomBytes(32).toString('base64url')}`
  await ApiKey.query(trx).insert({ id: newId(), accountId, name, keyHash: hash(key) })
  return key
}

type FoundKey = Pick<ApiKey, 'id' | 'accountId'>

/** @returns the key with its account, or undefined for an unknown or revoked one, and for the system's own account. */
export interface FindKey extends Waits {
  (key: string): Promise<FoundKey | undefined>
}

/** For so long a key is believed after it was read: a revoked one works as long at most. */
const BELIEVED_MS = 1_000
const MOST_BELIEVED = 10_000

/** Keys in use are read once a second, however many requests use them; those that come together in one statement. */
export function openKeys(db: Db): FindKey {
  const believed = new Map<string, { found: FoundKey; until: number }>()
  const read = together((hashes: string[]) => readKeys(db, hashes), { lanes: 4, most: 100 })
  const findKey = async (key: string) => {
    const hashed = digest('sha256', key)
    const known = believed.get(hashed)
    if (known && performance.now() < known.until) return known.found
    believed.delete(hashed)
    const until = performance.now() + BELIEVED_MS
    const found = await read(hashed)
    // Those in use come back at once.
    if (believed.size >= MOST_BELIEVED) believed.clear()
    if (found) believed.set(hashed, { found, until })
    return found
  }
  return Object.assign(findKey, { waiting: read.waiting, waitedMs: read.waitedMs })
}

async function readKeys(db: Db, hashes: string[]): Promise<(FoundKey | undefined)[]> {
  const rows = await ApiKey.query(db)
    .whereIn(
      'keyHash',
      hashes.map((each) => Buffer.from(each, 'hex')),
    )
    .where({ revokedAt: null })
    .whereNot({ accountId: SYSTEM_ACCOUNT })
  const byHash = new Map(rows.map((row) => [row.keyHash.toString('hex'), row]))
  return hashes.map((each) => byHash.get(each))
}

/** @returns the account a key belongs to, if it is good. */
export async function findAccountByKey(db: Db, key: string): Promise<AccountId | undefined> {
  const [found] = await readKeys(db, [hash(key).toString('hex')])
  return found?.accountId
}
