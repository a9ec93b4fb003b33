// The demo page's server: named files and nothing else, a strict policy, and a key for the page alone.
import { request } from 'node:http'
import { expect } from 'chai'
import { type Demo, startDemo } from '../../../../lib/local/demo-server.ts'
import { type Inbox, startInbox } from '../../../../lib/local/inbox.ts'
import { createMailer } from '../../../../lib/mail/mailer.ts'

const API = 'http://127.0.0.1:3000'
const KEY = 'errand_of_the_demo'

describe('the demo page’s server', () => {
  let demo: Demo
  let origin: string
  before(async () => {
    demo = await startDemo({ apiUrl: API, apiKey: KEY, mailUrl: null, paymentsUrl: null })
    origin = new URL(demo.url).origin
  })
  after(() => demo.stop())

  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(origin + path, { method, headers, redirect: 'manual' })
  /** With a Host, or a target, that `fetch` does not let a caller have. */
  const raw = (path: string, host: string) =>
    new Promise<{ status: number | undefined; location: string | undefined; text: string }>((resolve, reject) => {
      const { port } = new URL(origin)
      request({ host: '127.0.0.1', port, path, headers: { host } }, async (answer) => {
        let text = ''
        for await (const chunk of answer) text += chunk
        resolve({ status: answer.statusCode, location: answer.headers.location, text })
      })
        .once('error', reject)
        .end()
    })

  it('serves the page and what it is made of, and lets it ask nobody but itself and the API', async () => {
    for (const [path, type] of [
      ['/demo/', 'text/html'],
      ['/demo/page.css', 'text/css'],
      ['/demo/order.css', 'text/css'],
      ['/demo/story.css', 'text/css'],
      ['/demo/demo.js', 'text/javascript'],
      ['/demo/view.js', 'text/javascript'],
      ['/demo/errand.js', 'text/javascript'],
      ['/demo/events.js', 'text/javascript'],
    ] as const) {
      const answer = await get(path)
      expect(answer.status, path).to.equal(200)
      expect(answer.headers.get('content-type')).to.include(type)
      const policy = answer.headers.get('content-security-policy')
      expect(policy).to.include("default-src 'none'").and.include(`connect-src 'self' ${API};`)
      expect(policy).to.not.match(/unsafe|\*/)
      expect(await answer.text()).to.not.include(KEY)
      expect((await get(path, {}, 'HEAD')).status).to.equal(200)
    }
  })

  it('asks for nothing of other hosts', async () => {
    for (const file of ['', 'page.css', 'order.css', 'story.css', 'demo.js', 'view.js', 'errand.js', 'events.js']) {
      const text = await (await get(`/demo/${file}`)).text()
      expect(text, file).to.not.match(/(src|href)="(https?:)?\/\/|url\(|@import|import .*https?:/)
    }
  })

  it('gives the key to its own page, and to no other', async () => {
    const own = await get('/demo/config.json', { 'sec-fetch-site': 'same-origin' })
    expect(await own.json()).to.deep.equal({ apiUrl: API, apiKey: KEY, mailUrl: null, paymentsUrl: null })
    expect([...own.headers.keys()].filter((name) => name.startsWith('access-control-'))).to.deep.equal([])
    expect(own.headers.get('cross-origin-resource-policy')).to.equal('same-origin')
    for (const site of ['cross-site', 'same-site', 'none']) {
      const refused = await get('/demo/config.json', { 'sec-fetch-site': site, origin: 'https://evil.example' })
      expect([refused.status, (await refused.text()).includes(KEY)], site).to.deep.equal([403, false])
    }
  })

  it('is not there under any other name (DNS rebinding); localhost leads to the address that the API knows', async () => {
    const { host, port } = new URL(origin)
    for (const name of [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1',
      `127.0.0.2:${port}`,
      `${host}.evil.example`,
    ]) {
      const { status, text } = await raw('/demo/config.json', name)
      expect([status, text.includes(KEY)], name).to.deep.equal([421, false])
    }
    expect(await raw('/demo/config.json', `localhost:${port}`)).to.include({ status: 302, location: demo.url })
    expect((await get('/')).headers.get('location')).to.equal('/demo/')
    expect((await get('/demo')).headers.get('location')).to.equal('/demo/')
  })

  it('has no other file, whatever the path is made of', async () => {
    const { host } = new URL(origin)
    const paths = [
      '/demo/nothing',
      '/demo/../package.json',
      '/demo/%2e%2e/%2e%2e/session.ts',
      '/demo/..%2f..%2fdemo-server.ts',
    ]
    for (const path of [
      ...paths,
      '/demo/__proto__',
      '/constructor',
      '/demo/mail?id=1',
      '/demo-page/demo.js',
      '/demo/index.html.ts',
      '/page.css',
    ])
      expect((await raw(path, host)).status, path).to.equal(404)
    for (const path of ['//', '//:0', 'http://']) expect((await raw(path, host)).status, path).to.be.within(400, 404)
    expect((await get('/demo/', {}, 'POST')).status).to.equal(405)
  })

  it('leads from a Message-ID to the mail in the inbox, and to the inbox where there is none', async () => {
    const inbox: Inbox = await startInbox()
    const mail = createMailer({ SMTP_URL: inbox.smtpUrl, MAIL_FROM: 'Errand <orders@errand.example>' })
    const withInbox = await startDemo({ apiUrl: API, apiKey: KEY, mailUrl: inbox.mailUrl, paymentsUrl: null })
    try {
      const to = { toAddress: 'ada@example.com', messageId: '<1@mail.errand.example>' }
      const content = { subject: 'Hello', text: 'Hello.', html: null }
      await mail.send(to, content, new AbortController().signal, async () => {})
      const find = async (id: string) => {
        const answer = await fetch(`${withInbox.url}mail?id=${encodeURIComponent(id)}`, { redirect: 'manual' })
        return answer.headers.get('location')
      }
      expect(await find('<1@mail.errand.example>')).to.match(new RegExp(`^${inbox.mailUrl}/#/email/\\w+$`))
      expect(await find('<2@mail.errand.example>')).to.equal(`${inbox.mailUrl}/`)
      expect(await find('')).to.equal(`${inbox.mailUrl}/`)
    } finally {
      await withInbox.stop()
      await mail.close()
      await inbox.stop()
    }
  })
})
