// Checks a value against a schema and says what is wrong where, field by field.
import type { z } from 'zod'
import { type FieldError, InvalidRequest } from '../../lib/errors.ts'
import { escapePointer } from './body.ts'

/** @param at where in the body the value stands, e.g. `/input`. @throws InvalidRequest */
export function validate<T extends z.ZodType>(schema: T, value: unknown, at = ''): z.infer<T> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new InvalidRequest(result.error.issues.flatMap((issue) => fieldErrors(issue, at)))
}

function fieldErrors(issue: z.core.$ZodIssue, at: string): FieldError[] {
  const pointer = `#${at}${issue.path.map((key) => `/${escapePointer(String(key))}`).join('')}`
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ pointer: `${pointer}/${escapePointer(key)}`, detail: 'is not a known field' }))
  }
  if (issue.code === 'invalid_union')
    return closestVariant(issue).flatMap((inner) => fieldErrors(inner, `${at}${pointerOf(issue.path)}`))
  return [{ pointer, detail: issue.message }]
}

const pointerOf = (path: PropertyKey[]) => path.map((key) => `/${escapePointer(String(key))}`).join('')

/** Of the variants of a union, the one with the fewest complaints is what the caller most likely meant. */
function closestVariant(issue: z.core.$ZodIssueInvalidUnion): z.core.$ZodIssue[] {
  const weigh = (issues: z.core.$ZodIssue[]) =>
    issues.reduce(
      (sum, { code, ...rest }) => sum + (code === 'unrecognized_keys' && 'keys' in rest ? rest.keys.length : 1),
      0,
    )
  const [closest] = issue.errors.toSorted((a, b) => weigh(a) - weigh(b))
  return closest?.length
    ? closest
    : [{ ...issue, code: 'custom', message: 'does not fit any of the allowed forms', params: {} } as z.core.$ZodIssue]
}
