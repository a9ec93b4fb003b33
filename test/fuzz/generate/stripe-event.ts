// Events as the payment provider might send them, real ones of ours and ones about nothing. The document does not say how they
// look: that is the provider's to say.
import fc from 'fast-check'
import { reference } from './hints.ts'

const about = fc.record({
  id: fc.constantFrom('pi_fuzz', 're_fuzz', 'pi_0', ''),
  object: fc.constantFrom('payment_intent', 'refund', 'charge', 'customer'),
  metadata: fc.oneof(fc.record({ payment_id: reference('payment') }), fc.constant({})),
})

export const stripeEvent = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      id: fc.nat(2_000).map((n) => `evt_fuzz_${n}`),
      object: fc.constant('event'),
      type: fc.constantFrom('payment_intent.succeeded', 'charge.refunded', 'refund.failed', 'customer.created', 'x'),
      created: fc.integer({ min: 1, max: 2_000_000_000 }),
      livemode: fc.boolean(),
      data: fc.record({ object: about }),
    }),
  },
  { weight: 1, arbitrary: fc.jsonValue() },
)
