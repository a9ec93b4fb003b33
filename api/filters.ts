// What the filters of lists are written in: a moment, several values, a yes or no, and a text to look for.
import { z } from 'zod'
import { line } from '../lib/text.ts'

const MAX_VALUES = 20

export const Timestamp = z.iso.datetime({ offset: true }).transform((text) => new Date(text))

/** Values with commas between them; what comes out has each once, in one order. */
const several = z.string().transform((text) => [...new Set(text.split(','))].sort())

/** One or several of a few values. */
export const someOf = <T extends string>(values: readonly [T, ...T[]]) =>
  several
    .pipe(z.array(z.enum(values)))
    .meta({ description: `One or several, with commas: ${values.join(', ')}.`, examples: values.slice(0, 1) })

/** One or several names. */
export const someNames = several.pipe(z.array(line(100)).max(MAX_VALUES))

export const YesOrNo = z.enum(['true', 'false']).transform((text) => text === 'true')

export const SearchText = line(100)

/** @returns the pattern of ILIKE for texts that contain this one, whatever characters it has. */
export const containing = (text: string) => `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
