// For operators, behind their login: what does not agree and could not be put right by itself, and settling it.
import { z } from 'zod'
import { settleDiscrepancy } from '../../lib/discrepancies.ts'
import { AppError } from '../../lib/errors.ts'
import { type DiscrepancyId, idSchema } from '../../lib/ids.ts'
import { Discrepancy } from '../../lib/models/discrepancy.ts'
import { line } from '../../lib/text.ts'
import { DiscrepancyView, presentDiscrepancy } from '../presenters/discrepancy.ts'
import { listOf } from '../presenters/shapes.ts'
import { route } from '../route.ts'

const listDiscrepancies = route({
  method: 'get',
  path: '/ops/discrepancies',
  summary: 'List what does not agree (operators)',
  query: z.strictObject({
    state: z.enum(['open', 'resolved']).default('open'),
    limit: z.coerce.number().int().min(1).max(500).default(100),
  }),
  answers: { 200: { description: 'The newest first.', body: listOf(DiscrepancyView) } },
  async handle({ query: { state, limit }, deps: { db } }) {
    const found = await Discrepancy.query(db)
      .where((row) => (state === 'open' ? row.whereNull('resolvedAt') : row.whereNotNull('resolvedAt')))
      .orderBy([
        { column: 'firstSeenAt', order: 'desc' },
        { column: 'id', order: 'desc' },
      ])
      .limit(limit)
    return { status: 200, body: { data: found.map(presentDiscrepancy) }, headers: { 'Cache-Control': 'no-store' } }
  },
})

const resolveDiscrepancy = route({
  method: 'post',
  path: '/ops/discrepancies/:id/resolve',
  summary: 'Settle what does not agree, saying how (operators)',
  params: z.object({ id: idSchema<DiscrepancyId>() }),
  body: z.strictObject({ note: line(500) }).meta({ examples: [{ note: 'Given back by hand.' }] }),
  answers: { 200: { description: 'The discrepancy, resolved.', body: DiscrepancyView } },
  problems: ['conflict'],
  async handle({ params: { id }, body: { note }, deps: { db } }) {
    const settled = await settleDiscrepancy(db, id, note)
    if (settled) return { status: 200, body: presentDiscrepancy(settled) }
    const known = await Discrepancy.query(db).findById(id)
    throw known
      ? new AppError('conflict', 'The discrepancy was resolved before.')
      : new AppError('not-found', 'There is no such discrepancy.')
  },
})

export const discrepancyRoutes = [listDiscrepancies, resolveDiscrepancy]
