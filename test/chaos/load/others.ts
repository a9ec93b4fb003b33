// Mails and corrections of the stock.
import type { Random } from '../random.ts'
import { plenty } from './shop.ts'
import { type Client, call, submit } from './submit.ts'

interface MailPlan {
  to: string
  body: { template: string; data: object } | { subject: string; text: string }
}

export function planMail(random: Random): MailPlan {
  const number = random.between(1, 1e9)
  const body = random.weighted<MailPlan['body']>([
    [3, { template: 'welcome', data: { name: `Reader ${number}` } }],
    // Never sent twice, whatever happens.
    [2, { template: 'sign-in-code', data: { code: String(number), minutes: 10 } }],
    [3, { subject: `Letter ${number}`, text: `This is letter ${number}.` }],
  ])
  return { to: `reader-${number}@example.com`, body }
}

export async function sendMail(client: Client, { to, body }: MailPlan): Promise<void> {
  await submit(client, { kind: 'mail', path: '/v1/emails', body: { to, ...body } })
}

/** Many mails in one request. */
export async function sendBatch(client: Client, mails: MailPlan[]): Promise<void> {
  const items = mails.map(({ to, body }) => ({ type: 'emails.send', input: { to, ...body } }))
  await submit(client, { kind: 'batch', path: '/v1/jobs/batch', body: { items } })
}

interface AdjustmentPlan {
  sku: string
  change: { delta: number } | { add: number }
}

/** Corrections by a difference, and absolute ones that name the version they have seen. */
export function planAdjustment(random: Random): AdjustmentPlan {
  const { sku } = random.pick(plenty)
  const size = random.between(1, 50)
  return { sku, change: random.chance(0.6) ? { delta: random.chance(0.5) ? size : -size } : { add: size } }
}

export async function adjustStock(client: Client, { sku, change }: AdjustmentPlan): Promise<void> {
  const path = '/v1/inventory/adjustments'
  const reason = 'chaos'
  if ('delta' in change) {
    await submit(client, { kind: 'adjustment', path, body: { sku, delta: change.delta, reason } })
    return
  }
  const seen = await call(client, 'GET', `/v1/inventory/${sku}`)
  if (seen?.status !== 200) return
  const { onHand, version } = seen.body
  await submit(client, { kind: 'adjustment', path, body: { sku, set: onHand + change.add, version, reason } })
}
