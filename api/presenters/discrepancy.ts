// A discrepancy as operators see it. Pure; columns never leak.
import { z } from 'zod'
import type { Discrepancy } from '../../lib/models/discrepancy.ts'
import { Id, Link, Time } from './shapes.ts'

export const DiscrepancyView = z
  .strictObject({
    id: Id,
    kind: z.string().meta({ examples: ['orphan-charge'] }),
    state: z.enum(['open', 'resolved']),
    subject: z.string().meta({ description: 'What it is about: an id of ours or of the provider.' }),
    accountId: Id,
    detail: z.record(z.string(), z.unknown()).meta({ description: 'Ids, codes, states and amounts.' }),
    firstSeenAt: Time,
    lastSeenAt: Time,
    resolvedAt: Time.nullable(),
    note: z
      .string()
      .nullable()
      .meta({ description: 'By the operator who settled it; null where it was found no more.' }),
    links: z.strictObject({ resolve: Link }),
  })
  .meta({ id: 'Discrepancy', description: 'What does not agree and could not be put right by itself.' })

export function presentDiscrepancy(discrepancy: Discrepancy): z.input<typeof DiscrepancyView> {
  const { id, kind, subject, accountId, detail, firstSeenAt, lastSeenAt, resolvedAt, note } = discrepancy
  return {
    id,
    kind,
    state: resolvedAt ? 'resolved' : 'open',
    subject,
    accountId,
    detail,
    firstSeenAt,
    lastSeenAt,
    resolvedAt,
    note,
    links: { resolve: `/ops/discrepancies/${id}/resolve` },
  }
}
