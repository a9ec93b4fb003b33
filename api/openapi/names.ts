// What an operation is called in the document: its id, which generated clients make their methods of, and its tag.
import { isUnder } from '../middleware/prefix.ts'
import type { Route } from '../route.ts'

type Named = Pick<Route, 'method' | 'path' | 'operationId'>

/** @koa/router's path as OpenAPI writes it. */
export const template = (path: string): string => path.replaceAll(/:(\w+)/g, '{$1}')

/** Where operators go, with their login. */
export const isForOperators = (path: string): boolean => ['/ops', '/metrics'].some((prefix) => isUnder(prefix, path))

/**
 * Stable, as long as method and path are. `GET /v1/jobs/:id` → `getJob`, `GET /v1/jobs` → `listJobs`,
 * `POST /v1/jobs/:id/cancel` → `cancelJob`, `POST /v1/payments/:id/refunds` → `createPaymentRefund`.
 */
export function operationId({ method, path, operationId }: Named): string {
  if (operationId) return operationId
  const steps = path.split('/').filter((step) => step && step !== 'v1' && step !== 'ops')
  const isOne = (at: number) => steps[at]?.startsWith(':') ?? false
  const words = steps.flatMap((step, at) => (isOne(at) ? [] : [isOne(at + 1) ? singular(step) : step]))
  const last = words.at(-1) ?? ''
  const owner = words.slice(0, -1)
  if (isOne(steps.length - 1)) return camel(verbs[method], ...words)
  if (method === 'get') return camel(last === singular(last) ? 'get' : 'list', ...words)
  const isVerb = method === 'post' && last === singular(last) && owner.length > 0
  return isVerb ? camel(last, ...owner) : camel(method === 'post' ? 'create' : verbs[method], ...owner, singular(last))
}

const verbs = { get: 'get', post: 'update', put: 'put', delete: 'delete' } as const

const singular = (word: string) =>
  word.endsWith('ies') ? `${word.slice(0, -3)}y` : word.replace(/(?<=ch)es$|(?<![su])s$/, '')

const camel = (...words: string[]) =>
  words
    .flatMap((word) => word.split(/[^a-zA-Z0-9]/))
    .map((word, at) => (at === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join('')

/** In the order in which the documentation shows them. */
export const tags = [
  { name: 'Orders', description: 'Place an order; capture, cancel and see it.' },
  { name: 'Payments', description: 'What was charged, and giving it back.' },
  { name: 'Emails', description: 'Send mail, see what became of it, and say to whom nothing is sent.' },
  { name: 'Inventory', description: 'What is sold, how much there is, and correcting it.' },
  { name: 'Jobs', description: 'Everything that is done is a job: submit one, follow it, steer it.' },
  { name: 'Batches', description: 'Jobs that were submitted in one request, and how far they are.' },
  { name: 'Schedules', description: 'Jobs that are done again and again.' },
  { name: 'Service', description: 'Whether it runs, and every kind of problem that it answers with, explained.' },
  { name: 'Webhooks', description: 'What other systems tell Errand.' },
  { name: 'Operators', description: 'For those who run it, behind their login.' },
]

/** First steps of paths that stand under another's tag. */
const among: Record<string, string> = { suppressions: 'emails', products: 'inventory' }

/** @returns the tag of a path: that of its first step, where there is one. */
export function tagOf(path: string): string {
  if (isForOperators(path)) return 'Operators'
  const [first = ''] = path.replace(/^\/v1/, '').slice(1).split('/')
  return tags.find(({ name }) => name.toLowerCase() === (among[first] ?? first))?.name ?? 'Service'
}
