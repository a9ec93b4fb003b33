// Schedules in tests: one is made due by moving its next run in the database, as an outage of its workers would leave it.
import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import type { Catalogue } from '../../lib/jobs/definition.ts'
import { Schedule } from '../../lib/models/schedule.ts'
import { runSchedules } from '../../lib/schedules/run.ts'
import type { TestClient } from './client.ts'
import { type Harness, quiet } from './harness.ts'

export const welcome = {
  cron: '0 6 * * *',
  type: 'emails.send',
  input: { to: 'ada@example.com', subject: 'Good morning', text: 'Another day.' },
}

export const someName = () => `s-${randomBytes(4).toString('hex')}`

export const putSchedule = (client: TestClient, name: string, body: unknown) =>
  client.send('PUT', `/v1/schedules/${name}`, {
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  })

const HOUR = 3_600_000

/** Ticks once an hour, half an hour away from now, so that no tick comes while a test runs. */
export function hourly(): { cron: string; latest: Date; ago: (hours: number) => Date } {
  const latest = new Date(Math.floor((Date.now() - HOUR / 2) / 60_000) * 60_000)
  return { cron: `${latest.getUTCMinutes()} * * * *`, latest, ago: (hours) => new Date(+latest - hours * HOUR) }
}

export const makeDue = async ({ db }: Harness, name: string, nextRunAt: Date) =>
  expect(await Schedule.query(db).patch({ nextRunAt }).where({ name })).to.equal(1)

/** One round of a worker's. */
export const runDue = (harness: Harness, catalogue: Catalogue = harness.runtime.catalogue) =>
  runSchedules(harness.db, harness.dispatch, catalogue, quiet)
