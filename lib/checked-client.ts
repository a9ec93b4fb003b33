// A connection to PostgreSQL whose COMMIT fails where it was a ROLLBACK. PostgreSQL answers it well where a statement before it
// was refused, whether or not anybody minded, and knex believes it: what nobody has stored would be taken for accepted.
// https://www.postgresql.org/docs/current/sql-commit.html
import pg from 'pg'

/** As knex writes it. */
const COMMIT = 'COMMIT;'

type Answered = (error: Error | null, result?: pg.QueryResult) => void

export class CheckedClient extends pg.Client {
  /** Takes what knex hands over, and what anybody else does; returns what the original does. */
  override query(...args: unknown[]): never {
    const [statement, answered] = args as [{ text?: unknown } | undefined, Answered | undefined]
    if (statement?.text !== COMMIT || typeof answered !== 'function')
      return Reflect.apply(super.query, this, args) as never
    const checked: Answered = (error, result) => {
      const undone = !error && result?.command !== 'COMMIT'
      answered(undone ? new Error('the transaction was rolled back: one of its statements was refused') : error, result)
    }
    return Reflect.apply(super.query, this, [statement, checked]) as never
  }
}
