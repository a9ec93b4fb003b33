// API keys: `errand_` and 256 random bits, shown once, stored as SHA-256. A fast hash is enough for a key nobody can guess.
import { createHash, randomBytes } from 'node:crypto'
import type { Db, Trx } from './db.ts'
import { type AccountId, newId, SYSTEM_ACCOUNT } from './ids.ts'
import { Account } from './models/account.ts'
import { ApiKey } from './models/api-key.ts'

const hash = (key: string) => createHash('sha256').update(key).digest()

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

/** @returns the key with its account, or undefined for an unknown or revoked one, and for the system's own account. */
export async function findKey(db: Db, key: string): Promise<Pick<ApiKey, 'id' | 'accountId'> | undefined> {
  const found = await ApiKey.query(db).findOne({ keyHash: hash(key), revokedAt: null })
  return found?.accountId === SYSTEM_ACCOUNT ? undefined : found
}

/** @returns the account a key belongs to, if it is good. */
export const findAccountByKey = async (db: Db, key: string) => (await findKey(db, key))?.accountId
