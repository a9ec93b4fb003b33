// Quotas: what settings may say, and the headers of draft-ietf-httpapi-ratelimit-headers-11.
import { expect } from 'chai'
import { loadWebConfig } from '../../../../lib/config.ts'
import { ConfigError } from '../../../../lib/errors.ts'
import { inSeconds, limitItem, policyItem } from '../../../../lib/limits/quota.ts'
import { errorOf } from '../../error-of.ts'

const load = (RATE_LIMIT_PER_KEY: string) =>
  loadWebConfig({ DATABASE_URL: 'postgres://errand@db.example/errand', RATE_LIMIT_PER_KEY }).RATE_LIMIT_PER_KEY

describe('a quota', () => {
  it('is set as requests in seconds', () => {
    expect(load('600/60')).to.deep.equal({ requests: 600, seconds: 60 })
    expect(load('1/86400')).to.deep.equal({ requests: 1, seconds: 86_400 })
  })

  it('can be switched off', () => {
    expect(load('off')).to.equal(undefined)
    expect(load('0')).to.equal(undefined)
  })

  it('has a default that the work of a shop does not reach', () => {
    const { RATE_LIMIT_PER_KEY, RATE_LIMIT_PER_ACCOUNT, RATE_LIMIT_GUESSES } = loadWebConfig({
      DATABASE_URL: 'postgres://errand@db.example/errand',
    })
    expect(RATE_LIMIT_PER_KEY).to.deep.equal({ requests: 12_000, seconds: 60 })
    expect(RATE_LIMIT_PER_ACCOUNT).to.deep.equal({ requests: 24_000, seconds: 60 })
    expect(RATE_LIMIT_GUESSES).to.deep.equal({ requests: 100, seconds: 60 })
  })

  for (const bad of [
    '600',
    '600/',
    '/60',
    '0/60',
    '600/0',
    '-1/60',
    '600/60s',
    '1.5/60',
    '99999999999/60',
    '600/86401',
  ]) {
    it(`is not "${bad}"`, async () => {
      const { message } = await errorOf(ConfigError, () => load(bad))
      expect(message).to.contain('RATE_LIMIT_PER_KEY: must be <requests>/<seconds>')
    })
  }

  it('is said as a structured field: a string with integers as its parameters', () => {
    const count = { exceeded: false, remaining: 599, resetMs: 59_001 }
    expect(policyItem('key', { requests: 600, seconds: 60 })).to.equal('"key";q=600;w=60')
    expect(limitItem('key', count)).to.equal('"key";r=599;t=60')
  })

  it('is waited for until it is surely there again', () => {
    expect([0, 1, 1_000, 1_001].map(inSeconds)).to.deep.equal([1, 1, 1, 2])
  })
})
