// What an error of the payment provider means, for real errors of the `stripe` package.
import { expect } from 'chai'
import Stripe from 'stripe'
import { PermanentError, RetryLater } from '../../../../lib/errors.ts'
import { AnswerLost, Refused, refusal } from '../../../../lib/payments/refusal.ts'
import { toProblem } from '../../../../lib/problems.ts'

const { errors } = Stripe
const SECRET = 'No such customer: ada@example.com'

/** An error as the package makes it of an answer. */
const answered = (statusCode: number, more: { code?: string; type?: string; headers?: object } = {}) =>
  errors.StripeError.generate({ type: 'invalid_request_error', message: SECRET, ...more, statusCode } as never)

describe('an error of the payment provider', () => {
  for (const status of [500, 502, 503, 504]) {
    it(`invariant 3: of status ${status} is an answer lost, of a request that may still be under way`, () => {
      expect(refusal(answered(status, { type: 'api_error' })))
        .to.be.instanceOf(AnswerLost)
        .and.include({ replayed: false })
    })

    it(`invariant 3: of status ${status} that is replayed is an answer lost, of a request that is over`, () => {
      const headers = { 'idempotent-replayed': 'true' }
      expect(refusal(answered(status, { type: 'api_error', headers }))).to.include({ replayed: true })
    })
  }

  it('invariant 3: of status 409 is an answer lost, of a request that is still under way', () => {
    const conflict = answered(409, { code: 'idempotency_key_in_use' })
    expect(conflict).to.be.instanceOf(errors.StripeAPIError)
    expect(refusal(conflict)).to.be.instanceOf(AnswerLost).and.include({ replayed: false })
  })

  it('invariant 3: without an answer is an answer lost', () => {
    const cut = new errors.StripeConnectionError({ message: 'socket hang up' } as never)
    expect(refusal(cut)).to.be.instanceOf(AnswerLost).and.include({ replayed: false })
  })

  it('invariant 3: that is ambiguous is never a PermanentError', () => {
    const ambiguous = [answered(500), answered(409), new errors.StripeConnectionError({} as never)]
    for (const error of ambiguous) expect(refusal(error)).to.not.be.instanceOf(PermanentError)
  })

  it('of status 429 is tried again soon', () => {
    for (const code of ['rate_limit', 'lock_timeout']) {
      expect(refusal(answered(429, { code })))
        .to.be.instanceOf(RetryLater)
        .and.include({ delayMs: 2_000 })
    }
  })

  it('of status 400 that limits the rate, as the package knows it, is tried again, too', () => {
    const limited = answered(400, { code: 'rate_limit' })
    expect(limited).to.be.instanceOf(errors.StripeRateLimitError)
    expect(refusal(limited)).to.be.instanceOf(RetryLater)
  })

  for (const status of [401, 403]) {
    it(`of status ${status} waits for an operator and fails no payment`, () => {
      expect(refusal(answered(status)))
        .to.be.instanceOf(RetryLater)
        .and.include({ delayMs: 30_000 })
    })
  }

  for (const status of [400, 402, 404]) {
    it(`of status ${status} is refused, by its code`, () => {
      const refused = refusal(answered(status, { code: 'amount_too_small' }))
      expect(refused).to.be.instanceOf(Refused).and.include({ providerCode: 'amount_too_small' })
      expect(refused).to.be.instanceOf(PermanentError).and.include({ code: 'payment-rejected' })
    })
  }

  it('without a code is refused by its kind', () => {
    expect(refusal(answered(400))).to.include({ providerCode: 'invalid_request_error' })
  })

  it('is kept as the cause', () => {
    for (const status of [400, 401, 409, 429, 500]) {
      const error = answered(status)
      expect(refusal(error).cause).to.equal(error)
    }
  })

  it('invariant 10: is told to the client by its code alone', () => {
    const problem = toProblem(refusal(answered(404, { code: 'resource_missing' })))
    expect(problem.detail).to.equal('The payment provider refused the request (resource_missing).')
    expect(JSON.stringify(problem)).to.not.contain('ada@example.com')
  })
})

describe('any other error', () => {
  it('stays what it is', () => {
    const error = new TypeError('boom')
    expect(refusal(error)).to.equal(error)
  })

  it('is made an Error when it is none', () => {
    expect(refusal('boom')).to.be.instanceOf(Error).and.include({ message: 'boom' })
  })

  it('is read by what it is, not by what it looks like', () => {
    const error = Object.assign(new Error('boom'), { statusCode: 400, code: 'card_declined' })
    expect(refusal(error)).to.equal(error)
  })
})
