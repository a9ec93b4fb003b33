// Lists as Stripe answers them: newest first, page by page, by creation time. https://docs.stripe.com/api/pagination
import { invalid } from './errors.ts'
import type { Form } from './form.ts'

interface Listed {
  id: string
  created: number
}

/** By parameter, whether an entry is wanted; one of several values is enough. */
export type Filters<E> = Record<string, (entry: E, value: string) => boolean>

const paging: Filters<Listed> = {
  created: (entry, time) => entry.created === Number(time),
  'created[gt]': (entry, time) => entry.created > Number(time),
  'created[gte]': (entry, time) => entry.created >= Number(time),
  'created[lt]': (entry, time) => entry.created < Number(time),
  'created[lte]': (entry, time) => entry.created <= Number(time),
}
const cursors = ['limit', 'starting_after', 'ending_before', 'expand']

/** @param entries oldest first. @throws StripeError for a parameter nobody knows and for a cursor that does not exist */
export function list<E extends Listed>(entries: Iterable<E>, url: string, query: Form, filters: Filters<E> = {}) {
  const limit = Math.min(Math.max(Number(query.limit ?? 10), 1), 100)
  const wanted = wantedBy(query, { ...filters, ...paging })
  const all = [...entries].reverse()
  const page = (data: E[], more: E[]) => ({ object: 'list', url, has_more: more.length > limit, data })
  if (query.ending_before !== undefined) {
    const newer = all.slice(0, positionOf(all, 'ending_before', query)).filter(wanted)
    return page(newer.slice(-limit), newer)
  }
  const start = query.starting_after === undefined ? 0 : positionOf(all, 'starting_after', query) + 1
  const older = all.slice(start).filter(wanted)
  return page(older.slice(0, limit), older)
}

function positionOf(all: Listed[], cursor: string, query: Form): number {
  const position = all.findIndex((entry) => entry.id === query[cursor])
  if (position < 0) throw invalid(`No such object: '${query[cursor]}'`, { code: 'resource_missing', param: cursor })
  return position
}

/** A list's elements are sent as `types[0]=…&types[1]=…` or as `types[]=…`. */
function wantedBy<E>(query: Form, filters: Filters<E>): (entry: E) => boolean {
  const values = new Map<string, string[]>()
  for (const [sent, value] of Object.entries(query)) {
    const name = sent.replace(/\[\d*\]$/, '')
    if (cursors.includes(name)) continue
    if (!Object.hasOwn(filters, name))
      throw invalid(`Received unknown parameter: ${sent}`, { code: 'parameter_unknown', param: sent })
    values.set(name, [...(values.get(name) ?? []), ...[value].flat().map(String)])
  }
  return (entry) => [...values].every(([name, any]) => any.some((value) => filters[name]?.(entry, value)))
}
