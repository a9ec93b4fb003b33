// (c) Koa and pg-boss: `send`, one INSERT that is committed before the answer. Settings and their sources: ./pg-boss.ts; the
// bulk call: https://pgboss.io/api/jobs#insert-name-job-options
import { openBoss } from './pg-boss.ts'
import { inChunks, serveJobs } from './web.ts'

const QUEUE = 'jobs'
const BULK = 10_000

const boss = await openBoss([QUEUE], false)

await serveJobs({
  add: async (type, input) => String(await boss.send(QUEUE, { type, input })),
  fill: (n) =>
    inChunks(
      n,
      BULK,
      () => ({ data: { type: 'noop', input: {} } }),
      (jobs) => boss.insert(QUEUE, jobs),
    ),
  close: () => boss.stop(),
})
