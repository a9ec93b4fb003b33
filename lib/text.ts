// Strings that PostgreSQL and mail headers can hold. jsonb refuses U+0000 and lone surrogates, so they stop at the door.
import { z } from 'zod'

/** @returns why a string cannot be stored, or undefined. */
export function unstorable(text: string): string | undefined {
  if (text.includes('\u0000')) return 'must not contain the character U+0000'
  if (!text.isWellFormed()) return 'must be well-formed Unicode (it has a lone surrogate)'
  return undefined
}

/** One line of text: no control characters, so it can stand in a mail header (RFC 5322 §2.2) and in a log. */
export const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses.
    .regex(/^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$/, 'must be one line without control characters')

/** zod's, but the labels of its domain are those of host names (RFC 1123 §2.1): no hyphen at the end, at most 63 characters. */
const ADDRESS =
  /^(?:[A-Za-z0-9_'+-]+\.)*[A-Za-z0-9_'+-]*[A-Za-z0-9_+-]@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/

/** One e-mail address (no display name, no list), at most 254 characters (RFC 5321 §4.5.3.1.3). */
export const EmailAddress = z.email({ pattern: ADDRESS, error: 'must be one e-mail address' }).max(254)
