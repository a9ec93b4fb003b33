// What is sold in a run: plenty of most things, and a few that sell out.
import type { Trx } from '../../../lib/db.ts'
import type { AccountId } from '../../../lib/ids.ts'
import { seedCatalogue } from '../../../lib/local/seed.ts'

const entry = (sku: string, price: number, stock: number) => ({ sku, name: `Chaos ${sku}`, price, stock })

export const plenty = [
  entry('MUG', 1290, 100_000),
  entry('TEA', 850, 100_000),
  entry('KETTLE', 4900, 100_000),
  entry('SPOON', 310, 100_000),
]
export const scarce = [entry('PRINT', 2500, 40), entry('VASE', 7900, 15)]

/** Per SKU, what an account starts with. */
export const openingStock = new Map([...plenty, ...scarce].map(({ sku, stock }) => [sku, stock]))

export const seedShop = (trx: Trx, accountId: AccountId) => seedCatalogue(trx, accountId, [...plenty, ...scarce])
