// The suppression list: whom an account does not write to. Each account has its own (invariant 9).
import { z } from 'zod'
import { AppError } from '../../lib/errors.ts'
import { listed, suppress, unsuppress } from '../../lib/mail/suppress.ts'
import { Suppression } from '../../lib/models/suppression.ts'
import { EmailAddress } from '../../lib/text.ts'
import { listOf } from '../presenters/shapes.ts'
import { presentSuppression, SuppressionView } from '../presenters/suppression.ts'
import { route } from '../route.ts'

const MAX_LISTED = 500

const Suppressed = z.strictObject({ suppression: SuppressionView })

const listSuppressions = route({
  method: 'get',
  path: '/v1/suppressions',
  summary: 'List the addresses to which nothing is sent',
  query: z.strictObject({ address: EmailAddress.optional() }),
  answers: { 200: { description: `Newest first, at most ${MAX_LISTED}.`, body: listOf(SuppressionView) } },
  async handle({ query: { address }, accountId, deps: { db } }) {
    const entries = await Suppression.query(db)
      .where({ accountId, ...(address && { address: listed(address) }) })
      .orderBy([{ column: 'createdAt', order: 'desc' }, 'address'])
      .limit(MAX_LISTED)
    return { status: 200, body: { data: entries.map(presentSuppression) } }
  },
})

const addSuppression = route({
  method: 'post',
  path: '/v1/suppressions',
  summary: 'Send nothing to an address',
  body: z.strictObject({ address: EmailAddress }).meta({ examples: [{ address: 'gone@example.com' }] }),
  answers: {
    201: { description: 'It is on the list.', body: Suppressed },
    200: { description: 'It was there already: as it was.', body: Suppressed },
  },
  async handle({ body: { address }, accountId, deps: { db } }) {
    const entry = await suppress(db, { accountId, address, reason: 'manual', emailId: null })
    return { status: entry.isNew ? 201 : 200, body: { suppression: presentSuppression(entry) } }
  },
})

const removeSuppression = route({
  method: 'delete',
  path: '/v1/suppressions/:address',
  summary: 'Send to an address again',
  params: z.object({ address: EmailAddress.meta({ examples: ['gone@example.com'] }) }),
  answers: { 204: { description: 'It is off the list.' } },
  async handle({ params: { address }, accountId, deps: { db } }) {
    const removed = await unsuppress(db, accountId, address)
    if (!removed) throw new AppError('not-found', 'This address is not on the suppression list.')
    return { status: 204, body: null }
  },
})

export const suppressionRoutes = [listSuppressions, addSuppression, removeSuppression]
