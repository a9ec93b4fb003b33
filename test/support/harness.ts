// The product in one process, on a database of its own, with a real simulator and a real inbox: the API on a free port,
// consumers when a test asks for them, and `perform` for a single job without an engine.
import { randomBytes, randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before } from 'mocha'
import { createApp } from '../../api/app.ts'
import { type Following, openFollowing } from '../../api/follow/index.ts'
import { createApiKey, openAccount } from '../../lib/api-keys.ts'
import { type Db, openDatabase } from '../../lib/db.ts'
import { createDispatch, type Dispatch, engineId } from '../../lib/dispatch.ts'
import { type Engine, openEngine } from '../../lib/engine/index.ts'
import type { AccountId } from '../../lib/ids.ts'
import { insertJob, inTransaction } from '../../lib/jobs/enqueue.ts'
import { createTypeLimits } from '../../lib/limits/job-limits.ts'
import { createPlaces } from '../../lib/limits/places.ts'
import { type Inbox, startInbox } from '../../lib/local/inbox.ts'
import { seedCatalogue } from '../../lib/local/seed.ts'
import { type Simulator, startSimulator } from '../../lib/local/simulator/index.ts'
import { createLogger } from '../../lib/logger.ts'
import { createMailer } from '../../lib/mail/mailer.ts'
import { Job } from '../../lib/models/job.ts'
import { createGateway } from '../../lib/payments/gateway.ts'
import { createClaims } from '../../workers/claims.ts'
import { startConsumers } from '../../workers/consumers.ts'
import { execute } from '../../workers/execute.ts'
import { registry } from '../../workers/registry.ts'
import type { Runtime } from '../../workers/runtime.ts'
import { createClient, type TestClient } from './client.ts'
import { createTestDatabase } from './database.ts'
import { environment } from './environment.ts'

const LEASE_MS = 3_000
const WINDOW = 1_000
export const webhookSecret = 'whsec_of_the_tests'
export const operator = { email: 'ops@example.com', password: 'correct horse battery' }
export const quiet = createLogger('test', process.env.TEST_LOG_LEVEL ?? 'silent')

export interface Harness {
  db: Db
  databaseUrl: string
  engine: Engine
  dispatch: Dispatch
  following: Following
  runtime: Runtime
  simulator: Simulator
  inbox: Inbox
  accountId: AccountId
  /** Calls the API with the account's key. */
  api: TestClient
  apiUrl: string
  /** A client of another account with a catalogue of its own. */
  otherAccount(): Promise<TestClient>
  /** Consumes all queues in this process until the file's tests are over. */
  startWorkers(): Promise<() => Promise<void>>
  /** Inserts a job and runs one attempt of it, without the engine. */
  perform(
    type: string,
    input: Record<string, unknown>,
    more?: { maxAttempts?: number },
  ): Promise<{ outcome: string; job: Job }>
  /** Runs another attempt of a job that is due or scheduled. */
  performAgain(job: Job): Promise<{ outcome: string; job: Job }>
}

/** Call in a `describe`: the harness is there in its tests, and gone after them. */
export function useHarness(): Harness {
  const harness = {} as Harness
  let close = async () => {}
  before(async () => {
    const [opened, closeIt] = await openHarness()
    close = closeIt
    Object.assign(harness, opened)
  })
  after(() => close())
  return harness
}

async function openHarness(): Promise<[Harness, () => Promise<void>]> {
  const database = await createTestDatabase()
  const db = openDatabase(database.url, 20, 'errand-test')
  const [simulator, inbox] = await Promise.all([startSimulator(), startInbox()])
  const config = {
    DATABASE_URL: database.url,
    DATABASE_POOL_SIZE: 15,
    REDIS_URL: environment.redisUrl,
    QUEUE_PREFIX: `{test-${randomBytes(4).toString('hex')}}`,
    DISPATCH_WINDOW: WINDOW,
    LOG_LEVEL: 'silent' as const,
    SHUTDOWN_TIMEOUT_MS: 10_000,
  }
  const engine = await openEngine(config, quiet)
  const dispatch = createDispatch(db, engine, quiet, WINDOW)
  const mail = createMailer({ SMTP_URL: inbox.smtpUrl, MAIL_FROM: 'Errand <orders@errand.example>' })
  const payments = createGateway({ STRIPE_SECRET_KEY: 'sk_test_simulator', STRIPE_API_URL: simulator.url })
  const claims = createClaims(db, LEASE_MS)
  const watch: Runtime['watch'] = (_, attempt) => attempt()
  const runtime: Runtime = {
    db,
    dispatch,
    catalogue: registry,
    payments,
    mail,
    log: quiet,
    claims,
    leaseMs: LEASE_MS,
    places: createPlaces(createTypeLimits(registry)),
    watch,
  }
  const stripeWebhookSecrets = [webhookSecret]
  const following = openFollowing(db, quiet, { inAll: 5_000, perAccount: 5_000 })
  const app = createApp({
    following,
    db,
    engine,
    dispatch,
    catalogue: registry,
    log: quiet,
    operator,
    stripeWebhookSecrets,
  })
  const server = createServer(app.callback())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const open = async (name: string) =>
    db.transaction(async (trx) => {
      const { id } = await openAccount(trx, name)
      await seedCatalogue(trx, id)
      return { id, key: await createApiKey(trx, id, 'test') }
    })
  const account = await open('test')
  const stops: (() => Promise<void>)[] = []

  const runAttempt = async (job: Job) => {
    const due = await Job.query(db).patchAndFetchById(job.id, {
      state: 'queued',
      dispatchNumber: job.dispatchNumber + 1,
    })
    const outcome = await execute(runtime, engineId(due))
    return { outcome, job: await Job.query(db).findById(job.id).throwIfNotFound() }
  }
  const harness: Harness = {
    db,
    databaseUrl: database.url,
    engine,
    dispatch,
    following,
    runtime,
    simulator,
    inbox,
    accountId: account.id,
    api: createClient(apiUrl, account.key),
    apiUrl,
    otherAccount: async () => createClient(apiUrl, (await open(`other-${randomUUID()}`)).key),
    startWorkers: async () => {
      const timing = {
        CONCURRENCY: 10,
        LEASE_MS,
        SWEEP_INTERVAL_MS: 50,
        DISPATCH_GRACE_MS: 500,
        SHUTDOWN_TIMEOUT_MS: 10_000,
      }
      const consumers = startConsumers(runtime, db, engine, timing)
      await consumers.ready
      stops.push(consumers.stop)
      return consumers.stop
    },
    perform: async (type, input, { maxAttempts = 3 } = {}) => {
      const insert = () =>
        inTransaction(db, noDispatch, (trx) => insertJob(trx, { type, input, accountId: account.id, maxAttempts }))
      return runAttempt(await insert())
    },
    performAgain: runAttempt,
  }
  const close = async () => {
    for (const stop of stops) await stop()
    await closeServer(server)
    await following.close()
    await dispatch.idle()
    await engine.close()
    await mail.close()
    await Promise.all([simulator.stop(), inbox.stop()])
    await db.destroy()
    await database.drop()
  }
  return [harness, close]
}

/** Hands nothing to the engine. */
export const noDispatch: Dispatch = Object.assign(() => {}, {
  handOver: async () => true,
  window: { size: WINDOW, take: () => 0 },
  changes: { announce: () => {}, idle: async () => {} },
  idle: async () => {},
})

const closeServer = (server: Server) =>
  new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
