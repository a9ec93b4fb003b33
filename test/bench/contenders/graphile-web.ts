// (d) Koa and graphile-worker: `addJob` of `makeWorkerUtils`, which is what its documentation has for adding more than one job
// (https://worker.graphile.org/docs/library/queue); committed before the answer. Settings and their sources: ./graphile.ts; the
// bulk call: https://worker.graphile.org/docs/library/add-jobs
import { openUtils } from './graphile.ts'
import { inChunks, serveJobs } from './web.ts'

const TASK = 'job'
const BULK = 10_000

const utils = await openUtils()

await serveJobs({
  add: async (type, input) => (await utils.addJob(TASK, { type, input })).id,
  fill: (n) =>
    inChunks(
      n,
      BULK,
      () => ({ identifier: TASK, payload: { type: 'noop', input: {} } }),
      (jobs) => utils.addJobs(jobs),
    ),
  close: async () => utils.release(),
})
