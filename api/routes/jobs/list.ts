// Lists jobs: by what they are, where they stand and what they are about, or, by their ids, those that a client follows.
import { z } from 'zod'
import type { Db } from '../../../lib/db.ts'
import { InvalidRequest } from '../../../lib/errors.ts'
import { type AccountId, type BatchId, idSchema, type JobId } from '../../../lib/ids.ts'
import { Job, type JobState, jobStates } from '../../../lib/models/job.ts'
import { containing, SearchText, someNames, someOf, YesOrNo } from '../../filters.ts'
import { presentJobs } from '../../follow/many.ts'
import { answerPage, PageQuery, pageHeaders, pageOf, type Rows, readPage } from '../../pages.ts'
import { JobView, presentJob } from '../../presenters/job.ts'
import { Id } from '../../presenters/shapes.ts'
import { route } from '../../route.ts'

const MAX_IDS = 100

const JobsQuery = PageQuery.extend({
  state: someOf(jobStates).optional(),
  type: someNames.optional().meta({ description: 'One or several, with commas.', examples: ['orders.place'] }),
  needsAttention: YesOrNo.optional().meta({ description: 'Whether an operator should look.' }),
  parent: idSchema<JobId>().optional().meta({ description: 'The steps of this flow.' }),
  steps: YesOrNo.optional().meta({ description: 'true: with the steps of flows, which are left out otherwise.' }),
  batch: idSchema<BatchId>().optional().meta({ description: 'The jobs of this batch.' }),
  q: SearchText.optional().meta({
    description: 'A text in what the job is about (ids) or in its error’s `type` or `detail`, in any case.',
  }),
  ids: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.uuid()).max(MAX_IDS))
    .transform((ids) => ids as JobId[])
    .optional()
    .meta({ description: `These jobs, with commas, at most ${MAX_IDS}; without any filter.` }),
})
type JobsQuery = z.infer<typeof JobsQuery>

export const listJobs = route({
  method: 'get',
  path: '/v1/jobs',
  summary: 'List jobs, or look at several at once',
  query: JobsQuery,
  problems: ['invalid-cursor'],
  answers: {
    200: {
      description: 'A page of jobs; with `ids`, these, in that order, and those of them that are `missing`.',
      body: pageOf(JobView).extend({ missing: z.array(Id).exactOptional() }),
      headers: pageHeaders,
    },
  },
  async handle(request) {
    const { query, accountId, deps } = request
    if (query.ids) return showMany(deps.db, accountId, query)
    const page = await readPage<Job>(request, {
      of: Job,
      key: 'id',
      index: 'desc',
      among: (jobs) => among(jobs, query),
      fits: (jobs) => fits(jobs, query),
    })
    const steps = await readSteps(deps.db, accountId, page.rows)
    return answerPage(
      request,
      page,
      page.rows.map((job) => presentJob(job, steps.get(job.id) ?? [])),
    )
  },
})

async function showMany(db: Db, accountId: AccountId, { ids = [], limit, order, ...filters }: JobsQuery) {
  const errors = Object.keys(filters).map((name) => ({ pointer: `#/${name}`, detail: 'does not go with ids' }))
  if (errors.length) throw new InvalidRequest(errors)
  const body = { ...(await presentJobs(db, accountId, ids)), next: null }
  return { status: 200, body, headers: { 'Cache-Control': 'no-store' } }
}

/** @returns the steps of the flows among the jobs, in the order they were enqueued */
async function readSteps(db: Db, accountId: AccountId, jobs: Job[]): Promise<Map<JobId, Job[]>> {
  const steps = new Map<JobId, Job[]>(jobs.map(({ id }) => [id, []]))
  const found = await Job.query(db)
    .where({ accountId })
    .whereIn('parentId', [...steps.keys()])
    .orderBy(['createdAt', 'id'])
  for (const step of found) if (step.parentId) steps.get(step.parentId)?.push(step)
  return steps
}

/** Each by an index. States that few jobs have are looked for among these, the others among all. */
function among(jobs: Rows, { parent, batch, state, needsAttention }: JobsQuery): void {
  const states = FEW.find((few) => state?.every((each) => few.includes(each)))
  if (parent) jobs.where('parentId', parent)
  if (batch) jobs.where('batchId', batch)
  if (states) jobs.whereIn('state', states)
  if (needsAttention) jobs.whereNotNull('needsAttention')
}

function fits(jobs: Rows, { state, type, needsAttention, parent, steps, q }: JobsQuery): void {
  if (state) jobs.whereIn('state', state)
  if (type) jobs.whereIn('type', type)
  if (needsAttention === false) jobs.whereNull('needsAttention')
  if (!parent && !steps) jobs.whereNull('parentId')
  if (q) jobs.where((text) => text.whereRaw(TEXT, { pattern: containing(q) }))
}

/** The sets of states that have an index of their own. */
const FEW: JobState[][] = [['scheduled'], ['failed', 'cancelled']]

/** Inputs hold ids (invariant 7); what other tables hold is not looked at. */
const TEXT = `
  EXISTS (SELECT FROM jsonb_each_text(input) AS field WHERE field.value ILIKE :pattern)
  OR error ->> 'detail' ILIKE :pattern OR error ->> 'type' ILIKE :pattern`
