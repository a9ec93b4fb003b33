// (b)'s row of a job, as one would write it with Objection on knex: what clients see of a job is in PostgreSQL.
import { randomUUID } from 'node:crypto'
import knex, { type Knex } from 'knex'
import { knexSnakeCaseMappers, Model } from 'objection'
import { settings } from './settings.ts'

export class JobRow extends Model {
  static override tableName = 'benchJobs'
  declare id: string
  declare type: string
  declare input: object
  declare state: 'queued' | 'succeeded'
  declare result: object | null
  declare createdAt: Date
  declare finishedAt: Date | null
}

export const newRow = (type: string, input: object) => ({ id: randomUUID(), type, input, state: 'queued' as const })

export function openDatabase(): Knex {
  const { databaseUrl: connection, poolSize: max } = settings
  return knex({ client: 'pg', connection, pool: { min: 0, max }, ...knexSnakeCaseMappers() })
}

/** Makes the table, if it is not there; web and worker may both be at it. */
export async function createTable(db: Knex): Promise<void> {
  await db.raw(`
    BEGIN;
    SELECT pg_advisory_xact_lock(20261121);
    CREATE TABLE IF NOT EXISTS bench_jobs (
      id uuid PRIMARY KEY,
      type text NOT NULL,
      input jsonb NOT NULL,
      state text NOT NULL,
      result jsonb,
      created_at timestamptz NOT NULL DEFAULT now(),
      finished_at timestamptz
    );
    COMMIT`)
}
