// Settings: everything that is wrong is said at once, and nothing of what is secret.
import { expect } from 'chai'
import { loadSharedConfig, loadWebConfig, loadWorkerConfig } from '../../../lib/config.ts'
import { ConfigError } from '../../../lib/errors.ts'
import { errorOf } from '../error-of.ts'

const shared = { DATABASE_URL: 'postgres://errand@db.example/errand' }
const worker = { ...shared, STRIPE_SECRET_KEY: 'sk_test_1', SMTP_URL: 'smtp://mail.example:25' }

/** @returns the variables that loading complains about, each with its complaint. */
async function complaints(load: () => unknown): Promise<Record<string, string>> {
  const { message } = await errorOf(ConfigError, load)
  const [title, ...lines] = message.split('\n')
  expect(title).to.equal('The environment is not complete:')
  return Object.fromEntries(
    lines.map((line) => {
      const [, name = '', what = ''] = /^ {2}(\w+): (.+)$/.exec(line) ?? []
      return [name, what]
    }),
  )
}

describe('the settings', () => {
  it('need only a database; everything else has a default', () => {
    expect(loadSharedConfig(shared)).to.deep.equal({
      DATABASE_URL: 'postgres://errand@db.example/errand',
      DATABASE_POOL_SIZE: 20,
      DISPATCH_WINDOW: 1_000,
      QUEUE_PREFIX: '{errand}',
      LOG_LEVEL: 'info',
      SHUTDOWN_TIMEOUT_MS: 25_000,
    })
  })

  it('may have several webhook secrets, each long enough, or none', async () => {
    const load = (STRIPE_WEBHOOK_SECRET: string) => loadWebConfig({ ...shared, STRIPE_WEBHOOK_SECRET })
    const [one, two] = ['whsec_0123456789', 'whsec_9876543210']
    expect(load(one).STRIPE_WEBHOOK_SECRET).to.deep.equal([one])
    expect(load(`${one}, ${two}`).STRIPE_WEBHOOK_SECRET).to.deep.equal([one, two])
    expect(load('')).to.not.have.property('STRIPE_WEBHOOK_SECRET')
    for (const bad of ['short', `${one},`, ',', `${one},short`])
      expect(await complaints(() => load(bad))).to.have.property('STRIPE_WEBHOOK_SECRET')
  })

  it('may name the origins whose pages may use the API, exactly as browsers write them, and never all', async () => {
    const load = (CORS_ORIGINS: string) => loadWebConfig({ ...shared, CORS_ORIGINS })
    expect(load('').CORS_ORIGINS).to.deep.equal([])
    const [shop, local] = ['https://shop.example', 'http://127.0.0.1:3080']
    expect(load(` ${shop}, ${local}`).CORS_ORIGINS).to.deep.equal([shop, local])
    const bad = ['*', 'null', 'shop.example', `${shop}/`, `${shop}/page`, `${shop}:443`, 'https://Shop.example']
    for (const origins of [...bad, 'https://*.example', 'file://', 'ftp://shop.example', `${shop},`, `${shop},*`]) {
      const named = await complaints(() => load(origins))
      expect(named, origins).to.deep.equal({
        CORS_ORIGINS: 'must be origins like https://shop.example, separated by commas',
      })
    }
  })

  it('are read as numbers where they are numbers', () => {
    const config = loadWebConfig({ ...shared, PORT: '8080', DATABASE_POOL_SIZE: '5' })
    expect([config.PORT, config.DATABASE_POOL_SIZE]).to.deep.equal([8080, 5])
  })

  it('cannot be changed once they are read', () => {
    expect(loadSharedConfig(shared)).to.be.frozen
  })

  it('take an empty variable for an unset one', async () => {
    const config = loadWebConfig({ ...shared, REDIS_URL: '', PORT: '', OPERATOR_EMAIL: '', OPERATOR_PASSWORD: '' })
    expect(config).to.not.have.any.keys('REDIS_URL', 'OPERATOR_EMAIL', 'OPERATOR_PASSWORD')
    expect(config.PORT).to.equal(3000)
    expect(await complaints(() => loadSharedConfig({ DATABASE_URL: '' }))).to.deep.equal({ DATABASE_URL: 'is missing' })
  })

  it('name every variable a worker misses at once', async () => {
    expect(await complaints(() => loadWorkerConfig({}))).to.deep.equal({
      DATABASE_URL: 'is missing',
      STRIPE_SECRET_KEY: 'is missing',
      SMTP_URL: 'is missing',
    })
  })

  it('name missing and wrong variables together', async () => {
    const wrong = { REDIS_URL: 'nonsense', LOG_LEVEL: 'loud', CONCURRENCY: '0', LEASE_MS: '1.5', SMTP_URL: 'mail:25' }
    const named = await complaints(() => loadWorkerConfig(wrong))
    expect(named).to.have.all.keys('DATABASE_URL', 'STRIPE_SECRET_KEY', ...Object.keys(wrong))
  })

  it('name half an operator along with every other problem', async () => {
    const named = await complaints(() => loadWebConfig({ OPERATOR_EMAIL: 'ops@errand.example' }))
    expect(named).to.have.all.keys('DATABASE_URL', 'OPERATOR_PASSWORD')
  })

  for (const url of ['mysql://db.example/errand', 'http://db.example', 'db.example', '/var/run/postgresql']) {
    it(`refuse ${url} as the database`, async () => {
      const named = await complaints(() => loadSharedConfig({ DATABASE_URL: url }))
      expect(named).to.deep.equal({ DATABASE_URL: 'must be a postgres:// URL' })
    })
  }

  it('take both spellings of PostgreSQL and both of Redis', () => {
    const { DATABASE_URL } = loadSharedConfig({ DATABASE_URL: 'postgresql://db.example/errand' })
    expect(DATABASE_URL).to.equal('postgresql://db.example/errand')
    expect(loadSharedConfig({ ...shared, REDIS_URL: 'rediss://r.example' }).REDIS_URL).to.equal('rediss://r.example')
  })

  it('take a cluster and a master behind Sentinel, with names, passwords and TLS', () => {
    for (const url of [
      'redis+cluster://r1:7000,r2:7001,[::1]:7002',
      'rediss+cluster://errand:p%40ss@r1.example',
      'redis+sentinel://:p%2Fss@s1:26379,s2/my-master/2?sentinel_username=watch&sentinel_password=secret',
    ])
      expect(loadSharedConfig({ ...shared, REDIS_URL: url }).REDIS_URL).to.equal(url)
  })

  for (const url of [
    'redis+cluster://',
    'redis+cluster://r1:7000,',
    'redis+cluster://r1:70000',
    'redis+cluster://r1/1',
    'redis+cluster://us%er@r1',
    'redis+sentinel://s1:26379',
    'redis+sentinel://s1:26379/name/two',
    'redis+sentinel://s1/name?retries=3',
    'redis+other://r1',
  ]) {
    it(`refuse ${url} as Redis`, async () => {
      expect(await complaints(() => loadSharedConfig({ ...shared, REDIS_URL: url }))).to.have.all.keys('REDIS_URL')
    })
  }

  it('refuse a prefix without a hash tag on a cluster, and there alone', async () => {
    const cluster = { ...shared, REDIS_URL: 'redis+cluster://r1' }
    for (const prefix of ['errand', '{}', '{}{errand}', '}{', '{errand'])
      for (const load of [loadSharedConfig, loadWebConfig])
        expect(await complaints(() => load({ ...cluster, QUEUE_PREFIX: prefix }))).to.have.all.keys('QUEUE_PREFIX')
    expect(loadSharedConfig({ ...cluster, QUEUE_PREFIX: 'shop-{a}-b' }).QUEUE_PREFIX).to.equal('shop-{a}-b')
    expect(loadSharedConfig({ ...shared, REDIS_URL: 'redis://r1', QUEUE_PREFIX: 'errand' })).to.be.an('object')
  })

  it('refuse URLs of other protocols for Redis and SMTP', async () => {
    const wrong = { ...worker, REDIS_URL: 'http://r.example', SMTP_URL: 'https://mail.example' }
    expect(await complaints(() => loadWorkerConfig(wrong))).to.deep.equal({
      REDIS_URL:
        'must be redis://host:port, redis+cluster://host:port,host:port… or redis+sentinel://host:port,…/name (rediss… with TLS)',
      SMTP_URL: 'must be an smtp:// or smtps:// URL',
    })
  })

  it('refuse a payment provider that is not a URL', async () => {
    const named = await complaints(() => loadWorkerConfig({ ...worker, STRIPE_API_URL: 'localhost' }))
    expect(named).to.have.all.keys('STRIPE_API_URL')
  })

  it('take an operator with both e-mail and password, or none', async () => {
    const operator = { OPERATOR_EMAIL: 'ops@errand.example', OPERATOR_PASSWORD: 'correct horse' }
    expect(loadWebConfig({ ...shared, ...operator })).to.include(operator)
    expect(loadWebConfig(shared)).to.not.have.any.keys('OPERATOR_EMAIL', 'OPERATOR_PASSWORD')
    for (const half of Object.entries(operator)) {
      const named = await complaints(() => loadWebConfig({ ...shared, ...Object.fromEntries([half]) }))
      expect(named).to.have.all.keys('OPERATOR_PASSWORD')
    }
  })

  it('refuse a short password of the operator', async () => {
    const operator = { OPERATOR_EMAIL: 'ops@errand.example', OPERATOR_PASSWORD: 'short' }
    const named = await complaints(() => loadWebConfig({ ...shared, ...operator }))
    expect(named).to.deep.equal({ OPERATOR_PASSWORD: 'must have at least 12 characters' })
  })

  it('invariant 10: never repeat a value that may hold a secret', async () => {
    const secret = 'hunter2hunter2'
    const wrong = {
      DATABASE_URL: `mysql://errand:${secret}@db.example/errand`,
      REDIS_URL: `http://:${secret}@r.example`,
      SMTP_URL: `http://errand:${secret}@mail.example`,
      STRIPE_API_URL: secret,
    }
    const { message } = await errorOf(ConfigError, () => loadWorkerConfig(wrong))
    expect(message).to.not.contain(secret)
  })
})
