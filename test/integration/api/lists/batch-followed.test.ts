// Following a batch: how many of its jobs are in which state, until all of them are final.
import { expect } from 'chai'
import { useHarness } from '../../../support/harness.ts'
import { orderBody } from '../../../support/orders.ts'
import { readAll } from '../../../support/pages.ts'
import { waitFor } from '../../../support/wait-for.ts'

const mail = (subject: string) => ({
  type: 'emails.send',
  input: { to: 'ada@example.com', subject, text: 'Hello Ada' },
})
const mails = (count: number) => Array.from({ length: count }, (_, index) => mail(`number ${index}`))

describe('the jobs of a batch', () => {
  const harness = useHarness()
  const submit = (items: unknown) => harness.api.post('/v1/jobs/batch', { items })
  before(() => harness.startWorkers())

  it('is finished when its jobs are final, flows and failures among them', async () => {
    const declined = orderBody({ method: 'pm_card_chargeDeclined' })
    const orders = [orderBody(), declined].map((input) => ({ type: 'orders.place', input }))
    const { batch } = (await submit([...orders, mail('followed')])).body
    const final = await waitFor('the batch to be finished', async () => {
      const { body, headers } = await harness.api.get(batch.links.self)
      expect(body.finishedAt === null).to.equal(headers.get('retry-after') !== null)
      if (body.finishedAt === null) expect(Number(headers.get('retry-after'))).to.be.within(1, 30)
      return body.finishedAt && body
    })
    expect(final.jobs).to.deep.include({ succeeded: 2, failed: 1, queued: 0, running: 0 })
    const jobs = await readAll(harness.api, batch.links.jobs)
    const last = Math.max(...jobs.map((job) => Date.parse(job.finishedAt)))
    expect(final.finishedAt).to.equal(new Date(last).toISOString())
  })

  it('is not sent again to who has it already', async () => {
    const { batch } = (await submit(mails(1))).body
    await harness.api.finished((await readAll(harness.api, batch.links.jobs))[0].id)
    const first = await harness.api.get(batch.links.self)
    const etag = first.headers.get('etag') ?? ''
    expect(etag).to.match(/^"/)
    const again = await harness.api.send('GET', batch.links.self, { headers: { 'if-none-match': etag } })
    expect(again.status).to.equal(304)
    expect(again.body).to.equal('')
    const other = await harness.api.send('GET', batch.links.self, { headers: { 'if-none-match': '"another"' } })
    expect(other.status).to.equal(200)
  })
})
