// What the API's parts are built from. The catalogue comes from the entry point: api imports no worker.
import type { Db } from '../lib/db.ts'
import type { Dispatch } from '../lib/dispatch.ts'
import type { Engine } from '../lib/engine/index.ts'
import type { AcceptPlain } from '../lib/jobs/accept-plain.ts'
import type { AcceptTogether } from '../lib/jobs/accept-together.ts'
import type { Catalogue } from '../lib/jobs/definition.ts'
import type { ApiLimits } from '../lib/limits/api-limits.ts'
import type { Logger } from '../lib/logger.ts'
import type { Following } from './follow/index.ts'

/** What the entry point hands over. */
export interface AppDeps {
  db: Db
  engine: Engine
  dispatch: Dispatch
  /** Who waits for which job. */
  following: Following
  catalogue: Catalogue
  log: Logger
  /** Who may open the dashboard; nobody where it is not set. */
  operator: { email: string; password: string } | undefined
  /** Any of them may have signed the payment provider's events; none are taken where there is none. */
  stripeWebhookSecrets?: readonly string[] | undefined
  /** Whose pages may use it from a browser; nobody's where absent. */
  corsOrigins?: readonly string[] | undefined
  /** What callers may ask of it; everything where absent. */
  limits?: ApiLimits | undefined
}

/** What routes get. */
export interface ApiDeps extends AppDeps {
  acceptTogether: AcceptTogether
  /** The same for types that write no rows of their own. */
  acceptPlain: AcceptPlain
}
