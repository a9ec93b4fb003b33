// What fields of a name are mostly about, so that requests get past validation and reach real resources, and what is done
// with them differs: SKUs of the catalogue, cards of the payment simulator, ids that answers had.
import fc, { type Arbitrary } from 'fast-check'
import type { Schema } from '../operations.ts'
import type { Kind, Reference } from '../references.ts'

export const skus = ['MUG-BLUE', 'MUG-RED', 'TEA-GREEN', 'KETTLE', 'POSTER']

export const reference = ($reference: Reference['$reference'], strangers = true): Arbitrary<Reference> =>
  fc.record({
    $reference: fc.constant($reference),
    whose: strangers
      ? fc.oneof(
          { weight: 8, arbitrary: fc.constant('own' as const) },
          { weight: 1, arbitrary: fc.constant('other' as const) },
          { weight: 1, arbitrary: fc.constant('nobody' as const) },
        )
      : fc.constant('own' as const),
    nth: fc.nat(40),
  })

const address = fc.nat(500).map((n) => `reader-${n}@example.com`)
const line = fc.constantFrom(
  'Broken in the store.',
  'Zählung',
  '数え直し',
  'a'.repeat(200),
  "Robert'); DROP TABLE jobs;--",
)

const ids: Record<string, Kind> = { orderId: 'order', paymentId: 'payment', parent: 'job', batch: 'batch' }

const hints: Record<string, Arbitrary<unknown>> = {
  sku: fc.constantFrom(...skus),
  quantity: fc.integer({ min: 1, max: 3 }),
  delta: fc.integer({ min: -3, max: 30 }),
  amount: fc.integer({ min: 1, max: 2_000 }),
  version: fc.integer({ min: 1, max: 500 }),
  method: fc.constantFrom(
    'pm_card_visa',
    'pm_card_visa',
    'pm_card_visa',
    'pm_card_chargeDeclined',
    'pm_card_refundFail',
  ),
  email: address,
  to: address,
  address,
  reason: line,
  note: line,
  currency: fc.constant('EUR'),
  template: fc.constantFrom('welcome', 'sign-in-code'),
  data: fc.constantFrom({ name: 'Ada' }, { code: '123456', minutes: 10 }),
  cron: fc.constantFrom('30 6 * * mon-fri', '@yearly', '0 0 29 2 *', '5 4 3 2 1-5', '0 12 L 1 *'),
  timezone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu'),
  name: fc.constantFrom('Ada Lovelace', 'Grace Hopper', '李雷'),
  uniqueKey: fc.nat(30).map((n) => `unique-${n}`),
  cursor: reference('cursor'),
  ids: fc.array(fc.uuid({ version: 7 }), { minLength: 1, maxLength: 5 }).map((each) => each.join(',')),
  type: fc.constantFrom('orders.place', 'emails.send', 'emails.send,orders.place'),
  state: fc.constantFrom('succeeded', 'queued,running', 'processing', 'captured', 'sent', 'waiting', 'open'),
  q: fc.constantFrom('problems', '%', '_', '\\', 'a'),
}

/** @returns undefined where a name says nothing, or the schema is of another type */
export function hintFor(name: string, { type, format }: Schema): Arbitrary<unknown> | undefined {
  const kind = format === 'uuid' ? ids[name] : undefined
  if (kind) return reference(kind)
  const isNumber = ['quantity', 'delta', 'amount', 'version'].includes(name)
  const fits = name === 'data' ? type === 'object' : type === (isNumber ? 'integer' : 'string')
  return fits ? hints[name] : undefined
}
