// What a run is told: `npm run fuzz -- --requests N --engine postgres|redis --seed S --operation ID`, or `--help`.
import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { z } from 'zod'

export const HELP = `npm run fuzz -- [options]
  --requests N     how many requests are made up and sent (20000)
  --engine E       postgres or redis (postgres)
  --seed S         any text; the same seed makes up the same requests (at random)
  --operation ID   only requests for this operation of /openapi.json, e.g. placeOrder; repeatable
  --lanes N        how many requests are under way at once (24)
  --folder DIR     the checkout whose built processes run (this one)
Exits 0 when every answer was one that /openapi.json declares, nothing broke, and what is stored adds up.`

const Options = z.object({
  requests: z.coerce.number().int().positive(),
  engine: z.enum(['postgres', 'redis']),
  seed: z.string().min(1),
  /** Ids of operations; all where empty. */
  operation: z.array(z.string()),
  lanes: z.coerce.number().int().min(1).max(100),
  folder: z.string(),
})
export type Options = z.infer<typeof Options>

/** @returns undefined where help is asked for. @throws Error that says what is wrong with the arguments. */
export function readOptions(args: string[]): Options | undefined {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args,
    options: {
      requests: text,
      engine: text,
      seed: text,
      operation: { type: 'string', multiple: true },
      lanes: text,
      folder: text,
      help: { type: 'boolean' },
    },
  })
  const { help, ...given } = values
  if (help) return undefined
  const seed = randomBytes(4).toString('hex')
  const defaults = { requests: '20000', engine: 'postgres', seed, operation: [], lanes: '24', folder: process.cwd() }
  const result = Options.safeParse({ ...defaults, ...given })
  if (result.success) return result.data
  throw new Error(result.error.issues.map((issue) => `--${issue.path.join('.')}: ${issue.message}`).join('\n'))
}
