// A connection to PostgreSQL that opens transactions for nothing: BEGIN and its like leave with the statement that follows
// them, in one packet, and nobody waits for their answers. It spares each transaction a round trip. Where one of them is
// refused, whatever follows in the transaction fails with that error; and a COMMIT that was a ROLLBACK fails, always.
// https://node-postgres.com/features/pipelining
import pg from 'pg'

/** As knex, and we, write them. */
const BEGIN = /^BEGIN;?$/
const OPENING = /^(BEGIN|SAVEPOINT \w+|SET LOCAL [^;]+);?$/
const COMMIT = /^COMMIT;?$/
const ROLLBACK = /^ROLLBACK\b/

type Answered = (error: Error | null, result?: pg.QueryResult) => void

export class PromptClient extends pg.Client {
  #held: boolean = false
  #refusal: Error | undefined

  constructor(config: pg.ClientConfig) {
    super({ ...config, pipeline: true })
  }

  /** Takes what knex hands over, and what anybody else does. */
  override query(...args: unknown[]): never {
    const [statement, answered] = args as [{ text?: unknown } | undefined, Answered | undefined]
    if (typeof answered !== 'function') return this.#send(args)
    const text = typeof statement?.text === 'string' ? statement.text : ''
    if (OPENING.test(text)) return this.#hold(text, answered) as never
    return this.#send([statement, this.#judge(text, answered)])
  }

  #send(args: unknown[]): never {
    const sent: unknown = Reflect.apply(super.query, this, args)
    if (this.#held) this.connection.stream.uncork()
    this.#held = false
    return sent as never
  }

  #hold(text: string, answered: Answered): void {
    if (!this.#held) this.connection.stream.cork()
    this.#held = true
    const heard: Answered = (error) => {
      if (!error) return
      this.#refusal ??= error
      // Without it each statement would be a transaction of its own. Any other leaves a transaction that cannot be committed.
      if (BEGIN.test(text)) this.connection.stream.destroy(error)
    }
    Reflect.apply(super.query, this, [{ text }, heard])
    answered(null)
  }

  #judge(text: string, answered: Answered): Answered {
    return (error, result) => {
      const refusal = this.#refusal
      if (ROLLBACK.test(text) || COMMIT.test(text)) this.#refusal = undefined
      if (error || ROLLBACK.test(text)) return answered((error && refusal) ?? error, result)
      // PostgreSQL answers so where a statement failed before, whether or not anybody minded.
      const undone = COMMIT.test(text) && result?.command !== 'COMMIT'
      answered(refusal ?? (undone ? new Error('the transaction was rolled back') : null), result)
    }
  }
}
