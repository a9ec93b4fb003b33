// What every attempt in a worker process shares.
import type { Db } from '../lib/db.ts'
import type { Dispatch } from '../lib/dispatch.ts'
import type { Catalogue } from '../lib/jobs/definition.ts'
import type { Places } from '../lib/limits/places.ts'
import type { Logger } from '../lib/logger.ts'
import type { Mailer } from '../lib/mail/mailer.ts'
import type { PaymentGateway } from '../lib/payments/gateway.ts'
import type { Claims } from './claims.ts'

export interface Runtime {
  db: Db
  dispatch: Dispatch
  catalogue: Catalogue
  payments: PaymentGateway
  mail: Mailer
  log: Logger
  claims: Claims
  leaseMs: number
  /** What the limits of types and accounts let start. */
  places: Places
  /** Runs one attempt of a type; the tests that kill a worker at every step come in here. */
  watch: <R>(type: string, attempt: () => Promise<R>) => Promise<R>
}
