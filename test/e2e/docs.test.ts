// The documentation in a real browser: it asks nobody else for anything, breaks no policy, and what it shows can be tried out.
import { expect } from 'chai'
import type { Browser, Page } from 'playwright-core'
import { findChromium } from '../support/chromium.ts'
import { useProcesses } from '../support/processes.ts'

const SIZES = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } }

describe('the documentation in a browser', function () {
  this.timeout(60_000)
  const processes = useProcesses()
  let browser: Browser | undefined

  before(async function () {
    browser = await findChromium()
    if (!browser) {
      process.stdout.write(
        '      Skipped: there is no Chromium here; put one on the PATH, or its path into TEST_CHROMIUM.\n',
      )
      this.skip()
    }
  })
  after(() => browser?.close())

  /** Opens a page, and notes what should not be: complaints of the browser, and requests to anybody else. */
  async function open(path: string, viewport = SIZES.desktop, colorScheme: 'light' | 'dark' = 'light') {
    const page = await browser!.newPage({ viewport, colorScheme })
    const wrong: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') wrong.push(message.text())
    })
    page.on('pageerror', (error) => wrong.push(error.message))
    page.on('request', (request) => {
      if (!request.url().startsWith(processes.apiUrl) && !request.url().startsWith('data:')) wrong.push(request.url())
    })
    await page.goto(processes.apiUrl + path)
    return { page, wrong }
  }

  const operation = (page: Page, tag: string, id: string) => page.locator(`#operations-${tag}-${id}`)

  async function authorize(page: Page): Promise<void> {
    await page.click('.auth-wrapper .authorize')
    await page.fill('#auth-bearer-value', processes.api.key)
    await page.click('.auth-btn-wrapper .authorize')
    await page.click('.auth-btn-wrapper .btn-done')
  }

  async function execute(page: Page, tag: string, id: string, fields: Record<string, string> = {}) {
    const block = operation(page, tag, id)
    await block.locator('.opblock-summary-control').click()
    await block.locator('.try-out__btn').click()
    for (const [name, value] of Object.entries(fields))
      await block.locator(`tr[data-param-name="${name}"] input`).fill(value)
    await block.locator('.execute').click()
    const answer = block.locator('.live-responses-table .response').first()
    await answer.waitFor()
    const status = Number((await answer.locator('.response-col_status').innerText()).trim().slice(0, 3))
    return { status, body: await answer.locator('.response-col_description .highlight-code code').first().innerText() }
  }

  for (const [size, colorScheme] of [
    ['desktop', 'light'],
    ['phone', 'dark'],
  ] as const) {
    it(`is whole, asks nobody else and fits, ${size}, ${colorScheme}`, async () => {
      for (const path of ['/', '/docs', '/problems', '/problems/payment-declined']) {
        const { page, wrong } = await open(path, SIZES[size], colorScheme)
        await page.waitForSelector(path === '/docs' ? '.opblock' : 'h1')
        expect(wrong, path).to.deep.equal([])
        expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), path).to.be.at.most(0)
        const background = String(await page.evaluate('getComputedStyle(document.body).backgroundColor'))
        const [red = 0] = /\d+/.exec(background)?.map(Number) ?? []
        expect(red < 128, `${path} ${background}`).to.equal(colorScheme === 'dark')
        await page.close()
      }
    })
  }

  it('can be tried out as it is: an order is placed with a key of its own each time, and followed to its end', async () => {
    const { page, wrong } = await open('/docs')
    await page.waitForSelector('.opblock')
    await authorize(page)
    const placed = await execute(page, 'Orders', 'placeOrder')
    expect(placed.status, placed.body).to.equal(202)
    const { job } = JSON.parse(placed.body)
    const followed = await execute(page, 'Jobs', 'getJob', { id: job.id, Prefer: 'wait=25' })
    expect(followed.status, followed.body).to.equal(200)
    expect(JSON.parse(followed.body)).to.include({ id: job.id, state: 'succeeded' })
    await operation(page, 'Orders', 'placeOrder').locator('.execute').click()
    const orders = async () => (await processes.api.get('/v1/orders')).body.data.length
    while ((await orders()) < 2) await page.waitForTimeout(50)
    expect(wrong).to.deep.equal([])
    await page.close()
  })

  it('shows the events of a job once they have ended, and says what a refusal was about', async () => {
    const { page } = await open('/docs')
    await page.waitForSelector('.opblock')
    const refused = await execute(page, 'Inventory', 'listProducts')
    expect(refused.status).to.equal(401)
    expect(JSON.parse(refused.body).type).to.equal('/problems/unauthorized')
    await authorize(page)
    const note = { to: 'ada@example.com', subject: 'Hello', text: 'Hello.' }
    const { body } = await processes.api.post('/v1/emails', note)
    const events = await execute(page, 'Jobs', 'followJob', { id: body.job.id })
    expect(events.status).to.equal(200)
    expect(events.body).to.include('"state":"succeeded"')
    await page.close()
  })
})
