// Lists in pages, by keyset: a page begins where the one before it ended, however many rows came in between. Every request is
// bounded: it looks at MOST_LOOKED_AT rows of an index at most, and says where to go on even if it found nothing there.
import { type Model, type ModelClass, type QueryBuilder, raw } from 'objection'
import { z } from 'zod'
import { isUuid } from '../lib/ids.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { Timestamp } from './filters.ts'
import type { Answer, Request } from './route.ts'

const MOST_LOOKED_AT = 10_000
/** Ids hold the time of the API's clock; createdAt is the database's, when the transaction began. */
const CLOCKS_DIFFER_MS = 60_000
const LAST_MS = 2 ** 48 - 1

export const limit = z.coerce.number().int().min(1).max(100).default(20)
const cursor = z.string().optional().meta({
  description: 'The `next` of the page before it, with the same filters and order. None: the first page.',
})

/** What every list that goes by time reads from its query. */
export const PageQuery = z.strictObject({
  createdAfter: Timestamp.optional().meta({ description: 'Created then or later (RFC 3339).' }),
  createdBefore: Timestamp.optional().meta({ description: 'Created earlier than that (RFC 3339).' }),
  order: z.enum(['asc', 'desc']).default('desc').meta({ description: 'By creation; desc is newest first.' }),
  limit,
  cursor,
})
export const pageOf = <T extends z.ZodType>(view: T) =>
  z.strictObject({
    data: z.array(view),
    next: z.string().nullable().meta({
      description: 'The cursor of the next page, null on the last one. A page may be empty and not be the last one.',
    }),
  })
export const pageHeaders = {
  Link: { description: 'The next page: `<…>; rel="next"` (RFC 8288).', optional: true as const },
}

interface Asked extends Pick<Request, 'path' | 'accountId' | 'deps'> {
  query: {
    limit: number
    cursor?: string | undefined
    order: 'asc' | 'desc'
    createdAfter?: Date | undefined
    createdBefore?: Date | undefined
  }
}

/** A query to which filters are added. */
export type Rows = QueryBuilder<Model>

interface List<M extends Model> {
  of: ModelClass<M>
  /** What makes a row's place: sortable, of its account alone, never changed. */
  key: 'id' | 'sku'
  /** How the table's index (account_id, key) goes. */
  index: 'asc' | 'desc'
  /** What is read of a row; all columns where it does not say. */
  columns?: (string | QueryBuilder<Model>)[]
  /** Filters that an index serves in the order of the key. */
  among?: (rows: Rows) => unknown
  /** All other filters. */
  fits?: (rows: Rows) => unknown
}

export interface Page<M> {
  rows: M[]
  next: string | null
}

/** Reads the page that the request asks for. @throws AppError invalid-cursor */
export async function readPage<M extends Model>(request: Asked, list: List<M>): Promise<Page<M>> {
  const { limit: size, cursor: at, ...filters } = request.query
  const scope = [request.path, request.accountId, filters]
  const isPlace = list.key === 'id' ? isUuid : () => true
  const after = at === undefined ? undefined : decodeCursor(at, scope, isPlace)
  const found = await pageQuery(request, list, after)
  const inside = found.filter(({ lookedAt }) => lookedAt <= MOST_LOOKED_AT)
  const rows = inside.slice(0, size)
  const place = inside.length > size ? rows.at(-1)?.[list.key] : found.find(isOutside)?.before
  return { rows: rows as unknown as M[], next: place === undefined ? null : encodeCursor(place, scope) }
}

type Row = { id: string; sku: string; lookedAt: number; before: string }
const isOutside = ({ lookedAt }: Row) => lookedAt > MOST_LOOKED_AT

/**
 * @returns up to one row more than fits on the page, and, where it came to that, the first row that is not looked at any more.
 */
async function pageQuery<M extends Model>(request: Asked, list: List<M>, after: string | undefined): Promise<Row[]> {
  const { of, key, index, columns = ['*'], among, fits } = list
  const { order, createdAfter, createdBefore, limit: size } = request.query
  // Named in the order, and as one of a list: else the planner may go through the ids of all accounts, whose flood would
  // make this one's pages slow.
  const inOrder = [
    { column: 'accountId', order: order === index ? 'asc' : 'desc' },
    { column: key, order },
  ] as const
  const window = inOrder.map(({ column, order }) => raw(`?? ${order}`, column))
  const over = raw('(ORDER BY ?, ?)', window)
  const looked = of
    .query(request.deps.db)
    .select(`${of.tableName}.*`, raw('row_number() OVER ?', over).as('lookedAt'))
    .select(raw('lag(??) OVER ?', key, over).as('before'))
    .where('accountId', '=', raw('any(?::uuid[])', [[request.accountId]]))
    .where((rows) => {
      if (createdAfter) rows.where(key, '>=', idAt(+createdAfter - CLOCKS_DIFFER_MS))
      if (createdBefore) rows.where(key, '<', idAt(+createdBefore + CLOCKS_DIFFER_MS))
      if (after !== undefined) rows.where(key, order === 'asc' ? '>' : '<', after)
      among?.(rows as unknown as Rows)
    })
    .orderBy([...inOrder])
    .limit(MOST_LOOKED_AT + 1)
  return of
    .query(request.deps.db)
    .from(looked.as(of.tableName))
    .select(columns)
    .select('lookedAt', 'before')
    .where((rows) => {
      rows.whereRaw('true')
      if (createdAfter) rows.where('createdAt', '>=', createdAfter)
      if (createdBefore) rows.where('createdAt', '<', createdBefore)
      fits?.(rows as unknown as Rows)
    })
    .orWhere('lookedAt', MOST_LOOKED_AT + 1)
    .orderBy([...inOrder])
    .limit(size + 1)
    .castTo<Row[]>()
}

/** The first id of a moment, in ms since 1970: UUIDv7 (RFC 9562 §5.7). */
function idAt(ms: number): string {
  const hex = Math.min(Math.max(ms, 0), LAST_MS).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`
}

/** A request for a page: its path, and what it reads from its query. */
type Paged = Pick<Request, 'path'> & { query: Record<string, unknown> }

/** @param data the page's rows as clients see them */
export function answerPage(request: Paged, { next }: Pick<Page<unknown>, 'next'>, data: unknown[]): Answer {
  const headers = { 'Cache-Control': 'no-store', ...(next !== null && { Link: linkTo(request, next) }) }
  return { status: 200, body: { data, next }, headers }
}

/** The same list from the next page on (RFC 8288 §3). */
function linkTo({ path, query }: Paged, next: string): string {
  const parameters = Object.entries<unknown>({ ...query, cursor: next })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, value instanceof Date ? value.toISOString() : String(value)])
  return `<${path}?${new URLSearchParams(Object.fromEntries(parameters))}>; rel="next"`
}
