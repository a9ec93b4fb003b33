// What a client asks for when it submits a job: its type, the type's own input, and when and how it is to be done.
import { z } from 'zod'
import { type Acceptable, readRequest } from '../../lib/jobs/accept.ts'
import type { Catalogue } from '../../lib/jobs/definition.ts'
import { PublicInput, PublicType } from '../../lib/jobs/public-type.ts'
import { Moment } from '../../lib/time.ts'

export const JobRequest = z
  .strictObject({
    type: PublicType,
    input: PublicInput,
    runAt: Moment.optional(),
    startBefore: Moment.optional().meta({
      description:
        'RFC 3339. Unless it has begun by then, it ends as `cancelled`: it is useless late. What cannot be called off any more is done late.',
    }),
    priority: z
      .int()
      .min(0)
      .max(9)
      .optional()
      .meta({ description: '0 is first; orders your own jobs. 5 when absent.' }),
    uniqueKey: z.string().min(1).max(200).optional().meta({
      description:
        'Of your open jobs of this type only one has this key: if there is one, it is answered, and nothing is stored.',
    }),
  })
  .refine(({ runAt, startBefore }) => !runAt || !startBefore || Date.parse(runAt) < Date.parse(startBefore), {
    path: ['startBefore'],
    error: 'must be after runAt',
  })
  .meta({
    examples: [
      { type: 'emails.send', input: { to: 'ada@example.com', template: 'welcome', data: { name: 'Ada' } } },
      { type: 'inventory.adjust', input: { sku: 'MUG-BLUE', delta: 5, reason: 'Found in the cellar.' }, priority: 1 },
    ],
  })

/** @throws InvalidRequest at `#/type` or under `#/input` */
export function readJobRequest(catalogue: Catalogue, request: z.infer<typeof JobRequest>): Acceptable {
  const { runAt, startBefore, priority, uniqueKey } = request
  return {
    ...readRequest(catalogue, request),
    notBefore: moment(runAt),
    startBefore: moment(startBefore),
    priority,
    uniqueKey,
  }
}

const moment = (text: string | undefined) => (text === undefined ? undefined : new Date(text))
