// `npm run demo`: places a real order on the running local stack and follows its job live.
// `npm run demo -- declined` uses a card that is declined; `-- sold-out` orders what is not there.
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { ConfigError } from '../errors.ts'
import { exitOnError } from '../shutdown.ts'
import { isRunning, readSession, type Session } from './session.ts'

const POLL_MS = 150

interface JobView {
  id: string
  state: string
  progress: { done: number; total: number; message: string | null } | null
  error: { detail: string } | null
  steps: { type: string; state: string; undo: boolean }[]
  startedAt: string | null
  finishedAt: string | null
  createdAt: string
}

const scenarios: Record<string, { sku: string; method: string }> = {
  good: { sku: 'MUG-BLUE', method: 'pm_card_visa' },
  declined: { sku: 'MUG-BLUE', method: 'pm_card_chargeDeclined' },
  'sold-out': { sku: 'POSTER', method: 'pm_card_visa' },
}

const say = (text: string) => process.stdout.write(`${text}\n`)

await exitOnError(async () => {
  const session = await readSession()
  if (!session || !(await isRunning(session)))
    throw new ConfigError('Errand does not run here. Start it in another terminal: npm start')
  const name = process.argv[2] ?? 'good'
  const scenario = Object.hasOwn(scenarios, name) ? scenarios[name] : undefined
  if (!scenario) throw new ConfigError(`There is no demo "${name}"; there are ${Object.keys(scenarios).join(', ')}.`)

  const order = {
    customer: { email: 'ada@example.com', name: 'Ada Lovelace' },
    items: [{ sku: scenario.sku, quantity: 2 }],
    payment: { method: scenario.method },
  }
  say(`POST /v1/orders   2 x ${scenario.sku}, card ${scenario.method}`)
  const accepted = await call<{ job: JobView; order: { id: string } }>(session, 'POST', '/v1/orders', order)
  say(`202 Accepted      job ${accepted.job.id}\n`)
  const job = await follow(session, accepted.job.id)
  report(session, job, accepted.order.id)
})

async function follow(session: Session, id: string): Promise<JobView> {
  const shown = new Set<string>()
  for (;;) {
    const job = await call<JobView>(session, 'GET', `/v1/jobs/${id}`)
    for (const { type, state, undo } of job.steps) {
      const line = `  ${undo ? 'undo ' : ''}${type}`.padEnd(26) + state
      if (!shown.has(line)) say(`${bar(job)} ${line}`)
      shown.add(line)
    }
    if (job.finishedAt) return job
    await delay(POLL_MS)
  }
}

function bar({ progress }: JobView): string {
  const { done, total } = progress ?? { done: 0, total: 1 }
  return `[${'#'.repeat(done * 5)}${'.'.repeat((total - done) * 5)}]`
}

function report(session: Session, job: JobView, orderId: string): void {
  const tookMs = job.finishedAt ? Date.parse(job.finishedAt) - Date.parse(job.createdAt) : 0
  say(`\nThe job ${job.state} after ${tookMs} ms.${job.error ? ` ${job.error.detail}` : ''}\n`)
  say('Look at')
  say(
    `  the order      curl -H "Authorization: Bearer $(node -p 'require("./.local/session.json").apiKey')" ${session.apiUrl}/v1/orders/${orderId}`,
  )
  if (session.mailUrl) say(`  the mail       ${session.mailUrl}`)
  if (session.paymentsUrl) say(`  the charge     ${session.paymentsUrl}/v1/payment_intents`)
  say(`  the dashboard  ${session.opsUrl}   (${session.operator.email} / ${session.operator.password})`)
}

async function call<T>({ apiUrl, apiKey }: Session, method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(apiUrl + path, {
    method,
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const answer = (await response.json()) as T & { detail?: string }
  if (!response.ok) throw new ConfigError(`${method} ${path} answered ${response.status}: ${answer.detail}`)
  return answer
}
