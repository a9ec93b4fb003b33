// Small pages for people who open an address of the API in a browser. No script, nothing from elsewhere.

const STYLE = `
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 3rem auto; padding: 0 1.5rem; color: #1c2430; background: #fff }
  h1 { font-size: 1.6rem; line-height: 1.25 } h2 { font-size: 1.05rem; margin: 1.6rem 0 .2rem }
  a { color: #0b5cad } code { font: .9em ui-monospace, monospace; background: #f1f3f6; padding: .1em .3em; border-radius: .25em }
  p { margin: .3rem 0 } nav { margin-bottom: 2rem; font-size: .9rem } li { margin: .5rem 0 } ul { padding-left: 1.2rem }
  @media (prefers-color-scheme: dark) {
    body { color: #e6e9ee; background: #14181f } a { color: #7db8f5 } code { background: #252b35 }
  }`

/** @param main HTML: what comes from outside is escaped already */
export const page = (title: string, main: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
${main}
</body>
</html>
`

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

export const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? sign)

/** Text with `code` in backticks, as HTML. */
export const prose = (text: string): string => escapeHtml(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>')
