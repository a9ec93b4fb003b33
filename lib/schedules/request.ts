// What an account says of a schedule. Its type and input are those of a job, and are held to the same schemas.
import { z } from 'zod'
import { PublicInput, PublicType } from '../jobs/public-type.ts'
import { missedPolicies } from '../models/schedule.ts'
import { isTimeZone, MOST_MISSED, refuseCron } from './ticks.ts'

const MAX_CRON = 100
const MAX_TIMEZONE = 64

export const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/
export const ScheduleName = z
  .string()
  .regex(NAME)
  .meta({ examples: ['welcome-mail'] })

const Cron = z
  .string()
  .max(MAX_CRON)
  .transform((text) => text.trim().replaceAll(/\s+/g, ' '))
  .superRefine((cron, context) => {
    const message = refuseCron(cron)
    if (message) context.addIssue({ code: 'custom', message })
  })
  .meta({
    description:
      'Five fields (minute, hour, day of month, month, day of week), or @hourly, @daily, @weekly, @monthly, @yearly. `L`, ' +
      '`W`, `#` and `+` as croner has them. Where clocks go forward, a named time that is skipped comes right after the ' +
      'gap; where they go back, it comes once, the first time. Hours or minutes with `*` or a step go by the time that ' +
      'passes: they skip the gap, and come in both of the doubled hours.',
    examples: ['30 6 * * mon-fri'],
  })

const TimeZone = z
  .string()
  .max(MAX_TIMEZONE)
  .refine(isTimeZone, { error: 'must be the name of a time zone, such as Europe/Berlin' })
  .meta({ description: 'IANA name.', examples: ['Europe/Berlin'] })

const request = z.strictObject({
  cron: Cron,
  timezone: TimeZone.default('UTC'),
  type: PublicType,
  input: PublicInput,
  priority: z.int().min(0).max(9).default(5).meta({ description: '0 is first; orders your own jobs.' }),
  missed: z
    .enum(missedPolicies)
    .default('once')
    .meta({
      description:
        'What follows an outage: nothing (`skip`; a tick is missed when it is a minute late), one job for all that was ' +
        `missed, or one for each (\`all\`; the latest ${MOST_MISSED}).`,
    }),
  paused: z.boolean().optional().meta({ description: 'Absent: as it is; a new schedule runs.' }),
})

const example = {
  cron: '30 6 * * mon-fri',
  timezone: 'Europe/Berlin',
  type: 'emails.send',
  input: { to: 'ada@example.com', subject: 'Good morning', text: 'Another day.' },
}
export const ScheduleRequest = request.meta({ examples: [example] })
export type ScheduleRequest = z.output<typeof ScheduleRequest>
