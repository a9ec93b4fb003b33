// The Procfile's real processes, built, on a database of the test file's own, with simulator and inbox beside them.
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'mocha'
import { createApiKey, openAccount } from '../../lib/api-keys.ts'
import { type Db, openDatabase } from '../../lib/db.ts'
import { type Inbox, startInbox } from '../../lib/local/inbox.ts'
import { type Part, startPart } from '../../lib/local/part.ts'
import { procfileCommand } from '../../lib/local/procfile.ts'
import { seedCatalogue } from '../../lib/local/seed.ts'
import { type Simulator, startSimulator } from '../../lib/local/simulator/index.ts'
import { createClient, type TestClient } from './client.ts'
import { createTestDatabase } from './database.ts'
import { environment } from './environment.ts'

export const operator = { email: 'ops@example.com', password: 'correct horse battery' }

export interface Processes {
  db: Db
  databaseUrl: string
  simulator: Simulator
  inbox: Inbox
  apiUrl: string
  api: TestClient
  web: Part<{ port: number }>
  /** Starts one more API. @returns a client of it. */
  startWeb(): Promise<TestClient>
  /** Starts one more worker. */
  startWorker(env?: Record<string, string>): Promise<Part<unknown>>
}

interface Options {
  /** The checkout whose processes run; this one unless a test made its own. */
  folder?: string
  workers?: number
  /** A Redis that is not there yet, say. */
  redisUrl?: string | undefined
  /** Whether the simulator tells the API what happens to its payments. */
  webhooks?: boolean
  /** What is set for all of them besides, or instead of, the usual. */
  env?: Record<string, string>
}

/** Call in a `describe`: the processes run in its tests, and are gone after them. */
export function useProcesses(options: Options = {}): Processes {
  const processes = {} as Processes
  let close = async () => {}
  before(async function () {
    this.timeout(60_000)
    const opened = await openProcesses(options)
    close = opened.close
    Object.assign(processes, opened)
  })
  after(() => close())
  return processes
}

export async function openProcesses({
  folder = process.cwd(),
  workers = 1,
  redisUrl = environment.redisUrl,
  webhooks = false,
  env: more = {},
}: Options = {}) {
  const database = await createTestDatabase()
  const logs = await mkdtemp(join(tmpdir(), 'errand-e2e-'))
  const db = openDatabase(database.url, 5, 'errand-e2e')
  const [simulator, inbox] = await Promise.all([startSimulator(), startInbox()])
  const key = await db.transaction(async (trx) => {
    const { id } = await openAccount(trx, 'e2e')
    await seedCatalogue(trx, id)
    return createApiKey(trx, id, 'e2e')
  })
  const shared = {
    ...process.env,
    DATABASE_URL: database.url,
    DATABASE_POOL_SIZE: '10',
    REDIS_URL: redisUrl,
    QUEUE_PREFIX: `{e2e-${randomBytes(4).toString('hex')}}`,
    ...more,
  }
  const parts: Part<unknown>[] = []
  let started = 0
  const start = async <Details>(name: string, env: Record<string, string>) => {
    const command = await procfileCommand(name, folder)
    const log = join(logs, `${name}-${started++}.log`)
    const part = await startPart<Details>({ name, command, env: { ...shared, ...env }, log, cwd: folder })
    parts.push(part)
    return part
  }
  const startWorker = (env: Record<string, string> = {}) =>
    start('worker', {
      STRIPE_SECRET_KEY: 'sk_test_simulator',
      STRIPE_API_URL: simulator.url,
      SMTP_URL: inbox.smtpUrl,
      LEASE_MS: '2000',
      SWEEP_INTERVAL_MS: '100',
      DISPATCH_GRACE_MS: '1000',
      ...env,
    })
  const secret = `whsec_${randomBytes(16).toString('hex')}`
  const login = { OPERATOR_EMAIL: operator.email, OPERATOR_PASSWORD: operator.password }
  const openWeb = () =>
    start<{ port: number }>('web', { PORT: '0', HOST: '127.0.0.1', ...login, STRIPE_WEBHOOK_SECRET: secret })
  const urlOf = ({ details }: Part<{ port: number }>) => `http://127.0.0.1:${details.port}`
  const web = await openWeb()
  for (let n = 0; n < workers; n++) await startWorker()
  const apiUrl = urlOf(web)
  if (webhooks) simulator.setWebhook({ url: `${apiUrl}/webhooks/stripe`, secret })
  const close = async () => {
    await Promise.all(parts.map((part) => part.stop()))
    await Promise.all([simulator.stop(), inbox.stop(), db.destroy()])
    await database.drop()
    if (!process.env.TEST_KEEP_LOGS) await rm(logs, { recursive: true, force: true })
  }
  const api = createClient(apiUrl, key)
  const startWeb = async () => createClient(urlOf(await openWeb()), key)
  return { db, databaseUrl: database.url, simulator, inbox, apiUrl, api, web, startWeb, startWorker, close }
}
