// The suppression list: addresses to which an account sends nothing, because a mail server said that they do not exist, or
// because the account says so.
import { raw } from 'objection'
import type { Db, Trx } from '../db.ts'
import type { AccountId } from '../ids.ts'
import type { Email } from '../models/email.ts'
import { Suppression } from '../models/suppression.ts'

/** An address as the list holds it: mail servers do not tell mailboxes apart by case, though RFC 5321 §2.4 lets them. */
export const listed = (address: string): string => address.toLowerCase()

/** @returns the entry, and whether it is new; one that is there already stays as it is. */
export function suppress(
  db: Db | Trx,
  entry: Pick<Suppression, 'accountId' | 'address' | 'reason' | 'emailId'>,
): Promise<Suppression & { isNew: boolean }> {
  const address = listed(entry.address)
  return Suppression.query(db)
    .insert({ ...entry, address })
    .onConflict(['accountId', 'address'])
    .merge({ address })
    .returning(['*', raw('(xmax = 0) AS is_new')])
    .castTo<Suppression & { isNew: boolean }>()
    .execute()
}

/** @returns whether there was such an entry. */
export async function unsuppress(db: Db | Trx, accountId: AccountId, address: string): Promise<boolean> {
  return (await Suppression.query(db).deleteById([accountId, listed(address)])) > 0
}

type Addressed = Pick<Email, 'accountId' | 'toAddress'>

/** The query of the entry that keeps mails from the address. */
export const suppressionOf = (db: Db | Trx, { accountId, toAddress }: Addressed) =>
  Suppression.query(db).findById([accountId, listed(toAddress)])

export const isSuppressed = async (db: Db | Trx, email: Addressed): Promise<boolean> =>
  (await suppressionOf(db, email)) !== undefined
