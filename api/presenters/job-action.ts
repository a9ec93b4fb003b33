// What an account did to a job, as it sees it. Pure; columns never leak.
import { z } from 'zod'
import type { JobAction } from '../../lib/models/job-action.ts'
import { Time } from './shapes.ts'

export const JobActionView = z
  .strictObject({
    action: z.enum(['cancel', 'retry']),
    reason: z.string().nullable().meta({ description: 'In the words of whoever asked for it.' }),
    keyId: z.uuid().nullable().meta({ description: 'The API key it was asked for with.' }),
    attempt: z.int().min(0).meta({ description: 'The attempt that the job was at.' }),
    at: Time,
  })
  .meta({ id: 'JobAction' })

export const presentJobAction = ({ action, reason, keyId, attempt, at }: JobAction): z.input<typeof JobActionView> => ({
  action,
  reason,
  keyId,
  attempt,
  at,
})
