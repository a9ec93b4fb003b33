// How many may wait in this process, in all and of one account: each of them costs a connection and some memory.
import { TryLater } from '../../lib/errors.ts'
import type { AccountId } from '../../lib/ids.ts'

export interface Limits {
  inAll: number
  perAccount: number
}

const COME_AGAIN_S = 5

export interface Room {
  readonly taken: number
  isFree(accountId: AccountId): boolean
  /** @returns gives the place back. @throws TryLater too-many-followers for the account's share, overloaded for all */
  take(accountId: AccountId): () => void
}

export function createRoom({ inAll, perAccount }: Limits): Room {
  const accounts = new Map<AccountId, number>()
  let taken = 0
  const count = (accountId: AccountId, change: 1 | -1) => {
    const waiting = (accounts.get(accountId) ?? 0) + change
    if (waiting > 0) accounts.set(accountId, waiting)
    else accounts.delete(accountId)
    taken += change
  }
  const isShareTaken = (accountId: AccountId) => (accounts.get(accountId) ?? 0) >= perAccount
  return {
    get taken() {
      return taken
    },
    isFree: (accountId) => taken < inAll && !isShareTaken(accountId),
    take(accountId) {
      if (isShareTaken(accountId)) {
        const detail = `At most ${perAccount} of your requests may wait here at once.`
        throw new TryLater('too-many-followers', detail, COME_AGAIN_S)
      }
      if (taken >= inAll) throw new TryLater('overloaded', 'Too many requests wait here already.', COME_AGAIN_S)
      count(accountId, 1)
      return () => count(accountId, -1)
    },
  }
}
