// Jobs as they are read, for tests that need no database.
import { type Snapshot, takeSnapshot } from '../../../../api/follow/snapshot.ts'
import { Job } from '../../../../lib/models/job.ts'

const base = {
  id: '01890a5d-ac96-774b-bcce-b302099a8057',
  accountId: '01890a5d-ac96-774b-bcce-b302099a8058',
  type: 'emails.send',
  queue: 'emails',
  state: 'queued',
  needsAttention: null,
  input: {},
  result: null,
  error: null,
  progress: null,
  attempt: 0,
  maxAttempts: 3,
  priority: 5,
  startBefore: null,
  uniqueKey: null,
  batchId: null,
  runAt: new Date('2026-11-21T10:00:00Z'),
  parentId: null,
  step: null,
  stepRole: null,
  createdAt: new Date('2026-11-21T10:00:00Z'),
  startedAt: null,
  finishedAt: null,
}

export const jobWith = (more: object): Job => Object.assign(new Job(), base, more)

export const snapshotOf = (more: object, steps: Job[] = []): Snapshot => takeSnapshot({ job: jobWith(more), steps })
