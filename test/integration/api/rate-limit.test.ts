// Rate limits: what is left is said in each answer, what is too much is refused with the time to come back, and nobody pays for
// another's haste. Where Redis is the engine all web processes count together; else each counts for itself.
import { expect } from 'chai'
import { openCounters } from '../../../lib/engine/counters.ts'
import { createMeter } from '../../../lib/limits/meter.ts'
import { environment } from '../../support/environment.ts'
import { quiet, useHarness } from '../../support/harness.ts'
import { anotherKey, serveWithin } from '../../support/limits.ts'
import { startTcpProxy } from '../../support/tcp-proxy.ts'
import { waitFor } from '../../support/wait-for.ts'
import { expectProblem, storedRows } from './refused.ts'

describe('the rate limit', () => {
  const harness = useHarness()
  const closing: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const close of closing.splice(0)) await close()
  })
  const serve = async (settings: Parameters<typeof serveWithin>[1]) => {
    const served = await serveWithin(harness, settings)
    closing.push(served.close)
    return served
  }
  const mail = { to: 'ada@example.com', subject: 'Hello', text: 'Hello.' }
  const per = (requests: number, seconds = 60) => ({ requests, seconds })

  it('is said in each answer, of reads and writes alike, of the key and of the account', async () => {
    const { client } = await serve({ RATE_LIMIT_PER_KEY: per(5), RATE_LIMIT_PER_ACCOUNT: per(9, 120) })
    const api = client()
    const answers = [await api.get('/v1/products'), await api.post('/v1/emails', mail), await api.get('/v1/jobs/none')]
    expect(answers.map(({ status }) => status)).to.deep.equal([200, 202, 404])
    for (const [n, { headers }] of answers.entries()) {
      expect(headers.get('ratelimit-policy')).to.equal('"key";q=5;w=60, "account";q=9;w=120')
      const [, key, keyResets, account, accountResets] =
        /^"key";r=(\d+);t=(\d+), "account";r=(\d+);t=(\d+)$/.exec(headers.get('ratelimit') ?? '')?.map(Number) ?? []
      expect([key, account]).to.deep.equal([4 - n, 8 - n])
      expect(keyResets).to.be.within(50, 60)
      expect(accountResets).to.be.within(110, 120)
    }
  })

  it('refuses what is too much with the time to come back, stores nothing of it, and ends by itself', async () => {
    const { client } = await serve({ RATE_LIMIT_PER_KEY: per(2, 1) })
    const api = client()
    const before = await storedRows(harness.db)
    const answers = await Promise.all(Array.from({ length: 12 }, () => api.post('/v1/emails', mail)))
    const refused = answers.filter(({ status }) => status === 429)
    // A second may end while they come.
    expect(answers.length - refused.length).to.be.within(2, 6)
    for (const answer of refused) {
      expectProblem(answer, { code: 'rate-limited' })
      expect(Number(answer.headers.get('retry-after'))).to.equal(1)
      expect(answer.headers.get('ratelimit')).to.match(/^"key";r=0;t=1$/)
    }
    const after = await storedRows(harness.db)
    expect(Number(after.emails) - Number(before.emails)).to.equal(answers.length - refused.length)
    await waitFor('the key to be taken again', async () => (await api.get('/v1/products')).status === 200)
  })

  it('of a key leaves the other keys of its account what the account may, and other accounts all of theirs', async () => {
    const { client } = await serve({ RATE_LIMIT_PER_KEY: per(3), RATE_LIMIT_PER_ACCOUNT: per(5) })
    const [one, two] = [client(), client(await anotherKey(harness))]
    const other = client((await harness.otherAccount()).key)
    const ask = async (api: typeof one, times: number) => {
      const answers = []
      for (let n = 0; n < times; n++) answers.push(await api.get('/v1/products'))
      return answers
    }
    const statuses = async (api: typeof one, times: number) => (await ask(api, times)).map(({ status }) => status)
    // What is refused for the key takes nothing from the account.
    expect(await statuses(one, 6)).to.deep.equal([200, 200, 200, 429, 429, 429])
    const [, , third] = await ask(two, 3)
    expectProblem(third as NonNullable<typeof third>, { code: 'rate-limited' })
    expect(third?.headers.get('ratelimit')).to.match(/^"key";r=0;t=\d+, "account";r=0;t=\d+$/)
    expect(await statuses(other, 3)).to.deep.equal([200, 200, 200])
  })

  it('is none where it is off, and none for health and problems', async () => {
    const off = (await serve({})).client()
    for (let n = 0; n < 3; n++) expect((await off.get('/v1/products')).headers.get('ratelimit')).to.equal(null)
    const on = (await serve({ RATE_LIMIT_PER_KEY: per(1) })).client()
    for (let n = 0; n < 3; n++) {
      expect((await on.get('/healthz')).status).to.equal(200)
      expect((await on.get('/problems/rate-limited')).status).to.equal(200)
    }
  })

  it('is one for all web processes on Redis, and of each process on PostgreSQL', async () => {
    const settings = { RATE_LIMIT_PER_KEY: per(4), QUEUE_PREFIX: `{together-${Date.now()}}` }
    const processes = [await serve(settings), await serve(settings)]
    const expected = environment.engine === 'redis' ? 4 : 8
    // One that is not connected to Redis yet counts for itself.
    await waitFor(`${expected} of 12 requests to be taken`, async () => {
      const key = await anotherKey(harness)
      const clients = processes.map(({ client }) => client(key))
      let taken = 0
      for (let n = 0; n < 12; n++) if ((await clients[n % 2]!.get('/v1/products')).status === 200) taken++
      return taken === expected
    })
  })

  const { redisUrl } = environment
  if (!redisUrl) return
  it('holds while Redis is silent or away: each process counts for itself then', async () => {
    const { hostname, port } = new URL(redisUrl)
    const proxy = await startTcpProxy(() => ({ host: hostname, port: Number(port) }))
    const redis = openCounters(`redis://127.0.0.1:${proxy.port}`, quiet)
    closing.push(proxy.stop, async () => redis.disconnect())
    await waitFor('the connection', async () => redis.status === 'ready')
    const failures: unknown[] = []
    const onFailure = (error: unknown) => failures.push(error)
    const meter = createMeter('key', per(3), { redis, prefix: `{away-${Date.now()}}`, onFailure })
    expect(await meter.count('a')).to.include({ exceeded: false, remaining: 2 })
    proxy.freeze()
    const counted = await Promise.all(Array.from({ length: 10 }, () => meter.count('a')))
    expect(counted.filter(({ exceeded }) => !exceeded)).to.have.length(3)
    expect(failures).to.have.length(1)
    proxy.refuse()
    proxy.cut()
    for (let n = 0; n < 3; n++) expect((await meter.count('a')).exceeded).to.equal(true)
    proxy.heal()
    // What Redis counted before is still there.
    await waitFor('redis to count again', async () => (await meter.count('a')).remaining === 1)
    expect((await meter.count('a')).remaining).to.equal(0)
  })
})

