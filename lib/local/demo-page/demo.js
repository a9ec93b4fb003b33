// The demo page: what its buttons do. The address holds what is being followed, so that a reload goes on with it.
import { createErrand, ErrandError } from './errand.js'
import * as view from './view.js'

const PENDING = 'errand-demo-pending'
const shop = document.getElementById('shop')
const cancelButton = document.getElementById('cancel')

/** Only the page's own origin gets it. */
const config = await (await fetch('config.json')).json()
const errand = createErrand({ ...config, onCall: view.showCall })

let products = []
let following = new AbortController()

document.getElementById('docs').href = `${config.apiUrl}/docs`
const inbox = document.getElementById('inbox')
if (config.mailUrl) inbox.href = config.mailUrl
else inbox.remove()
// Real Stripe does not know the simulator's own card.
if (!config.paymentsUrl) document.getElementById('slow').remove()

shop.addEventListener('input', countTotal)
shop.addEventListener('submit', (event) => {
  event.preventDefault()
  void place({ idempotencyKey: crypto.randomUUID(), order: readOrder() })
})
cancelButton.addEventListener('click', () => void cancel())
addEventListener('hashchange', () => void followAddress())

await Promise.all([loadProducts(), finishPending(), followAddress()])

async function loadProducts(quantities) {
  try {
    products = (await errand.get('/v1/products')).data
    view.showProducts(products, quantities)
    countTotal()
  } catch (error) {
    view.showNote('shop-note', sentence(error))
  }
}

function ordered() {
  const quantities = new Map(products.map(({ sku }) => [sku, Number(shop.elements[sku]?.value ?? 0)]))
  return products
    .map((product) => ({ ...product, quantity: quantities.get(product.sku) }))
    .filter(({ quantity }) => quantity > 0)
}

function countTotal() {
  const items = ordered()
  const amount = items.reduce((sum, { price, quantity }) => sum + price.amount * quantity, 0)
  view.showTotal(items[0] && { amount, currency: items[0].price.currency })
}

function readOrder() {
  const { email, method } = shop.elements
  return {
    customer: { email: email.value, name: 'Ada Lovelace' },
    items: ordered().map(({ sku, quantity }) => ({ sku, quantity })),
    payment: { method: method.value },
  }
}

/**
 * The intention is written down with its key before it is sent: should the page be closed before the answer comes, the next
 * one asks again under the same key, and it is one order all the same.
 */
async function place(intention) {
  const button = document.getElementById('place')
  button.disabled = true
  view.showNote('shop-note', '')
  sessionStorage.setItem(PENDING, JSON.stringify(intention))
  try {
    const { idempotencyKey, order } = intention
    const accepted = await errand.submit('/v1/orders', order, { idempotencyKey })
    sessionStorage.removeItem(PENDING)
    location.hash = new URLSearchParams({ job: accepted.job.id, order: accepted.order.id })
  } catch (error) {
    // A refusal is an answer; without one the intention stays.
    if (error instanceof ErrandError) sessionStorage.removeItem(PENDING)
    view.showNote('shop-note', sentence(error))
  } finally {
    countTotal()
  }
}

async function finishPending() {
  const pending = sessionStorage.getItem(PENDING)
  if (pending) await place(JSON.parse(pending))
}

/** What the address says is being followed. */
function readAddress() {
  const { job, order } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)))
  const isId = (text) => /^[\da-f-]{36}$/.test(text ?? '')
  return isId(job) && isId(order) ? { jobId: job, orderId: order } : undefined
}

async function followAddress() {
  const address = readAddress()
  following.abort()
  if (!address) return
  following = new AbortController()
  const { signal } = following
  view.showNothingYet()
  try {
    await tellStory(address, signal)
  } catch (error) {
    // Another one is followed now.
    if (signal.aborted) return
    view.showConnection('ended')
    view.showRefusal(error, config.apiUrl)
  }
}

async function tellStory({ jobId, orderId }, signal) {
  const orderPath = `/v1/orders/${orderId}`
  view.showOrder(await errand.get(orderPath, { signal }))
  let last
  for await (const job of errand.follow(jobId, { signal, onConnection: view.showConnection })) {
    last = job
    view.showJob(job)
  }
  view.showConnection('ended')
  const order = await errand.get(orderPath, { signal })
  view.showNote('cancel-note', '')
  view.showOutcome(last, order, config.apiUrl)
  view.showMails(order.mails, config.mailUrl !== null)
  await loadProducts(new Map(products.map(({ sku }) => [sku, shop.elements[sku]?.value])))
}

async function cancel() {
  const { jobId } = readAddress()
  cancelButton.disabled = true
  try {
    await errand.cancel(jobId, { reason: 'The button on the demo page.' })
    view.showNote('cancel-note', 'Asked to stop. What is under way comes to its end, then all of it is taken back.')
  } catch (error) {
    view.showNote('cancel-note', `Too late. ${sentence(error)}`)
  }
}

/** @returns what a person is told. */
function sentence(error) {
  if (!(error instanceof ErrandError)) return `The service cannot be reached (${error.message}).`
  const { title, detail, errors = [] } = error.problem
  return [`${title}.`, detail, ...errors.map(({ pointer, detail: what }) => `${pointer} ${what}`)].join(' ')
}
