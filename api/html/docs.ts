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
.swagger-ui .info { margin: 32px 0 }
.swagger-ui .scheme-container { padding: 16px 0; box-shadow: none; border-bottom: 1px solid #e2e5ea }
.swagger-ui .markdown p, .swagger-ui .markdown li { max-width: 60rem }
`

/**
 * Starts it. The document's example of an Idempotency-Key is replaced by a new one in every request, so that each
 * "Execute" is a request of its own; a key that is typed in is sent as it is.
 */
export const docsScript = (exampleKey: string): string => `'use strict'
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
