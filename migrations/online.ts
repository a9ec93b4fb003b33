// What a migration outside a transaction is made of: steps that hold up nobody, and that can be done again when they were cut
// off in the middle.
import type { Knex } from 'knex'

const BATCH = 1_000
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000'

/**
 * Builds an index while the table is written to, unless it is there. One that was cut off is left invalid and is built anew.
 * @param statement with `NAME` in the place of its name
 */
export async function buildIndex(db: Knex, name: string, statement: string): Promise<void> {
  const { rows } = await db.raw('SELECT FROM pg_index WHERE indexrelid = to_regclass(?) AND NOT indisvalid', [name])
  if (rows.length) await dropIndex(db, name)
  await db.raw(statement.replace('INDEX NAME', `INDEX CONCURRENTLY IF NOT EXISTS ${name}`))
}

export async function dropIndex(db: Knex, name: string): Promise<void> {
  await db.raw(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`)
}

/** Runs a statement, each time in a transaction of its own, on `:size` rows after `:after`; it returns the last one's id. */
export async function inBatches(db: Knex, statement: string): Promise<void> {
  for (let after: string | undefined = BEFORE_ALL; after; ) {
    const { rows }: { rows: { id: string }[] } = await db.raw(statement, { after, size: BATCH })
    after = rows[0]?.id
  }
}

/** Makes a constraint hold for the rows that were there before it, too. Reads the table; writes go on. */
export async function validate(db: Knex, table: string, constraints: string[]): Promise<void> {
  for (const constraint of constraints) await db.raw(`ALTER TABLE ${table} VALIDATE CONSTRAINT ${constraint}`)
}
