// What a problem's `type` URI resolves to: its explanation, as JSON, or as a page for a browser that asks for one.
import { z } from 'zod'
import { AppError } from '../../lib/errors.ts'
import { type ProblemCode, problemTypes } from '../../lib/problems.ts'
import { prefersHtml } from '../html/negotiate.ts'
import { problemPage, problemsPage } from '../html/problems.ts'
import { ProblemTypeView, presentProblemType } from '../presenters/problem.ts'
import { listOf } from '../presenters/shapes.ts'
import { type Answer, route } from '../route.ts'

const entries = Object.keys(problemTypes).map((code) => presentProblemType(code as ProblemCode))

const headers = z.object({ accept: z.string().optional() })
const about = { alternatives: ['text/html'], headers: { Vary: 'Which header chose between JSON and HTML.' } }

/** @param page makes the page, where it is wanted */
const either = (accept: string | undefined, body: unknown, page: () => string): Answer =>
  prefersHtml(accept)
    ? { status: 200, body: page(), headers: { 'Content-Type': 'text/html; charset=utf-8', Vary: 'Accept' } }
    : { status: 200, body, headers: { Vary: 'Accept' } }

const listProblems = route({
  method: 'get',
  path: '/problems',
  summary: 'List the problem types',
  headers,
  answers: { 200: { description: 'Every type there is.', body: listOf(ProblemTypeView), ...about } },
  handle: async ({ headers: { accept } }) => either(accept, { data: entries }, () => problemsPage(entries)),
})

const showProblem = route({
  method: 'get',
  path: '/problems/:code',
  summary: 'Explain a problem type',
  params: z.object({ code: z.string().meta({ examples: ['payment-declined'] }) }),
  headers,
  answers: { 200: { description: 'Why it comes to that, and what to do.', body: ProblemTypeView, ...about } },
  async handle({ params: { code }, headers: { accept } }) {
    const entry = entries.find(({ type }) => type === `/problems/${code}`)
    if (!entry) throw new AppError('not-found', 'There is no such problem type.')
    return either(accept, entry, () => problemPage(entry))
  },
})

export const problemRoutes = [listProblems, showProblem]
