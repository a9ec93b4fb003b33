// Attempts that come to their ends in the same turn of the event loop, so that what ends together does.
import type { Db } from '../../lib/db.ts'
import type { JobContext, JobDefinition } from '../../lib/jobs/definition.ts'
import type { Job } from '../../lib/models/job.ts'
import { createClaims } from '../../workers/claims.ts'
import type { Runtime } from '../../workers/runtime.ts'
import { attempt } from './probe.ts'

/** Nothing is taken back because the machine is slow. */
const LEASE_MS = 60_000

interface Meeting {
  /** Runs the same jobs, alone unless they are asked to meet. */
  runtime: Runtime
  /**
   * Runs an attempt of each job; when all have begun, `meanwhile`, and then their handlers. Those must do nothing but commit.
   */
  endAtOnce(jobs: Job[], meanwhile?: () => PromiseLike<unknown>): Promise<{ outcome: string; job: Job }[]>
}

export function openMeeting(runtime: Runtime): Meeting {
  let meet = async () => {}
  const meeting = (definition: JobDefinition): JobDefinition => {
    const { work } = definition
    if (!('run' in work)) return definition
    const run = async (input: unknown, context: JobContext) => {
      await meet()
      return work.run(input, context)
    }
    return { ...definition, work: { run } }
  }
  const catalogue = Object.fromEntries(Object.entries(runtime.catalogue).map(([type, each]) => [type, meeting(each)]))
  const claims = createClaims(runtime.db, LEASE_MS)
  const inMeeting: Runtime = { ...runtime, catalogue, claims, leaseMs: LEASE_MS }
  return {
    runtime: inMeeting,
    async endAtOnce(jobs, meanwhile = async () => {}) {
      let missing = jobs.length
      let begin = (_: PromiseLike<unknown>) => {}
      const all = new Promise<unknown>((resolve) => {
        begin = resolve
      })
      meet = async () => {
        if (--missing === 0) begin(meanwhile())
        await all
      }
      try {
        return await Promise.all(jobs.map((job) => attempt(inMeeting, job)))
      } finally {
        meet = async () => {}
      }
    },
  }
}

/** The statements that transactions of this pool send while `work` runs, from the moment that it says so. */
export async function statementsDuring<R>(db: Db, work: (begin: () => Promise<void>) => Promise<R>) {
  const statements: string[] = []
  const note = ({ sql }: { sql: string }) => statements.push(sql)
  const begin = async () => void db.on('query', note)
  const result = await work(begin).finally(() => db.removeListener('query', note))
  return { statements, commits: statements.filter((sql) => sql === 'COMMIT;').length, result }
}
