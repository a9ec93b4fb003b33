// Batches at the same time: they meet in whatever order, and each is done; a batch with unique keys costs no more savepoints
// than one without.
import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { acceptMany } from '../../../../lib/jobs/accept-many.ts'
import { inTransaction } from '../../../../lib/jobs/enqueue.ts'
import { Job } from '../../../../lib/models/job.ts'
import { Refund } from '../../../../lib/models/payment.ts'
import { registry } from '../../../../workers/registry.ts'
import { noDispatch, useHarness } from '../../../support/harness.ts'
import { paidOrder } from '../../../support/shop.ts'
import { waitFor } from '../../../support/wait-for.ts'

const mail = { to: 'ada@example.com', subject: 'Once', text: 'Hello Ada' }
const mails = (count: number) => Array.from({ length: count }, () => ({ type: 'emails.send', input: mail }))

describe('batches at once', function () {
  this.timeout(120_000)
  const harness = useHarness()
  const submit = (items: unknown) => harness.api.post('/v1/jobs/batch', { items })
  const keyed = (uniqueKey: string) => ({ definition: registry['emails.send'], request: mail, uniqueKey })
  const acceptAll = (keys: string[]) =>
    inTransaction(harness.db, noDispatch, (trx) => acceptMany(trx, registry, harness.accountId, keys.map(keyed)))

  it('that lock the same payments in opposite orders are both accepted, each refund once (invariant 3)', async () => {
    for (let round = 0; round < 3; round++) {
      const payments = [await paidOrder(harness), await paidOrder(harness)]
      const [a, b] = payments.map(({ paymentId }) => ({ type: 'payments.refund', input: { paymentId, amount: 100 } }))
      const answers = await Promise.all([submit([a, ...mails(300), b]), submit([b, ...mails(300), a])])
      expect(answers.map(({ status }) => status)).to.deep.equal([202, 202])
      expect(answers.map(({ body }) => body.batch.accepted)).to.deep.equal([302, 302])
      for (const { paymentId } of payments)
        expect(await Refund.query(harness.db).where({ paymentId }).resultSize()).to.equal(2)
    }
  })

  it('of keyed items do not take a savepoint for each', async () => {
    const statements: string[] = []
    const note = ({ sql }: { sql: string }) => statements.push(sql)
    harness.db.on('query', note)
    const keys = Array.from({ length: 200 }, () => randomUUID())
    const outcomes = await acceptAll(keys)
    harness.db.removeListener('query', note)
    expect(outcomes.every((outcome) => 'created' in outcome && outcome.created)).to.equal(true)
    expect(statements.filter((sql) => /^SAVEPOINT/i.test(sql))).to.have.length(4)
    expect(statements.length).to.be.lessThan(250)
  })

  it('with a key that another has just taken find its job, and make the others', async () => {
    const keys = Array.from({ length: 8 }, () => randomUUID())
    const blocked = 'SELECT FROM pg_stat_activity WHERE datname = current_database() AND pg_blocking_pids(pid) <> :none'
    const trx = await harness.db.transaction()
    const taken = await acceptMany(trx, registry, harness.accountId, [keyed(keys[3]!)])
    const waiting = acceptAll([...keys, keys[5]!])
    const count = async () => (await harness.db.raw(blocked, { none: '{}' })).rows.length
    await waitFor('the batch to wait for the key', count)
    await trx.commit()
    const outcomes = (await waiting).map((outcome) => ('job' in outcome ? outcome : expect.fail('it was refused')))
    expect(outcomes.map(({ created }) => created)).to.deep.equal([
      true,
      true,
      true,
      false,
      true,
      true,
      true,
      true,
      false,
    ])
    expect(outcomes[3]!.job.id).to.equal('job' in taken[0]! && taken[0].job.id)
    expect(outcomes[8]!.job.id).to.equal(outcomes[5]!.job.id)
    expect(await Job.query(harness.db).whereIn('uniqueKey', keys).resultSize()).to.equal(8)
  })
})
