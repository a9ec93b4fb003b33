// Kill points are for tests alone: a worker whose environment does not ask for them is not watched.
import { expect } from 'chai'
import { openDatabase } from '../../../lib/db.ts'
import type { Engine } from '../../../lib/engine/index.ts'
import type { Mailer } from '../../../lib/mail/mailer.ts'
import type { PaymentGateway } from '../../../lib/payments/gateway.ts'
import { withKillPoints } from '../../../workers/kill-points.ts'

describe('kill points', () => {
  // Nothing is called, so none of them needs to be real.
  const boundary = () => ({
    db: openDatabase('postgres://nobody@127.0.0.1:1/none', 2, 'errand-test'),
    engine: { kind: 'redis' } as Engine,
    mail: {} as Mailer,
    payments: {} as PaymentGateway,
  })

  for (const env of [{}, { ERRAND_TRACE: '', ERRAND_KILL_AT: '' }, { NODE_ENV: 'test' }]) {
    it(`are nowhere where the environment is ${JSON.stringify(env)}`, async () => {
      const given = boundary()
      const { watch, ...passed } = withKillPoints(given, env)
      for (const part of ['db', 'engine', 'mail', 'payments'] as const) expect(passed[part]).to.equal(given[part])
      for (const event of ['query', 'query-response', 'query-error']) expect(given.db.listeners(event)).to.be.empty
      expect(await watch('maintenance.probe', async () => 42)).to.equal(42)
    })
  }

  it('are there where it asks for one of the two', () => {
    for (const env of [{ ERRAND_TRACE: '/dev/null' }, { ERRAND_KILL_AT: 'never' }]) {
      const given = boundary()
      const { mail, payments } = withKillPoints(given, env)
      expect(given.db.listeners('query')).to.have.length(1)
      expect(mail).to.not.equal(given.mail)
      expect(payments).to.not.equal(given.payments)
    }
  })
})
