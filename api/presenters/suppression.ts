// An entry of the suppression list as its account sees it. Pure; columns never leak.
import { z } from 'zod'
import type { Suppression } from '../../lib/models/suppression.ts'
import { Id, Time } from './shapes.ts'

export const SuppressionView = z
  .strictObject({
    address: z.email().meta({ description: 'In lower case.' }),
    reason: z.enum(['hard-bounce', 'manual']),
    emailId: Id.nullable().meta({ description: 'The mail that bounced.' }),
    createdAt: Time,
  })
  .meta({ id: 'Suppression', description: 'An address to which nothing is sent.' })

type View = z.input<typeof SuppressionView>

export const presentSuppression = ({ address, reason, emailId, createdAt }: Suppression): View => ({
  address,
  reason,
  emailId,
  createdAt,
})
