// Adds a step's job to graphile-worker inside a transaction of knex's.
import type { Enqueue } from './steps.ts'

export const addInTransaction: Enqueue = (trx, step, orderId) =>
  trx.raw('SELECT graphile_worker.add_job(?, ?::json)', [step, JSON.stringify({ orderId })])
