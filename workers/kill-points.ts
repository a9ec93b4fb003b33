// For the tests that kill a worker at every step. A crossing is an await of an attempt that leaves the process: a statement,
// a call to the payment provider, a mail, a handing-over to the engine. All of them are watched where they leave, so that none
// can be forgotten, and named `<type> <what>#<n>`: the n-th such crossing of an attempt. Only where the environment asks:
//   ERRAND_TRACE=<file>      appends the name of each crossing
//   ERRAND_KILL_AT=<name>    kills the process at that crossing
// A statement and a call are crossings when they are about to leave, a call also when it was answered, and so is the end.
import { AsyncLocalStorage } from 'node:async_hooks'
import { appendFileSync } from 'node:fs'
import type { Db } from '../lib/db.ts'
import type { Engine } from '../lib/engine/index.ts'
import type { Mailer } from '../lib/mail/mailer.ts'
import type { PaymentGateway } from '../lib/payments/gateway.ts'
import type { Runtime } from './runtime.ts'

interface Boundary {
  db: Db
  engine: Engine
  mail: Mailer
  payments: PaymentGateway
}

interface Watched extends Boundary {
  watch: Runtime['watch']
}

interface Passing {
  type: string
  /** How often the attempt has crossed, by what it did. */
  times: Map<string, number>
}

export function withKillPoints(boundary: Boundary, env: Record<string, string | undefined>): Watched {
  const { ERRAND_TRACE: trace, ERRAND_KILL_AT: killAt } = env
  if (!trace && !killAt) return { ...boundary, watch: (_, attempt) => attempt() }
  const attempts = new AsyncLocalStorage<Passing>()
  const cross = (what: string) => {
    const attempt = attempts.getStore()
    if (!attempt) return
    const times = (attempt.times.get(what) ?? 0) + 1
    attempt.times.set(what, times)
    const name = `${attempt.type} ${what}#${times}`
    if (trace) appendFileSync(trace, `${name}\n`)
    if (name === killAt) process.kill(process.pid, 'SIGKILL')
  }
  const { db, engine, mail, payments } = boundary
  db.on('query', ({ sql }: { sql: string }) => cross(nameOf(sql)))
  const queue: Engine['queue'] = (name) => watchCalls('engine', engine.queue(name), cross)
  return {
    db,
    engine: { ...engine, queue },
    mail: watchCalls('mail', mail, cross),
    payments: watchCalls('payments', payments, cross),
    watch: (type, attempt) => attempts.run({ type, times: new Map() }, () => attempt().finally(() => cross('end'))),
  }
}

/** The same object, each of whose calls is a crossing. */
function watchCalls<T extends object>(name: string, target: T, cross: (what: string) => void): T {
  return new Proxy(target, {
    get(object, property) {
      const value: unknown = Reflect.get(object, property)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        // A callback belongs to the attempt that passed it, whoever calls it.
        const bound = args.map((arg) =>
          typeof arg === 'function' ? AsyncLocalStorage.bind(arg as () => unknown) : arg,
        )
        const call = `${name}.${String(property)}`
        cross(call)
        const result: unknown = Reflect.apply(value, object, bound)
        return result instanceof Promise ? result.finally(() => cross(`${call} answered`)) : result
      }
    },
  })
}

/** e.g. `UPDATE jobs`, `COMMIT`: the verb and the table. */
function nameOf(sql: string): string {
  const [verb = ''] = /\w+/.exec(sql) ?? []
  const [, table] = /\b(?:from|into|update)\s+"?(\w+)/i.exec(sql) ?? []
  return `${verb.toUpperCase()}${table ? ` ${table}` : ''}`.replace(/\n/g, ' ')
}
