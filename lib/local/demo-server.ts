// Serves the demo page of the local stack: a handful of named files, on loopback, on an origin of its own, so that the page
// reaches the API as every other web page does. It hands the local account's key to the page, and to nobody else.
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { findMail } from './demo-mail.ts'

export interface Demo {
  /** The page. */
  url: string
  stop(): Promise<void>
}

interface Options {
  port?: number
  /** The API, as the page reaches it. */
  apiUrl: string
  /** In production a page has no key of the account: it asks its own back end, or has a key made for pages. */
  apiKey: string
  /** null where there is no inbox to look into. */
  mailUrl: string | null
  /** null where real Stripe takes the payments: the simulator's own cards do not work there. */
  paymentsUrl: string | null
}

interface Answer {
  status: number
  headers?: Record<string, string>
  body?: string | Buffer
}

const HOST = '127.0.0.1'
/** By the folder that the page is served under; the files stand in ./demo-page. */
const files = new Set(['page.css', 'order.css', 'story.css', 'demo.js', 'view.js', 'errand.js', 'events.js'])
const types: Record<string, string> = { html: 'text/html', css: 'text/css', js: 'text/javascript' }

/** Starts it; on a port the system chooses where none is given. */
export async function startDemo({ port = 0, ...options }: Options): Promise<Demo> {
  const server = createServer((request, response) => {
    void answer(request, options)
      .catch((error: unknown): Answer => {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
        return { status: 500, body: 'Something went wrong.\n' }
      })
      .then((answered) => send(response, answered, options.apiUrl))
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, HOST, resolve))
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}/demo/`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(request: IncomingMessage, { mailUrl, ...shown }: Omit<Options, 'port'>): Promise<Answer> {
  const origin = `${HOST}:${request.socket.localPort}`
  const { host, 'sec-fetch-site': site } = request.headers
  const base = `http://${origin}`
  if (!URL.canParse(request.url ?? '', base)) return { status: 400, body: 'The target of the request is not a path.\n' }
  const { pathname, searchParams } = new URL(request.url ?? '', base)
  if (request.method !== 'GET' && request.method !== 'HEAD') return { status: 405, headers: { Allow: 'GET, HEAD' } }
  // The API knows the page by one origin only.
  if (host === `localhost:${request.socket.localPort}`) return redirect(`${base}/demo/`)
  // A name that somebody points at this machine would make the page theirs (DNS rebinding).
  if (host !== origin) return { status: 421, body: 'There is no such site here.\n' }
  if (pathname === '/' || pathname === '/demo') return redirect('/demo/')
  if (pathname === '/demo/mail' && mailUrl) return redirect(await findMail(mailUrl, searchParams.get('id')))
  if (pathname === '/demo/config.json') {
    if (site !== undefined && site !== 'same-origin') return { status: 403, body: 'This is for the page alone.\n' }
    return { status: 200, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ ...shown, mailUrl }) }
  }
  const name = pathname === '/demo/' ? 'index.html' : pathname.replace(/^\/demo\//, '')
  if (name !== 'index.html' && !files.has(name)) return { status: 404, body: 'There is no such page.\n' }
  return {
    status: 200,
    headers: { 'Content-Type': `${types[name.split('.').pop() ?? '']}; charset=utf-8` },
    body: await readFile(new URL(`./demo-page/${name}`, import.meta.url)),
  }
}

const redirect = (to: string): Answer => ({ status: 302, headers: { Location: to } })

function send(response: ServerResponse, { status, headers, body = '' }: Answer, apiUrl: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    // Nothing inline, nothing from elsewhere; the API is all that the page may ask.
    'Content-Security-Policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      `connect-src 'self' ${apiUrl}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    ...headers,
  })
  response.end(response.req.method === 'HEAD' ? undefined : body)
}
