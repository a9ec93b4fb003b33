// What a problem's `type` URI resolves to: its explanation.
import { z } from 'zod'
import { AppError } from '../../lib/errors.ts'
import { problemTypes } from '../../lib/problems.ts'
import { route } from '../route.ts'

const entries = Object.entries(problemTypes).map(([code, { status, title }]) => ({
  type: `/problems/${code}`,
  status,
  title,
}))

const listProblems = route({
  method: 'get',
  path: '/problems',
  summary: 'List the problem types',
  answers: { 200: '`{data: [{type, status, title}]}`' },
  handle: async () => ({ status: 200, body: { data: entries } }),
})

const showProblem = route({
  method: 'get',
  path: '/problems/:code',
  summary: 'Explain a problem type',
  params: z.object({ code: z.string() }),
  answers: { 200: '`{type, status, title}`' },
  async handle({ params: { code } }) {
    const entry = entries.find(({ type }) => type === `/problems/${code}`)
    if (!entry) throw new AppError('not-found', 'There is no such problem type.')
    return { status: 200, body: entry }
  },
})

export const problemRoutes = [listProblems, showProblem]
