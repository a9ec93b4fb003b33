// The answer to work that was accepted: the job to follow, and what the job is about.
import { z } from 'zod'
import type { AnswerSpec, Route } from '../route.ts'
import { JobView } from './job.ts'

const acceptedHeaders = {
  Location: 'Where the job is.',
  'Retry-After': 'In how many seconds to look at the job.',
  'Idempotency-Replayed': {
    description: '`true`: an earlier request with this Idempotency-Key was accepted, and this is the answer to it.',
    optional: true,
  },
} as const

/** @param subject what stands beside the job, by name */
const accepted = (description: string, subject: z.ZodRawShape = {}): AnswerSpec => ({
  description,
  body: z.strictObject({ job: JobView, ...subject }),
  headers: acceptedHeaders,
})

/**
 * The answers of a route that submits work: with `Prefer: wait` it is waited for.
 * @param subject what stands beside the job, by name
 */
export function acceptedOrFinished(description: string, subject: z.ZodRawShape = {}): Route['answers'] {
  const waited = { description: 'How long the answer was waited for at most: `wait=N`.', optional: true } as const
  const answer = accepted(description, subject)
  const headers = { ...acceptedHeaders, 'Preference-Applied': waited }
  const { 'Retry-After': _, ...finished } = headers
  return {
    200: { ...answer, description: 'With `Prefer: wait`: what was asked for has ended in time.', headers: finished },
    202: { ...answer, headers },
  }
}
