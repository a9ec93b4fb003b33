// What people see who open the service's address: where the documentation is.
import { page } from '../html/page.ts'
import { route } from '../route.ts'

const PAGE = page(
  'Errand',
  `<h1>Errand</h1>
<p>Hand over slow work, follow it as a job.</p>
<ul>
<li><a href="/docs/">Documentation</a>, to read and to try out</li>
<li><a href="/openapi.json">The same for machines</a> (OpenAPI 3.1)</li>
<li><a href="/problems">Problem types</a>: every error, explained</li>
</ul>`,
)

const welcome = route({
  method: 'get',
  path: '/',
  summary: 'Where the documentation is',
  operationId: 'getWelcome',
  answers: { 200: { description: 'A page for people.', mediaType: 'text/html' } },
  handle: async () => ({ status: 200, body: PAGE, headers: { 'Content-Type': 'text/html; charset=utf-8' } }),
})

export const welcomeRoutes = [welcome]
