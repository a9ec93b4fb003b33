// Two APIs and more and more workers on one database: every job is done once (invariants 1 to 5), and all of them together
// hold no more connections than the README says.
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'chai'
import { queues } from '../../lib/queues.ts'
import type { TestClient } from '../support/client.ts'
import { environment } from '../support/environment.ts'
import { acceptOne, expectAllDoneOnce, nothingAccepted } from '../support/mixed-load.ts'
import { useProcesses } from '../support/processes.ts'

const POOL = 3
const APIS = 2
const JOBS_EACH = 134
const LOOK_EVERY_MS = 100
/** Requests under way at a time, at each API. */
const AT_A_TIME = 8
/** As in production: a busy machine takes no worker for dead, and eight of them are not busy with looking after each other. */
const patient = { LEASE_MS: '15000', SWEEP_INTERVAL_MS: '500', DISPATCH_GRACE_MS: '10000', CONCURRENCY: '2' }

/** Connections that processes may hold: README, Settings, `DATABASE_POOL_SIZE`. */
const engines = environment.engine === 'postgres' ? POOL + queues.length : 0
const budget = (workers: number) => APIS * (POOL + 1 + engines) + workers * (POOL + 8 + engines)

describe('many processes', function () {
  this.timeout(120_000)
  const processes = useProcesses({ workers: 0, env: { DATABASE_POOL_SIZE: String(POOL) } })
  const accepted = nothingAccepted()
  const apis: TestClient[] = []
  let workers = 0
  let next = 0

  before(async () => {
    apis.push(processes.api, await processes.startWeb())
  })

  /** Through both at the same time. */
  const acceptMany = async () => {
    const end = next + JOBS_EACH
    const lane = async (api: TestClient) => {
      while (next < end) await acceptOne(api, next++, accepted)
    }
    await Promise.all(apis.flatMap((api) => Array.from({ length: AT_A_TIME }, () => lane(api))))
  }

  for (const count of [2, 4, 8]) {
    it(`do every job once, ${count} workers and ${APIS} APIs, within their connections`, async () => {
      while (workers < count) {
        const fresh = Math.min(2, count - workers)
        await Promise.all(Array.from({ length: fresh }, () => processes.startWorker(patient)))
        workers += fresh
      }
      const watch = watchConnections()
      await acceptMany()
      await expectAllDoneOnce(processes, accepted)
      const most = await watch.stop()
      expect(most).to.be.within(workers, budget(workers))
    })
  }

  /** Looks at how many connections the processes hold, all the time. */
  function watchConnections() {
    let watching = true
    let most = 0
    const watch = async () => {
      while (watching) {
        const { rows } = await processes.db.raw(
          `SELECT count(*)::int AS held FROM pg_stat_activity
           WHERE datname = current_database() AND application_name <> 'errand-e2e' AND backend_type = 'client backend'`,
        )
        most = Math.max(most, rows[0].held)
        await delay(LOOK_EVERY_MS)
      }
    }
    const watched = watch()
    return {
      async stop() {
        watching = false
        await watched
        return most
      },
    }
  }
})
