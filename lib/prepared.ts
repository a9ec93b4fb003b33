// The few statements that are run all the time: PostgreSQL parses and plans each once a connection, which for a table with many
// indexes takes longer than to run it. What they return is listed by name: `*` would fail once a migration has added a column.
// Behind a pooler that shares connections it must know prepared statements (PgBouncer: max_prepared_statements).
import type { Db } from './db.ts'

/** @param name unique among all such statements. @param values for the placeholders, as `raw` takes them */
export const runPrepared = <Row>(db: Db, name: string, sql: string, values: unknown) =>
  db.raw<{ rows: Row[]; rowCount: number }>(sql, values as never).options({ name })
