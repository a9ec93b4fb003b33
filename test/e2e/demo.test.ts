// The demo page of `npm start`, in a real browser: an order, a declined card, second thoughts, a lost connection, no mouse.
import { expect } from 'chai'
import type { Browser, Page, Request } from 'playwright-core'
import { type Demo, startDemo } from '../../lib/local/demo-server.ts'
import { freePort } from '../../lib/local/ports.ts'
import type { Session } from '../../lib/local/session.ts'
import { findChromium } from '../support/chromium.ts'
import { openCheckout } from '../support/local-stack.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'
import { waitFor } from '../support/wait-for.ts'

const SLOW = 'A card of a slow bank'

describe('the demo page', function () {
  this.timeout(60_000)
  let browser: Browser | undefined
  let session: Session
  /** The page once more, but its way to the API is one that can be cut. */
  let proxied: Demo
  let proxy: TcpProxy
  const closing: (() => Promise<unknown>)[] = []

  before(async function () {
    this.timeout(120_000)
    browser = await findChromium()
    if (!browser) {
      console.log(
        '    Skipped: there is no Chromium here (Debian: apt-get install chromium), nor does TEST_CHROMIUM name one.',
      )
      return this.skip()
    }
    closing.push(() => browser?.close() ?? Promise.resolve())
    const port = await freePort()
    const checkout = await openCheckout({ QUEUE_PREFIX: '{demo}', CORS_ORIGINS: `http://127.0.0.1:${port}` })
    closing.push(checkout.remove)
    const stack = await checkout.ready()
    closing.push(() => {
      stack.process.kill('SIGTERM')
      return stack.ended
    })
    session = await checkout.session()
    proxy = await startTcpProxy(() => ({ host: '127.0.0.1', port: checkout.port }))
    closing.push(proxy.stop)
    proxied = await startDemo({ ...session, port, apiUrl: `http://127.0.0.1:${proxy.port}` })
    closing.push(proxied.stop)
  })
  after(async () => {
    for (const close of closing.toReversed()) await close()
  })

  let page: Page
  let complaints: string[]
  let requests: Request[]
  /** Opens the page as a visitor does, with a note of all that it asks for and complains about. */
  const open = async (url: string) => {
    if (!browser) throw new Error('there is no browser')
    page = await browser.newPage()
    complaints = []
    requests = []
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('request', (request) => requests.push(request))
    await page.goto(url)
    await page.getByLabel('Blue mug').waitFor()
  }
  afterEach(() => page?.close())

  const button = (name: string) => page.getByRole('button', { name })
  const heading = (name: string | RegExp) => page.getByRole('heading', { name }).waitFor({ timeout: 20_000 })
  const steps = async () =>
    page
      .getByRole('list', { name: 'Steps' })
      .getByRole('listitem')
      .evaluateAll((rows) =>
        rows.map((row) => [row.querySelector('small')?.textContent, row.getAttribute('data-state')].join(' ')),
      )
  const running = (type: string) => page.locator('li[data-state=running]', { hasText: type }).waitFor()
  const order = async (card: string) => {
    await page.getByLabel('Blue mug').fill('2')
    await page.getByLabel('Kettle').fill('0')
    await page.getByLabel(card).check()
    await page.getByText('€25.80').waitFor()
    await button('Place the order').click()
  }
  /** Opens the mail as a visitor does. @returns what is on its page in the inbox. */
  const openMail = async () => {
    const [mail] = await Promise.all([
      page.waitForEvent('popup'),
      page.getByRole('link', { name: 'Open the mail' }).click(),
    ])
    await mail.waitForURL(`${session.mailUrl}/#/email/*`)
    return mail
  }
  const eventRequests = () => requests.filter((each) => each.url().endsWith('/events'))

  it('places an order, shows its steps to the end, and opens the mail', async () => {
    await open(session.demoUrl)
    await order('A card that works')
    await heading('The order is confirmed')
    expect(await steps()).to.deep.equal([
      'inventory.reserve succeeded',
      'payments.charge succeeded',
      'inventory.commit succeeded',
      'emails.send succeeded',
    ])
    const [, orderId] = /order=([\da-f-]{36})$/.exec(page.url()) ?? []
    const mail = await openMail()
    await mail.getByText(`Your order ${orderId} is confirmed`).first().waitFor()
    await page.getByText('498 in stock').waitFor()
    expect(await button('Cancel the order').isDisabled()).to.equal(true)
    // What it asked is shown as it was asked.
    const calls = page.locator('#calls tr')
    expect(await calls.filter({ hasText: 'POST /v1/orders' }).innerText()).to.match(/POST \/v1\/orders\s+202\s+\d+ ms/)
    expect(complaints).to.deep.equal([])
  })

  it('asks nobody but its own origin and the API, and the API as any page of another origin', async () => {
    await open(session.demoUrl)
    await order('A card that works')
    await heading('The order is confirmed')
    const own = new URL(session.demoUrl).origin
    expect([...new Set(requests.map((each) => new URL(each.url()).origin))]).to.have.members([own, session.apiUrl])
    const asked = requests.filter((each) => each.url().startsWith(session.apiUrl))
    for (const each of asked) {
      expect(new URL(each.url()).pathname).to.match(/^\/v1\//)
      const answer = await each.response()
      expect(await answer?.headerValue('access-control-allow-origin')).to.equal(own)
    }
    expect(complaints).to.deep.equal([])
  })

  it('shows a declined card as the problem it is, with a link to its explanation', async () => {
    await open(session.demoUrl)
    await order('A card that is declined')
    await heading('The payment was declined')
    const outcome = page.locator('#outcome')
    expect(await outcome.innerText())
      .to.include('generic_decline')
      .and.include('Nothing was charged')
    expect(await steps()).to.include.members(['payments.charge failed', 'inventory.release succeeded'])
    const link = await outcome.getByRole('link').getAttribute('href')
    expect(link).to.equal(`${session.apiUrl}/problems/payment-declined`)
    expect((await fetch(link ?? '')).status).to.equal(200)
    const mail = await openMail()
    await mail
      .getByText(/order [\da-f-]{36} was cancelled/i)
      .first()
      .waitFor()
    expect(complaints).to.deep.equal([])
  })

  it('cancels an order midway, and shows how all of it is taken back (invariant 5)', async () => {
    await open(session.demoUrl)
    await order(SLOW)
    await running('payments.charge')
    await button('Cancel the order').click()
    await page.getByText('Being cancelled').waitFor()
    expect(await button('Cancel the order').isDisabled()).to.equal(true)
    await heading('The job was cancelled')
    expect(await steps()).to.have.members([
      'inventory.reserve succeeded',
      'payments.charge succeeded',
      'inventory.release succeeded',
      'payments.reverse succeeded',
      'emails.send succeeded',
    ])
    expect(await page.locator('#outcome').innerText()).to.include('€25.80 charged, €25.80 given back')
    expect(complaints).to.deep.equal([])
  })

  it('goes on by itself after a lost connection, from the event it saw last', async () => {
    await open(proxied.url)
    await order(SLOW)
    await running('payments.charge')
    await page.getByText('live', { exact: true }).waitFor()
    proxy.refuse()
    expect(proxy.cut()).to.be.above(0)
    await page.getByText('reconnecting …').waitFor()
    proxy.heal()
    await page.getByText('live', { exact: true }).waitFor()
    await heading('The order is confirmed')
    const [first, ...again] = await Promise.all(eventRequests().map((each) => each.allHeaders()))
    expect(first).to.not.have.property('last-event-id')
    expect(again).to.not.be.empty
    for (const headers of again) expect(headers['last-event-id']).to.match(/^"[^"]+"$/)
  })

  it('goes on after a reload, with the same order', async () => {
    await open(session.demoUrl)
    await order(SLOW)
    await running('payments.charge')
    const address = page.url()
    await page.reload()
    await running('payments.charge')
    await heading('The order is confirmed')
    expect(page.url()).to.equal(address)
    expect(requests.filter((each) => each.method() === 'POST')).to.have.length(1)
    expect(complaints).to.deep.equal([])
  })

  it('is one order however often it has to ask, even when the page is closed in between (invariant 3)', async () => {
    const orders = async () => {
      const headers = { authorization: `Bearer ${session.apiKey}` }
      const answer = await fetch(`${session.apiUrl}/v1/orders?limit=100`, { headers })
      return ((await answer.json()) as { data: unknown[] }).data.length
    }
    const before = await orders()
    await open(proxied.url)
    const { url } = proxied
    // The order is on its way, and no answer comes back.
    proxy.freeze()
    await order('A card that works')
    const isOrder = (each: Request) => each.method() === 'POST' && each.url().endsWith('/v1/orders')
    await waitFor('the order to be sent', async () => requests.some(isOrder))
    await page.goto('about:blank')
    proxy.heal()
    await page.goto(url)
    await heading('The order is confirmed')
    const keys = await Promise.all(requests.filter(isOrder).map((each) => each.headerValue('idempotency-key')))
    expect(keys.length).to.be.above(1)
    expect(new Set(keys).size).to.equal(1)
    expect(await orders()).to.equal(before + 1)
  })

  it('needs no mouse', async () => {
    await open(session.demoUrl)
    await page.getByLabel('Kettle').focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Tab')
    await page.keyboard.press('ArrowUp')
    expect(await page.getByLabel('Blue mug').inputValue()).to.equal('1')
    for (let tabs = 0; tabs < 4; tabs++) await page.keyboard.press('Tab')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    expect(await page.getByLabel(SLOW).isChecked()).to.equal(true)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await running('payments.charge')
    await button('Cancel the order').focus()
    await page.keyboard.press('Enter')
    await heading('The job was cancelled')
  })

  it('fits a narrow screen', async () => {
    await open(session.demoUrl)
    await page.setViewportSize({ width: 320, height: 640 })
    await order('A card that is declined')
    await heading('The payment was declined')
    const { scrollWidth, clientWidth } = await page
      .locator('html')
      .evaluate(({ scrollWidth, clientWidth }) => ({ scrollWidth, clientWidth }))
    expect(scrollWidth).to.equal(clientWidth)
  })
})
