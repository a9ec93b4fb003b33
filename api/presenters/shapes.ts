// Shapes that many views share. A view says what an answer looks like in JSON, and its presenter's type is tied to it:
// `presentX(row): z.input<typeof XView>`. Views are strict objects, so that a column that leaks fails the tests.
import { z } from 'zod'

/** A moment. Presenters hand over the row's Date; JSON makes RFC 3339 in UTC of it, to the millisecond. */
export const Time = z.date().meta({ type: 'string', format: 'date-time', examples: ['2026-11-21T16:24:00.000Z'] })

/** An id of ours: UUIDv7 (RFC 9562 §5.7). */
export const Id = z.uuid().meta({ examples: ['019abcde-0000-7000-8000-000000000001'] })

/** Where something is found on this server: a URI reference (RFC 3986 §4.1), always an absolute path. */
export const Link = z
  .string()
  .meta({ format: 'uri-reference', examples: ['/v1/jobs/019abcde-0000-7000-8000-000000000001'] })

/** An amount that may be negative in a ledger, and the currency it is in. */
export const Money = z
  .strictObject({
    amount: z.int().meta({ description: 'In the minor unit of the currency: cents of EUR.' }),
    currency: z.string().length(3).meta({ description: 'ISO 4217, in upper case.' }),
  })
  .meta({ id: 'Money', examples: [{ amount: 2900, currency: 'EUR' }] })

/** A list that is not cut into pages. */
export const listOf = <T extends z.ZodType>(view: T) => z.strictObject({ data: z.array(view) })
