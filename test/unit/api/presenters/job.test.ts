// A job as clients see it: exactly the published fields, and the steps of a flow.
import { expect } from 'chai'
import { isFinal, presentJob } from '../../../../api/presenters/job.ts'
import type { AccountId, BatchId, JobId } from '../../../../lib/ids.ts'
import { Job, type JobState } from '../../../../lib/models/job.ts'
import { problem } from '../../../../lib/problems.ts'

const at = new Date('2030-01-01T09:00:00Z')
const SECRET = 'not-for-clients'

const job = (change: Partial<Job> = {}): Job =>
  Object.assign(new Job(), {
    id: 'job-1' as JobId,
    accountId: SECRET as AccountId,
    type: 'orders.place',
    queue: 'orders',
    state: 'queued',
    needsAttention: null,
    input: { orderId: SECRET },
    result: null,
    error: null,
    progress: null,
    attempt: 0,
    maxAttempts: 8,
    priority: 5,
    startBefore: new Date('2030-01-01T10:00:00Z'),
    uniqueKey: 'only-one',
    batchId: 'batch-1' as BatchId,
    cancelRequestedAt: null,
    runAt: at,
    dispatchNumber: 535_353,
    dispatchedAt: new Date('2031-07-07T07:07:07Z'),
    leaseExpiresAt: new Date('2031-07-07T07:07:07Z'),
    parentId: null,
    step: null,
    stepRole: null,
    createdAt: at,
    startedAt: null,
    finishedAt: null,
    ...change,
  } satisfies Partial<Job>)

describe('a job as clients see it', () => {
  it('has the published fields and no other', () => {
    expect(JSON.parse(JSON.stringify(presentJob(job(), [])))).to.deep.equal({
      id: 'job-1',
      type: 'orders.place',
      state: 'queued',
      needsAttention: false,
      createdAt: '2030-01-01T09:00:00.000Z',
      runAt: '2030-01-01T09:00:00.000Z',
      startedAt: null,
      finishedAt: null,
      attempt: 0,
      maxAttempts: 8,
      cancelRequestedAt: null,
      priority: 5,
      startBefore: '2030-01-01T10:00:00.000Z',
      uniqueKey: 'only-one',
      progress: null,
      result: null,
      error: null,
      steps: [],
      links: { self: '/v1/jobs/job-1', events: '/v1/jobs/job-1/events', batch: '/v1/batches/batch-1' },
    })
  })

  it('shows result, error and progress as they are', () => {
    const error = problem('payment-declined', 'The payment was declined (lost_card).')
    const progress = { done: 1, total: 4, message: 'payments.charge' }
    const { finishedAt, ...shown } = presentJob(job({ error, progress, result: { orderId: 'o' }, finishedAt: at }), [])
    expect(shown).to.deep.include({ error, progress, result: { orderId: 'o' } })
    expect(finishedAt).to.equal(at)
  })

  it('says that somebody should look, but not why', () => {
    const shown = presentJob(job({ needsAttention: SECRET }), [])
    expect(shown.needsAttention).to.equal(true)
    expect(JSON.stringify(shown)).to.not.contain(SECRET)
  })

  it('shows its steps in their order, and which of them take something back', () => {
    const steps = [
      job({ id: 'a' as JobId, type: 'inventory.reserve', state: 'succeeded', stepRole: 'do' }),
      job({ id: 'b' as JobId, type: 'payments.charge', state: 'failed', stepRole: 'do' }),
      job({ id: 'c' as JobId, type: 'inventory.release', state: 'running', stepRole: 'undo' }),
      job({ id: 'd' as JobId, type: 'emails.send', state: 'queued', stepRole: 'undone' }),
    ]
    expect(presentJob(job(), steps).steps).to.deep.equal([
      { type: 'inventory.reserve', jobId: 'a', state: 'succeeded', undo: false },
      { type: 'payments.charge', jobId: 'b', state: 'failed', undo: false },
      { type: 'inventory.release', jobId: 'c', state: 'running', undo: true },
      { type: 'emails.send', jobId: 'd', state: 'queued', undo: false },
    ])
  })

  it('invariant 10: shows no column of its own or of its steps that is not published', () => {
    const json = JSON.stringify(presentJob(job(), [job({ stepRole: 'do', needsAttention: SECRET })]))
    for (const hidden of [SECRET, '424242', '535353', '2031-07-07']) expect(json).to.not.contain(hidden)
  })

  it('leads from a step to its flow', () => {
    const { links } = presentJob(job({ parentId: 'job-0' as JobId, batchId: null }), [])
    expect(links).to.deep.equal({
      self: '/v1/jobs/job-1',
      events: '/v1/jobs/job-1/events',
      parent: '/v1/jobs/job-0',
    })
  })

  it('is final when it succeeded, failed or was cancelled', () => {
    const states: JobState[] = ['scheduled', 'queued', 'running', 'succeeded', 'failed', 'cancelled']
    expect(states.filter((state) => isFinal({ state }))).to.deep.equal(['succeeded', 'failed', 'cancelled'])
  })
})
