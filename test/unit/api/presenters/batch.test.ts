// How a batch and its items are shown.
import { expect } from 'chai'
import { BatchItemView, BatchView, presentBatch, presentItem } from '../../../../api/presenters/batch.ts'
import { AppError } from '../../../../lib/errors.ts'
import type { Batch } from '../../../../lib/models/batch.ts'
import type { Job } from '../../../../lib/models/job.ts'

const id = '01890a5d-ac96-774b-bcce-b302099a8057'
const createdAt = new Date('2026-11-21T12:00:00Z')
const finishedAt = new Date('2026-11-21T12:05:00Z')
const batch = { id, accountId: id, accepted: 3, existing: 1, refused: 2, createdAt } as unknown as Batch

describe('a batch, presented', () => {
  it('adds up its items and counts its jobs by state', () => {
    const view = presentBatch(batch, [
      { state: 'succeeded', finishedAt, jobs: 2 },
      { state: 'running', finishedAt: null, jobs: 1 },
    ])
    expect(BatchView.parse(view)).to.deep.equal(view)
    expect(view).to.deep.include({ total: 6, accepted: 3, existing: 1, refused: 2, finishedAt: null })
    expect(view.jobs).to.deep.equal({ scheduled: 0, queued: 0, running: 1, succeeded: 2, failed: 0, cancelled: 0 })
  })

  it('is finished when the last of its jobs is, and at once when it made none', () => {
    const earlier = new Date('2026-11-21T12:01:00Z')
    const states = [
      { state: 'failed', finishedAt, jobs: 1 },
      { state: 'cancelled', finishedAt: earlier, jobs: 2 },
    ] as const
    expect(presentBatch(batch, [...states]).finishedAt).to.deep.equal(finishedAt)
    expect(presentBatch(batch, []).finishedAt).to.deep.equal(createdAt)
  })

  it('says of an item what it would have been answered by itself', () => {
    const job = { id, state: 'queued' } as Job
    const shown = { id, state: 'queued', links: { self: `/v1/jobs/${id}` } }
    expect(presentItem({ job, created: true }, 0)).to.deep.equal({ index: 0, status: 202, job: shown })
    expect(presentItem({ job, created: false }, 1)).to.deep.equal({ index: 1, status: 200, job: shown })
    const refused = presentItem({ refusal: new AppError('not-found', 'There is no such payment.') }, 2)
    expect(refused).to.deep.include({ index: 2, status: 404 })
    expect(BatchItemView.parse(refused)).to.deep.equal(refused)
  })
})
