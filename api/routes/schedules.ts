// Schedules: work that an account wants done again and again. The workers make the jobs; here they are kept and steered.
import { z } from 'zod'
import type { Db, Trx } from '../../lib/db.ts'
import { InvalidRequest } from '../../lib/errors.ts'
import { atInput, readRequest } from '../../lib/jobs/accept.ts'
import type { Schedule } from '../../lib/models/schedule.ts'
import { NAME, ScheduleName, ScheduleRequest } from '../../lib/schedules/request.ts'
import {
  findSchedule,
  listSchedules,
  MAX_SCHEDULES,
  putSchedule,
  recentRuns,
  removeSchedule,
  setPaused,
} from '../../lib/schedules/store.ts'
import { WaitHeaders } from '../follow/prefer.ts'
import { acceptedOrFinished } from '../presenters/accepted.ts'
import { presentSchedule, presentScheduleDetail, ScheduleDetailView, ScheduleView } from '../presenters/schedule.ts'
import { listOf } from '../presenters/shapes.ts'
import { route } from '../route.ts'
import { submit } from '../submit.ts'

const RECENT_RUNS = 10

const params = z.object({ name: ScheduleName })
const detail = async (db: Db | Trx, schedule: Schedule) =>
  presentScheduleDetail(schedule, await recentRuns(db, schedule, RECENT_RUNS), new Date())

const list = route({
  method: 'get',
  path: '/v1/schedules',
  summary: 'List the schedules',
  answers: {
    200: {
      description: `By name, each without its input; an account has at most ${MAX_SCHEDULES}.`,
      body: listOf(ScheduleView),
    },
  },
  async handle({ accountId, deps: { db } }) {
    const schedules = await listSchedules(db, accountId)
    return { status: 200, body: { data: schedules.map(presentSchedule) } }
  },
})

const put = route({
  method: 'put',
  path: '/v1/schedules/:name',
  summary: 'Create or replace a schedule',
  // A name that cannot be is the request's mistake: here it is not looked for.
  params: z.object({ name: z.string().meta({ pattern: NAME.source, examples: ['welcome-mail'] }) }),
  body: ScheduleRequest,
  answers: {
    201: { description: 'It is new.', body: ScheduleDetailView, headers: { Location: 'The schedule.' } },
    200: {
      description:
        'It was there, and is as asked for now; the same again changes nothing. With another cron, time zone or pause it begins anew from now: ticks that have passed are not run.',
      body: ScheduleDetailView,
    },
  },
  problems: ['conflict'],
  async handle({ params: { name }, body, accountId, deps: { db, catalogue } }) {
    if (!NAME.test(name))
      throw new InvalidRequest(
        [],
        'The name in the path must have 1 to 64 of a-z, 0-9, ".", "_" and "-", and begin with a letter or digit.',
      )
    readRequest(catalogue, body)
    return db.transaction(async (trx) => {
      const { schedule, isNew } = await putSchedule(trx, accountId, name, body)
      const answer = { body: await detail(trx, schedule) }
      return isNew
        ? { ...answer, status: 201, headers: { Location: answer.body.links.self } }
        : { ...answer, status: 200 }
    })
  },
})

const show = route({
  method: 'get',
  path: '/v1/schedules/:name',
  summary: 'Show a schedule with its next and its latest runs',
  params,
  answers: { 200: { description: 'The schedule.', body: ScheduleDetailView } },
  async handle({ params: { name }, accountId, deps: { db } }) {
    return { status: 200, body: await detail(db, await findSchedule(db, accountId, name)) }
  },
})

const remove = route({
  method: 'delete',
  path: '/v1/schedules/:name',
  summary: 'End a schedule',
  params,
  answers: { 204: { description: 'It makes no more jobs; those that it made stay.' } },
  async handle({ params: { name }, accountId, deps: { db } }) {
    await removeSchedule(db, accountId, name)
    return { status: 204, body: null }
  },
})

const steer = (action: 'pause' | 'resume', summary: string, description: string) =>
  route({
    method: 'post',
    path: `/v1/schedules/:name/${action}`,
    summary,
    params,
    answers: { 200: { description, body: ScheduleDetailView } },
    handle: ({ params: { name }, accountId, deps: { db } }) =>
      db.transaction(async (trx) => {
        const schedule = await setPaused(trx, accountId, name, action === 'pause')
        return { status: 200, body: await detail(trx, schedule) }
      }),
  })

const runNow = route({
  method: 'post',
  path: '/v1/schedules/:name/run',
  summary: 'Run a schedule now, beside its ticks',
  params,
  // Where the type requires one, so does this; see `POST /v1/jobs`.
  idempotencyKey: 'optional',
  headers: WaitHeaders,
  answers: acceptedOrFinished('The job is accepted.'),
  // Those of the types as well: what their input names may be past it.
  problems: ['idempotency-key-missing', 'invalid-request', 'conflict', 'not-refundable'],
  async handle(request) {
    const { params, accountId, deps } = request
    const schedule = await findSchedule(deps.db, accountId, params.name)
    const submission = { ...readRequest(deps.catalogue, schedule), priority: schedule.priority }
    return submit(request, submission).catch((error: unknown) => {
      throw atInput(error)
    })
  },
})

export const scheduleRoutes = [
  list,
  put,
  show,
  remove,
  steer('pause', 'Pause a schedule', 'It is paused: ticks that come meanwhile are skipped.'),
  steer('resume', 'Resume a schedule', 'It goes on with the next tick from now.'),
  runNow,
]
