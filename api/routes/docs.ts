// The documentation for people: Swagger UI, served from its package. Only the files that are named here can be read.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import makeEtag from 'etag'
import { z } from 'zod'
import { AppError } from '../../lib/errors.ts'
import { DOCS_PAGE, DOCS_STYLE, docsScript } from '../html/docs.ts'
import { EXAMPLE_KEY } from '../openapi/operation.ts'
import { type Answer, route } from '../route.ts'

/** Nothing from elsewhere, nothing inline: not even a style. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

interface File {
  type: string
  read(): Promise<Buffer>
}

const made = (type: string, text: string): File => ({ type, read: async () => Buffer.from(text) })

const packaged = (type: string, address: string): File => ({
  type,
  read: () => readFile(fileURLToPath(address)),
})

const files = new Map<string, File>([
  ['', made('text/html; charset=utf-8', DOCS_PAGE)],
  ['start.js', made('text/javascript; charset=utf-8', docsScript(EXAMPLE_KEY))],
  ['start.css', made('text/css; charset=utf-8', DOCS_STYLE)],
  ['swagger-ui.css', packaged('text/css; charset=utf-8', import.meta.resolve('swagger-ui-dist/swagger-ui.css'))],
  [
    'swagger-ui-bundle.js',
    packaged('text/javascript; charset=utf-8', import.meta.resolve('swagger-ui-dist/swagger-ui-bundle.js')),
  ],
  ['favicon-32x32.png', packaged('image/png', import.meta.resolve('swagger-ui-dist/favicon-32x32.png'))],
])

const headers = z.object({ 'if-none-match': z.string().optional() })
const kept = new Map<string, { content: Buffer; etag: string }>()

/** @throws AppError not-found */
async function serve(name: string, known: string | undefined): Promise<Answer> {
  const file = files.get(name)
  if (!file) throw new AppError('not-found', 'The documentation has no such file.')
  const { content, etag } = kept.get(name) ?? (await read(name, file))
  // The browser asks each time, and gets what it has not only: a new version is seen at once.
  const caching = { ETag: etag, 'Cache-Control': 'no-cache', 'Content-Security-Policy': POLICY }
  if (known === etag) return { status: 304, body: null, headers: caching }
  return { status: 200, body: content, headers: { ...caching, 'Content-Type': file.type } }
}

async function read(name: string, file: File) {
  const content = await file.read()
  const entry = { content, etag: makeEtag(content) }
  kept.set(name, entry)
  return entry
}

const answers = {
  200: { description: 'The page, or what it is made of.', mediaType: 'text/html' },
  304: { description: 'You have it.' },
}

const showDocs = route({
  method: 'get',
  path: '/docs',
  summary: 'The documentation',
  headers,
  answers,
  handle: async ({ headers: { 'if-none-match': known } }) => serve('', known),
})

const showDocsFile = route({
  method: 'get',
  path: '/docs/:file',
  summary: 'What the documentation is made of',
  params: z.object({ file: z.string().min(1) }),
  headers,
  answers,
  handle: async ({ params: { file }, headers: { 'if-none-match': known } }) => serve(file, known),
})

/** Not in the document: they are how it is shown. */
export const docsRoutes = [showDocs, showDocsFile]
