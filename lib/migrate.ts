// Brings the database to this version's schema, and the engine's own schema where it is PostgreSQL.
// Safe to run again and from several machines at once (both migrators take a lock).
import { readdir } from 'node:fs/promises'
import { runMigrations } from 'bullmq'
import knex, { type Knex } from 'knex'
import pg from 'pg'

const folder = new URL('../migrations/', import.meta.url)

/** Names carry no extension: knex stores them, and `.ts` in development must equal `.js` in production. */
const migrationSource: Knex.MigrationSource<string> = {
  getMigrations: async () =>
    (await readdir(folder))
      .filter((file) => /^\d+_[\w-]+\.(ts|js)$/.test(file))
      .map((file) => file.slice(0, -3))
      .sort(),
  getMigrationName: (name) => name,
  getMigration: (name) => import(new URL(name + import.meta.url.slice(-3), folder).href),
}

/** @returns the names of the migrations that were applied now. */
export async function migrate(databaseUrl: string): Promise<string[]> {
  // A connection of its own: knex's migrator reads its tables by their snake_case names.
  const db = knex({ client: 'pg', connection: databaseUrl, pool: { min: 0, max: 2 } })
  try {
    const [, applied] = await db.migrate.latest({ migrationSource })
    return applied
  } finally {
    await db.destroy()
  }
}

/** Creates or updates BullMQ's tables in the schema `bullmq`. */
export async function migrateEngine(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await runMigrations(client)
  } finally {
    await client.end()
  }
}