describe('wrong credentials', () => {
  const harness = useHarness()
  const guess = (url: string, authorization: string, path = '/v1/products', forwarded?: string) =>
    fetch(url + path, { headers: { authorization, ...(forwarded && { 'x-forwarded-for': forwarded }) } })
  const bearer = (n: number) => `Bearer errand_wrong-${n}`

  it('are looked at so often and no more: past that the database is not asked, and who is known goes on', async () => {
    const { url, client, close } = await serveWithin(harness, { RATE_LIMIT_GUESSES: { requests: 5, seconds: 2 } })
    expect((await client().get('/v1/products')).status).to.equal(200)
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => guess(url, bearer(n))))
    expect(answers.filter(({ status }) => status === 401)).to.have.length(5)
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused).to.have.length(15)
    for (const { headers } of refused) expect(Number(headers.get('retry-after'))).to.be.within(1, 2)

    let queries = 0
    const count = () => queries++
    harness.db.on('query', count)
    expect((await guess(url, bearer(99))).status).to.equal(429)
    harness.db.off('query', count)
    expect(queries).to.equal(0)
    expect((await client().get('/v1/products')).status).to.equal(200)
    // No credential, no guess; and a login of an operator is one.
    expect((await fetch(`${url}/v1/products`)).status).to.equal(401)
    const login = Buffer.from('ops@example.com:wrong').toString('base64')
    expect((await guess(url, `Basic ${login}`, '/ops/queues')).status).to.equal(429)
    expect((await fetch(`${url}/healthz`, { headers: { authorization: bearer(1) } })).status).to.equal(200)

    const fresh = await anotherKey(harness)
    await waitFor('the window to end', async () => (await client(fresh).get('/v1/products')).status === 200)
    expect((await guess(url, bearer(100))).status).to.equal(401)
    await close()
  })

  it('count for the address that our own proxy names, not for one that the caller makes up', async () => {
    const { url, close } = await serveWithin(harness, {
      RATE_LIMIT_GUESSES: { requests: 2, seconds: 60 },
      PROXY_HOPS: 1,
    })
    const statuses = []
    for (let n = 0; n < 4; n++) {
      const { status } = await guess(url, bearer(n), '/v1/products', `198.51.100.${n}, 203.0.113.9`)
      statuses.push(status)
    }
    expect(statuses).to.deep.equal([401, 401, 429, 429])
    expect((await guess(url, bearer(5), '/v1/products', '203.0.113.9, 203.0.113.10')).status).to.equal(401)
    await close()
    const direct = await serveWithin(harness, { RATE_LIMIT_GUESSES: { requests: 2, seconds: 60 } })
    for (let n = 0; n < 3; n++) {
      const { status } = await guess(direct.url, bearer(n), '/v1/products', `198.51.100.${n}`)
      expect(status).to.equal(n < 2 ? 401 : 429)
    }
    await direct.close()
  })
})
