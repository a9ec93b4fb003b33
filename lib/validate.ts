// Checks a value against a schema and says what is wrong where, field by field. What it says is bounded: a caller who sends
// a thousand mistakes gets the first ones.
import type { z } from 'zod'
import { type FieldError, InvalidRequest } from './errors.ts'

export const MAX_ERRORS = 20
const MAX_KEY = 100

/** One step of a JSON Pointer (RFC 6901 §3), of bounded length. */
export const pointerStep = (key: PropertyKey) => {
  const name = String(key)
  const shown = name.length > MAX_KEY ? `${name.slice(0, MAX_KEY)}…` : name
  return `/${shown.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

/** @param at where in the body the value stands, e.g. `/input`. @throws InvalidRequest */
export function validate<T extends z.ZodType>(schema: T, value: unknown, at = ''): z.infer<T> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new InvalidRequest(result.error.issues.flatMap((issue) => fieldErrors(issue, at)).slice(0, MAX_ERRORS))
}

function fieldErrors(issue: z.core.$ZodIssue, at: string): FieldError[] {
  const path = `${at}${issue.path.map(pointerStep).join('')}`
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ pointer: `#${path}${pointerStep(key)}`, detail: 'is not a known field' }))
  }
  if (issue.code === 'invalid_union') return closestVariant(issue).flatMap((inner) => fieldErrors(inner, path))
  return [{ pointer: `#${path}`, detail: issue.message }]
}

/** Of the variants of a union, the one with the fewest complaints is what the caller most likely meant. */
function closestVariant(issue: z.core.$ZodIssueInvalidUnion): z.core.$ZodIssue[] {
  const complaints = (each: z.core.$ZodIssue) => (each.code === 'unrecognized_keys' ? each.keys.length : 1)
  const weigh = (issues: z.core.$ZodIssue[]) => issues.reduce((sum, each) => sum + complaints(each), 0)
  const [closest] = issue.errors.filter((issues) => issues.length > 0).toSorted((a, b) => weigh(a) - weigh(b))
  return closest ?? [{ code: 'custom', path: [], message: 'does not fit any of the allowed forms', input: undefined }]
}
