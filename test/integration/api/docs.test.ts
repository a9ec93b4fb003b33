// The documentation for people: served from its package alone, with a policy that allows nothing from elsewhere.
import { readFile } from 'node:fs/promises'
import { expect } from 'chai'
import { createClient } from '../../support/client.ts'
import { useHarness } from '../../support/harness.ts'
import { expectProblem } from './refused.ts'

describe('the documentation', () => {
  const harness = useHarness()
  const open = (path: string, headers: Record<string, string> = {}) =>
    createClient(harness.apiUrl, '').send('GET', path, { headers })

  it('is a page without a key, that has no script of its own in it and asks nobody else for anything', async () => {
    for (const path of ['/docs', '/docs/']) {
      const { status, headers, body } = await open(path)
      expect(status).to.equal(200)
      expect(headers.get('content-type')).to.equal('text/html; charset=utf-8')
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy).to.include("default-src 'none'").and.include("script-src 'self'").and.include("connect-src 'self'")
      expect(policy).to.not.match(/unsafe|https?:|\*/)
      expect(body).to.not.match(/https?:|\/\/[a-z]|<script(?! src="\/docs\/)|style="|\son[a-z]+="/)
    }
  })

  it('has every part that its page names, each with its type', async () => {
    const { body } = await open('/docs')
    const parts = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, part]) => part)
    expect(parts).to.include.members([
      '/docs/swagger-ui.css',
      '/docs/swagger-ui-bundle.js',
      '/docs/start.js',
      '/openapi.json',
    ])
    for (const part of parts) {
      const { status, headers } = await open(part)
      expect(status, part).to.equal(200)
      const [, ending] = /\.(\w+)$/.exec(part) ?? []
      const type = { css: 'text/css', js: 'text/javascript', json: 'application/json', png: 'image/png' }[
        String(ending)
      ]
      expect(headers.get('content-type'), part).to.satisfy((given: string) => given.startsWith(String(type)))
      expect(headers.get('x-content-type-options')).to.equal('nosniff')
    }
  })

  it('shows /openapi.json', async () => {
    expect((await open('/docs/start.js')).body).to.include("url: '/openapi.json'")
  })

  it('is not sent again to a browser that has it', async () => {
    for (const path of ['/docs', '/docs/swagger-ui-bundle.js', '/openapi.json']) {
      const { headers } = await open(path)
      const etag = headers.get('etag') ?? ''
      expect(etag).to.match(/^"\S+"$/)
      const again = await open(path, { 'if-none-match': etag })
      expect(again.status).to.equal(304)
      expect(again.body).to.equal('')
      expect((await open(path, { 'if-none-match': '"other"' })).status).to.equal(200)
    }
  })

  it('gives out no other file, however it is asked for', async () => {
    const secret = await readFile('node_modules/swagger-ui-dist/package.json', 'utf8')
    const paths = [
      'package.json',
      'index.html',
      'swagger-ui-bundle.js.map',
      '..%2fpackage.json',
      '%2e%2e%2f%2e%2e%2fpackage.json',
      '..%5cpackage.json',
      '%2fetc%2fpasswd',
      'swagger-ui.css%00.png',
      'constructor',
      '__proto__',
      '%',
      'a/b',
    ]
    for (const path of paths) {
      const answer = await open(`/docs/${path}`)
      expectProblem(answer, { code: 'not-found' })
      expect(JSON.stringify(answer.body)).to.not.include(secret.slice(0, 20))
    }
  })
})
