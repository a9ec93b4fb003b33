// `/openapi.json`: the description of everything that the API does.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Catalogue } from '../../lib/jobs/definition.ts'
import { type Route, route } from '../route.ts'
import { accountRoutes, openRoutes, operatorRoutes } from '../routes/index.ts'
import { type Document, describe } from './document.ts'

export const describedRoutes = [...accountRoutes, ...openRoutes, ...operatorRoutes]

/** The document as it is served. */
export const documentOf = (catalogue: Catalogue): Document => describe(describedRoutes, catalogue)

/** The route that serves it. */
export function describeApi(catalogue: Catalogue): Route {
  const document = JSON.stringify(documentOf(catalogue))
  const etag = `"${createHash('sha256').update(document).digest('base64url')}"`
  const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-cache', ETag: etag }
  return route({
    method: 'get',
    path: '/openapi.json',
    summary: 'This description',
    headers: z.object({ 'if-none-match': z.string().optional() }),
    answers: { 200: { description: 'OpenAPI 3.1.' }, 304: { description: 'You have it.' } },
    handle: async ({ headers: { 'if-none-match': known } }) =>
      known === etag ? { status: 304, body: null, headers: { ETag: etag } } : { status: 200, body: document, headers },
  })
}
