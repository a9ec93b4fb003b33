// What clients do with jobs.
import { listJobActions } from './actions.ts'
import { submitJobs } from './batch.ts'
import { cancelRoute } from './cancel.ts'
import { followJob } from './events.ts'
import { listJobs } from './list.ts'
import { retryRoute } from './retry.ts'
import { showJob } from './show.ts'
import { submitJob } from './submit.ts'

export const jobRoutes = [submitJob, submitJobs, listJobs, showJob, followJob, cancelRoute, retryRoute, listJobActions]
