// Brings the database to this version's schema, and the engine's own schema where it is PostgreSQL.
// Safe to run again, also after it was killed, and from several machines at once (both migrators take a lock).
import { readdir } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
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

/** A table in use gives a migration 5 s to get its lock; how often, and how long after, it asks again. */
const TRIES = 20
const AGAIN_MS = 1_000
const WAIT_MS = 200
/** lock_not_available and deadlock_detected. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const LOCK_CODES = new Set(['55P03', '40P01'])

/** @returns the names of the migrations that were applied now. */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const guard = new pg.Client({ connectionString: databaseUrl })
  // A connection of its own: knex's migrator reads its tables by their snake_case names.
  const db = knex({ client: 'pg', connection: databaseUrl, pool: { min: 0, max: 2 } })
  try {
    await guard.connect()
    await takeTurn(guard)
    // Whoever holds knex's own lock now was killed in the middle of a migration.
    await db.migrate.forceFreeMigrationsLock({ migrationSource })
    const applied: string[] = []
    for (let next = await applyNext(db); next; next = await applyNext(db)) applied.push(next)
    return applied
  } finally {
    await db.destroy()
    await guard.end()
  }
}

/** Waits until no other process migrates. By asking: an index that is built waits for every statement, and so for a waiting one. */
async function takeTurn(guard: pg.Client): Promise<void> {
  const ask = "SELECT pg_try_advisory_lock(hashtextextended('errand:migrate', 0)) AS mine"
  while (!(await guard.query<{ mine: boolean }>(ask)).rows[0]?.mine) await setTimeout(WAIT_MS)
}

/** @returns the name of the migration that was applied; undefined when there is none left. */
async function applyNext(db: Knex): Promise<string | undefined> {
  for (let tries = 1; ; tries++) {
    try {
      const [, [name]] = (await db.migrate.up({ migrationSource })) as [number, string[]]
      return name
    } catch (error) {
      const isLocked = error instanceof Error && 'code' in error && LOCK_CODES.has(String(error.code))
      if (!isLocked || tries === TRIES) throw error
      await setTimeout(AGAIN_MS)
    }
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
