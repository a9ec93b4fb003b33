// Problems as clients see them (RFC 9457): in an answer, in a job's `error`, and the registry that their `type` leads to.
import { z } from 'zod'
import { type Problem, type ProblemCode, problemTypes } from '../../lib/problems.ts'
import type { Explanation } from '../explanations/explanation.ts'
import { ofJobs } from '../explanations/jobs.ts'
import { ofRequests } from '../explanations/requests.ts'
import { Link } from './shapes.ts'

const ProblemTypeUri = Link.meta({
  description: 'Stable, and resolves on this server to its explanation. Clients branch on it.',
  examples: ['/problems/invalid-request'],
})

const FieldProblem = z.strictObject({
  pointer: z.string().meta({
    description:
      'JSON Pointer into the body as a URI fragment (RFC 6901 §6); into a CSV file a place in it (RFC 7111 §2), by lines.',
  }),
  detail: z.string(),
})

export const ProblemView = z
  .strictObject({
    type: ProblemTypeUri,
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().meta({ description: 'What is wrong this time; for people.' }),
    errors: z
      .array(FieldProblem)
      .exactOptional()
      .meta({ description: 'Of an invalid request: which fields, and why.' }),
  })
  .meta({ id: 'Problem', description: 'What is wrong (RFC 9457).' }) satisfies z.ZodType<Problem>

export const ProblemTypeView = z
  .strictObject({
    type: ProblemTypeUri,
    status: z.int().min(400).max(599),
    title: z.string(),
    explanation: z.string(),
    whatToDo: z.string(),
  })
  .meta({ id: 'ProblemType' })

/** A code without an explanation does not compile. */
const explanations: Record<ProblemCode, Explanation> = { ...ofRequests, ...ofJobs }

export function presentProblemType(code: ProblemCode): z.input<typeof ProblemTypeView> {
  return { type: `/problems/${code}`, ...problemTypes[code], ...explanations[code] }
}
