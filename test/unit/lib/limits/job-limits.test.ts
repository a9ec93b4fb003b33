// Limits of job types: what definitions and settings may say, and which of them counts.
import { expect } from 'chai'
import { loadWorkerConfig } from '../../../../lib/config.ts'
import { ConfigError } from '../../../../lib/errors.ts'
import { SYSTEM_ACCOUNT } from '../../../../lib/ids.ts'
import { boundsFor, createTypeLimits } from '../../../../lib/limits/job-limits.ts'
import { registry } from '../../../../workers/registry.ts'
import { errorOf } from '../../error-of.ts'

const load = (TYPE_LIMITS: string) =>
  loadWorkerConfig({
    DATABASE_URL: 'postgres://errand@db.example/errand',
    STRIPE_SECRET_KEY: 'sk_test_1',
    SMTP_URL: 'smtp://mail.example:25',
    TYPE_LIMITS,
  }).TYPE_LIMITS

describe('the limits of job types', () => {
  const send = registry['emails.send']
  const limited = { ...registry, 'emails.send': { ...send, limits: { concurrency: 3 } } }

  it('are none unless somebody sets them', () => {
    expect(load('')).to.deep.equal({})
    expect(createTypeLimits(registry).any).to.equal(false)
  })

  it('are what the definition says', () => {
    const limits = createTypeLimits(limited)
    expect(limits.of('emails.send')).to.deep.equal({ concurrency: 3 })
    expect(limits.of('payments.charge')).to.equal(undefined)
  })

  it('are what TYPE_LIMITS says instead, all of it', () => {
    const rate = { jobs: 10, perMs: 1_000 }
    const limits = createTypeLimits(limited, load(JSON.stringify({ 'emails.send': { rate, perAccount: 2 } })))
    expect(limits.of('emails.send')).to.deep.equal({ rate, perAccount: 2 })
  })

  it('are lifted by null, and by an empty object', () => {
    for (const none of ['null', '{}'])
      expect(createTypeLimits(limited, load(`{"emails.send":${none}}`)).any).to.equal(false)
  })

  it('bound each type where accounts are bounded, but not the jobs of the system', () => {
    const limits = createTypeLimits(limited, {}, 5)
    expect(limits.of('emails.send')).to.deep.equal({ concurrency: 3, inAccount: 5 })
    expect(limits.of('payments.charge')).to.deep.equal({ inAccount: 5 })
    expect(boundsFor({ concurrency: 3, inAccount: 5 }, SYSTEM_ACCOUNT).inAccount).to.equal(undefined)
  })

  it('refuse the name of no type: such a limit would have no effect', async () => {
    const { message } = await errorOf(ConfigError, () => createTypeLimits(registry, load('{"emails.sned":{}}')))
    expect(message).to.equal('TYPE_LIMITS: there is no job type emails.sned.')
  })

  for (const bad of [
    'not json',
    '[]',
    '7',
    '{"emails.send":3}',
    '{"emails.send":{"concurrency":0}}',
    '{"emails.send":{"concurrency":1.5}}',
    '{"emails.send":{"concurency":1}}',
    '{"emails.send":{"rate":{"jobs":10}}}',
    '{"emails.send":{"rate":{"jobs":10,"perMs":0}}}',
    '{"emails.send":{"perAccount":"2"}}',
  ]) {
    it(`refuse ${bad}`, async () => {
      const { message } = await errorOf(ConfigError, () => load(bad))
      expect(message).to.match(/\n {2}TYPE_LIMITS: (?!is missing)/)
    })
  }
})
