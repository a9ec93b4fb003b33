// What a refused request looks like: a problem object that names the field and the reason, and not one row more.
import { expect } from 'chai'
import type { Db } from '../../../lib/db.ts'
import { type ProblemCode, problemTypes } from '../../../lib/problems.ts'
import type { TestAnswer } from '../../support/client.ts'

/** Every table that accepting work writes to. */
const TABLES = [
  'jobs',
  'orders',
  'order_items',
  'payments',
  'emails',
  'adjustments',
  'refunds',
  'ledger_entries',
  'idempotency_keys',
  'job_actions',
  'holds',
  'movements',
]

/** @returns the number of rows of each table that accepting work writes to. */
export async function storedRows(db: Db): Promise<Record<string, number>> {
  const counts = TABLES.map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`)
  const { rows } = await db.raw(`SELECT ${counts.join(', ')}`)
  return rows[0]
}

/** What is wrong, where. */
export interface Refusal {
  code: ProblemCode
  /** The field's JSON pointer; a problem without one is not about a field. */
  pointer?: string
  reason?: RegExp
}

export function expectProblem(answer: TestAnswer, { code, pointer, reason }: Refusal): void {
  const { status, title } = problemTypes[code]
  expect(answer.body, JSON.stringify(answer.body)).to.include({ type: `/problems/${code}`, status, title })
  expect(answer.status).to.equal(status)
  expect(answer.headers.get('content-type')).to.match(/^application\/problem\+json/)
  expect(answer.body.detail).to.be.a('string').and.not.equal('')
  if (pointer === undefined) return
  const errors: { pointer: string; detail: string }[] = answer.body.errors
  const field = errors.find((each) => each.pointer === pointer)
  expect(field, `an error at ${pointer} among ${JSON.stringify(errors)}`).to.not.equal(undefined)
  expect(field?.detail).to.match(reason ?? /\w/)
}
