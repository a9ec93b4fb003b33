// The documentation's page: Swagger UI over /openapi.json. Everything comes from this server, no script stands in the page.

const BASE = '/docs'

/** Where its parts are; they change with the version of Swagger UI only. */
export const DOCS_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Errand · API</title>
<link rel="stylesheet" href="${BASE}/swagger-ui.css">
<link rel="stylesheet" href="${BASE}/start.css">
<link rel="icon" type="image/png" href="${BASE}/favicon-32x32.png">
<script src="${BASE}/swagger-ui-bundle.js" defer></script>
<script src="${BASE}/start.js" defer></script>
</head>
<body>
<div id="swagger-ui"></div>
<noscript>This page needs JavaScript. The same for machines: <a href="/openapi.json">/openapi.json</a></noscript>
</body>
</html>
`

export const DOCS_STYLE = `body { margin: 0; background: #fff }
html.dark-mode, html.dark-mode body { background: #1c2022; color-scheme: dark }
html.dark-mode .swagger-ui table.headers td.header-col { color: #e4e6e6 }
.swagger-ui .info { margin: 32px 0 }
.swagger-ui .scheme-container { padding: 16px 0; box-shadow: none; border-bottom: 1px solid #8c969a40 }
.swagger-ui .markdown p, .swagger-ui .markdown li { max-width: 60rem }
.swagger-ui .info li { margin: 4px 0 }
.swagger-ui .renderedMarkdown code, .swagger-ui .info code { font-weight: 400 }
.swagger-ui .filter .operation-filter-input { width: 100%; box-sizing: border-box }
@media (max-width: 640px) {
  .swagger-ui .wrapper { padding: 0 12px }
  .swagger-ui .opblock-body .opblock-section-header { padding: 8px 12px }
  .swagger-ui .table-container, .swagger-ui .responses-inner { padding: 12px }
  .swagger-ui .col_header.response-col_links, .swagger-ui .response-col_links { display: none }
  .swagger-ui .parameters-col_name { width: auto; padding-right: 12px }
  .swagger-ui .responses-inner > div > table > tbody > tr.response { display: block; padding-bottom: 12px }
  .swagger-ui tr.response > td { display: block; width: auto; padding: 4px 0 }
  .swagger-ui .responses-table > thead { display: none }
  .swagger-ui table.headers td.header-col { display: block; width: auto; padding: 2px 0; overflow-wrap: anywhere }
  .swagger-ui table.headers thead, .swagger-ui table.headers td.header-col:nth-child(3) { display: none }
  .swagger-ui table.headers td.header-col:first-child { font-weight: 700; padding-top: 8px }
}
`

/**
 * Starts it. The document's example of an Idempotency-Key is replaced by a new one in every request, so that each
 * "Execute" is a request of its own; a key that is typed in is sent as it is.
 */
export const docsScript = (exampleKey: string): string => `'use strict'
const dark = matchMedia('(prefers-color-scheme: dark)')
const dress = () => document.documentElement.classList.toggle('dark-mode', dark.matches)
dark.addEventListener('change', dress)
dress()
const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
window.ui = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  validatorUrl: null,
  requestInterceptor(request) {
    for (const name of Object.keys(request.headers ?? {})) {
      if (name.toLowerCase() === 'idempotency-key' && request.headers[name] === ${JSON.stringify(exampleKey)}) {
        request.headers[name] = newKey()
      }
    }
    return request
  },
})
`
