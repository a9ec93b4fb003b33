// A connection to PostgreSQL that opens transactions for nothing: BEGIN and its like leave with the statement that follows
// them, in one packet, and nobody waits for their answers. It spares each transaction a round trip.
// https://node-postgres.com/features/pipelining
import pg from 'pg'

/** As knex, and we, write them. */
const OPENING = /^(BEGIN|(RELEASE )?SAVEPOINT \w+|SET LOCAL [^;]+);?$/

type Answered = (error: Error | null, result?: pg.QueryResult) => void

export class PromptClient extends pg.Client {
  #held: boolean = false

  constructor(config: pg.ClientConfig) {
    super({ ...config, pipeline: true })
  }

  /** Takes what knex hands over, and what anybody else does. */
  override query(...args: unknown[]): never {
    const [statement, answered] = args as [{ text?: unknown } | undefined, Answered]
    const text = typeof answered === 'function' && typeof statement?.text === 'string' ? statement.text : ''
    if (OPENING.test(text)) return this.#hold(text, answered) as never
    const sent: unknown = Reflect.apply(super.query, this, args)
    if (this.#held) this.connection.stream.uncork()
    this.#held = false
    return sent as never
  }

  #hold(text: string, answered: Answered): void {
    if (!this.#held) this.connection.stream.cork()
    this.#held = true
    const refused: Answered = (error) => {
      // What follows must not be written without it: whoever waits for an answer gets this error, and nothing is committed.
      if (error) this.connection.stream.destroy(error)
    }
    Reflect.apply(super.query, this, [{ text }, refused])
    answered(null)
  }
}
