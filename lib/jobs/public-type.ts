// How a request names a public job type, and what it hands to it. The description of the API says in their place which types
// there are and what each takes.
import { z } from 'zod'

export const PublicType = z
  .string()
  .meta({ id: 'JobType', description: 'A public job type.', examples: ['emails.send'] })

export const PublicInput = z
  .record(z.string(), z.unknown())
  .meta({ id: 'JobInput', description: 'What the type takes.' })
