// What a run is told: `npm run chaos -- --orders N --minutes M --engine postgres|redis --seed S --report FILE`, or `--smoke`.
import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { z } from 'zod'

const Options = z.object({
  /** Orders spread over the run; as many as the machine takes where absent. */
  orders: z.coerce.number().int().positive().optional(),
  /** How long load and faults last. */
  minutes: z.coerce
    .number()
    .positive()
    .max(24 * 60),
  engine: z.enum(['postgres', 'redis']),
  seed: z.string().min(1),
  /** File for a machine-readable copy of the verdict. */
  report: z.string().optional(),
  /** The checkout whose built processes run. */
  folder: z.string(),
  /** How long jobs get to end once all is well again, in seconds. */
  settle: z.coerce.number().positive(),
  /** Shortest and longest time from one fault to the next, in ms. */
  gap: z.tuple([z.number(), z.number()]),
})
export type Options = z.infer<typeof Options>

/** A run for CI: short, with a bit of everything. */
const SMOKE = { orders: '60', minutes: '0.5', settle: '180', gap: [1_000, 2_600] }

/** @throws Error that says what is wrong with the arguments. */
export function readOptions(args: string[]): Options {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args,
    options: {
      orders: text,
      minutes: text,
      engine: text,
      seed: text,
      report: text,
      folder: text,
      settle: text,
      smoke: { type: 'boolean' },
    },
  })
  const { smoke, ...given } = values
  const seed = randomBytes(4).toString('hex')
  const defaults = { minutes: '2', engine: 'postgres', seed, folder: process.cwd(), settle: '120', gap: [2_000, 5_000] }
  const result = Options.safeParse({ ...defaults, ...(smoke && SMOKE), ...given })
  if (result.success) return result.data
  const problems = result.error.issues.map((issue) => `--${issue.path.join('.')}: ${issue.message}`)
  throw new Error(problems.join('\n'))
}
