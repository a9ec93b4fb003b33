// What is taken for an event of the payment provider: only bytes that it signed, at this moment.
import { expect } from 'chai'
import fc from 'fast-check'
import Stripe from 'stripe'
import { AppError } from '../../../../lib/errors.ts'
import { readEvent } from '../../../../lib/payments/webhook.ts'

const SECRET = 'whsec_one_of_the_tests'
const OTHER = 'whsec_another_of_the_tests'
const NOW = 1_800_000_000
const PAYMENT = '01890000-0000-7000-8000-000000000001'

const event = (more: object = {}) => ({
  id: 'evt_1',
  object: 'event',
  type: 'payment_intent.succeeded',
  created: NOW - 5,
  data: { object: { object: 'payment_intent', id: 'pi_1', metadata: { payment_id: PAYMENT } } },
  ...more,
})
const sign = (payload: string, secret = SECRET, timestamp = NOW) =>
  Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp })
const read = (payload: string, header = sign(payload), secrets = [SECRET]) =>
  readEvent(Buffer.from(payload), header, secrets, NOW * 1000)
const about = (more: object) => read(JSON.stringify(event(more))).about

function codeOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
  return 'taken'
}

describe('an event of the payment provider', () => {
  it('is read when it is signed', () => {
    expect(read(JSON.stringify(event()))).to.deep.equal({
      id: 'evt_1',
      type: 'payment_intent.succeeded',
      occurredAt: new Date((NOW - 5) * 1000),
      about: { objectId: 'pi_1', intentId: 'pi_1', paymentId: PAYMENT },
    })
  })

  it('may be signed with any of several secrets, so that one can be replaced', () => {
    const payload = JSON.stringify(event())
    for (const secret of [SECRET, OTHER])
      expect(read(payload, sign(payload, secret), [OTHER, SECRET]).id).to.equal('evt_1')
  })

  it('may carry several signatures, one of which fits', () => {
    const payload = JSON.stringify(event())
    const [, fits] = sign(payload).split(',')
    const [moment, strange] = sign(payload, OTHER).split(',')
    expect(read(payload, `${moment},${strange},${fits}`).id).to.equal('evt_1')
    expect(read(payload, `${moment},v0=abc,${fits}`).id).to.equal('evt_1')
  })

  const payload = JSON.stringify(event())
  const good = sign(payload)
  const [, v1 = ''] = good.split(',')
  const refused: [string, () => unknown][] = [
    ['another body', () => read(`${payload} `, good)],
    ['a replaced character', () => read(payload.replace('pi_1', 'pi_2'), good)],
    ['a wrong secret', () => read(payload, sign(payload, OTHER))],
    ['no secret at all', () => read(payload, good, [])],
    ['no header', () => read(payload, '')],
    ['a header without a signature', () => read(payload, `t=${NOW}`)],
    ['a header without a moment', () => read(payload, v1)],
    ['a header with two moments', () => read(payload, `t=${NOW - 1000},${good}`)],
    ['a moment that is no number', () => read(payload, `t=soon,${v1}`)],
    ['a signature of another scheme', () => read(payload, good.replace('v1=', 'v0='))],
    ['a signature without a value', () => read(payload, `t=${NOW},v1`)],
    ['a signature cut short', () => read(payload, good.slice(0, -2))],
    ['an event signed 301 s ago', () => read(payload, sign(payload, SECRET, NOW - 301))],
    ['an event signed 301 s in the future', () => read(payload, sign(payload, SECRET, NOW + 301))],
    ['an event signed in a far future', () => read(payload, sign(payload, SECRET, 99_999_999_999))],
    ['a byte order mark before the signed text', () => read(`\uFEFF${payload}`, good)],
    ['an empty body', () => read('', sign('{}'))],
    [
      'bytes that are not UTF-8',
      () => readEvent(Buffer.from([0x7b, 0xff, 0x7d]), sign('{\uFFFD}'), [SECRET], NOW * 1000),
    ],
  ]
  for (const [name, run] of refused) {
    it(`is refused with ${name}`, () => expect(codeOf(run)).to.equal('signature-invalid'))
  }

  it('is taken up to 300 s before and after its moment', () => {
    for (const moment of [NOW - 300, NOW + 300])
      expect(read(payload, sign(payload, SECRET, moment)).id).to.equal('evt_1')
  })

  it('is refused, never taken and never crashed by, whatever the header says', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `t=${NOW},v1=${text}`),
        ),
        (header) => {
          expect(codeOf(() => read(payload, header))).to.equal('signature-invalid')
        },
      ),
    )
  })

  it('is refused, never taken, with any other body', () => {
    fc.assert(
      fc.property(fc.string(), (body) => {
        expect(codeOf(() => read(body, good))).to.equal('signature-invalid')
      }),
    )
  })

  for (const [name, body] of [
    ['text', 'hello'],
    ['half of it', payload.slice(0, 40)],
    ['a list', '[]'],
    ['null', 'null'],
    ['no id', JSON.stringify({ ...event(), id: undefined })],
    ['an id that PostgreSQL cannot store', JSON.stringify(event({ id: 'evt_\u0000' }))],
    ['an id that is too long', JSON.stringify(event({ id: 'e'.repeat(256) }))],
    ['a moment past every calendar', JSON.stringify(event({ created: 1e15 }))],
  ] as const) {
    it(`is malformed when what is signed is ${name}`, () => expect(codeOf(() => read(body))).to.equal('malformed-body'))
  }

  it('is about the intent of a charge, and about a refund with its intent', () => {
    const refund = { object: 'refund', id: 're_1', payment_intent: 'pi_1' }
    for (const type of ['refund.created', 'refund.updated', 'refund.failed', 'charge.refund.updated'])
      expect(about({ type, data: { object: refund } })).to.include({ objectId: 're_1', intentId: 'pi_1' })
    const expanded = { ...refund, payment_intent: { id: 'pi_1', object: 'payment_intent' } }
    expect(about({ type: 'refund.failed', data: { object: expanded } })).to.include({ intentId: 'pi_1' })
    const charge = { object: 'charge', id: 'ch_1', payment_intent: 'pi_1', metadata: {} }
    expect(about({ type: 'charge.refunded', data: { object: charge } })).to.include({ objectId: 'pi_1' })
  })

  it('is about nothing where its type or its object says nothing to us', () => {
    expect(about({ type: 'customer.created' })).to.equal(undefined)
    expect(about({ type: 'charge.dispute.created' })).to.equal(undefined)
    expect(about({ data: undefined })).to.equal(undefined)
    expect(about({ data: { object: { object: 'payment_intent' } } })).to.equal(undefined)
    expect(about({ data: { object: { object: 'balance' } } })).to.equal(undefined)
  })

  it('names our payment only by an id that can be one', () => {
    const named = (payment_id: unknown) =>
      about({ data: { object: { object: 'payment_intent', id: 'pi_1', metadata: { payment_id } } } })?.paymentId
    expect(named(PAYMENT)).to.equal(PAYMENT)
    for (const id of ['1', "'; DROP TABLE payments", '', 7, null]) expect(named(id)).to.equal(undefined)
  })
})
