// Puts what the API says on the page. What comes from outside becomes text, never markup.

const find = (id) => document.getElementById(id)

/** What each step is for, in the order in which an order is placed. */
const STORY = [
  ['inventory.reserve', 'Set the goods aside'],
  ['payments.charge', 'Charge the card'],
  ['inventory.commit', 'Take the goods out of stock'],
  ['emails.send', 'Mail the customer'],
]
const titles = new Map([
  ...STORY,
  ['inventory.release', 'Put the goods back'],
  ['payments.reverse', 'Give back what was charged'],
])

const stepStates = {
  planned: 'to come',
  scheduled: 'waits',
  queued: 'waits',
  running: 'under way',
  succeeded: 'done',
  failed: 'failed',
  cancelled: 'not done',
}
const jobStates = {
  scheduled: 'Waiting',
  queued: 'Waiting',
  running: 'Under way',
  succeeded: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
}

/** @param {string | Node} children */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  made.append(...children)
  return made
}

const linkTo = (href, text) => element('a', { href, target: '_blank', rel: 'noopener' }, text)

/** An amount in minor units, as people read it. */
export function formatMoney({ amount, currency }) {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency })
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits)
}

/** Lists the products, each with a number to order: what was chosen before, else one of the first that there is. */
export function showProducts(products, quantities) {
  const first = products.find(({ available }) => available > 0)
  const rows = products.map(({ sku, name, price, available }) => {
    const quantity = quantities?.get(sku) ?? (sku === first?.sku ? 1 : 0)
    const input = element('input', {
      type: 'number',
      name: sku,
      id: `quantity-${sku}`,
      min: 0,
      max: 10_000,
      step: 1,
      value: quantity,
      inputmode: 'numeric',
    })
    const stock = available > 0 ? `${available.toLocaleString('en')} in stock` : 'none left: see what happens'
    const label = element('label', { for: input.id }, name, element('small', {}, stock))
    return element('li', { class: 'product' }, label, element('span', { class: 'price' }, formatMoney(price)), input)
  })
  find('products').replaceChildren(...rows)
}

export function showTotal(total) {
  find('total').textContent = total ? formatMoney(total) : ''
  find('place').disabled = !total
}

/** @param order what is ordered; known a moment after its job */
export function showOrder(order) {
  const items = order.items.map(({ quantity, name }) => `${quantity} × ${name}`)
  find('what').textContent = `${items.join(', ')} · ${formatMoney(order.total)}`
}

/** Begins the story of another job. */
export function showNothingYet() {
  find('nothing').hidden = true
  find('story').hidden = false
  find('story-title').scrollIntoView({ block: 'nearest' })
  for (const id of ['what', 'state', 'cancel-note', 'outcome', 'mails', 'steps']) find(id).replaceChildren()
}

export function showJob(job) {
  const taken = job.steps.map(({ type, state, undo }) => ({ type, state, undo }))
  const isTurned = taken.some(({ state, undo }) => undo || state === 'failed') || job.cancelRequestedAt !== null
  const known = new Set(taken.map(({ type }) => type))
  const planned = STORY.filter(([type]) => !known.has(type)).map(([type]) => ({ type, state: 'planned', undo: false }))
  const steps = job.finishedAt || isTurned ? taken : [...taken, ...planned]
  const isStopping = job.cancelRequestedAt !== null && !job.finishedAt
  find('state').textContent = isStopping ? 'Being cancelled' : jobStates[job.state]
  find('state').dataset.state = job.state
  // Only what changed is made anew: a screen reader need not begin again, and nothing flickers.
  const list = find('steps')
  for (const [index, step] of steps.entries()) {
    const shown = list.children[index]
    const text = `${step.type} ${step.state} ${step.undo}`
    if (shown?.dataset.shows === text) continue
    const row = stepRow(step, text)
    if (shown) shown.replaceWith(row)
    else list.append(row)
  }
  while (list.children.length > steps.length) list.lastChild.remove()
  find('cancel').disabled = job.finishedAt !== null || job.cancelRequestedAt !== null
}

function stepRow({ type, state, undo }, text) {
  const title = element('span', { class: 'title' }, titles.get(type) ?? type, element('small', {}, type))
  const attributes = { 'data-state': state, 'data-shows': text, ...(undo && { class: 'undo' }) }
  return element('li', attributes, title, element('span', { class: 'badge' }, stepStates[state]))
}

/** @param {'live' | 'lost' | 'ended'} state */
export function showConnection(state) {
  const words = { live: 'live', lost: 'reconnecting …', ended: 'ended' }
  Object.assign(find('connection'), { hidden: false, textContent: words[state] })
  find('connection').dataset.state = state
}

/** How it ended: what the customer has to know, and what a program would go by. */
export function showOutcome({ error }, order, apiUrl) {
  if (!error) {
    const paid = `${formatMoney(order.total)} charged. A mail confirms it.`
    find('outcome').replaceChildren(element('h3', {}, `The order is ${order.state}`), element('p', {}, paid))
    return
  }
  const { captured, refunded } = order.payment
  const money = captured
    ? `${formatMoney(captured)} charged, ${formatMoney(refunded)} given back.`
    : 'Nothing was charged.'
  const what = `The order is ${order.state}. ${money}`
  find('outcome').replaceChildren(...problemLines(error, apiUrl), element('p', {}, what))
}

/** A refusal instead of a story: the job is not there, say. */
export function showRefusal({ problem, message }, apiUrl) {
  find('state').textContent = 'Refused'
  find('state').dataset.state = 'failed'
  find('cancel').disabled = true
  const lines = problem ? problemLines(problem, apiUrl) : [element('p', {}, message)]
  find('outcome').replaceChildren(...lines)
}

const problemLines = (problem, apiUrl) => [
  element('h3', {}, problem.title),
  // Some have nothing to add to their title.
  ...(problem.detail === `${problem.title}.` ? [] : [element('p', {}, problem.detail)]),
  element('p', {}, linkTo(new URL(problem.type, apiUrl).href, `What ${problem.type} means`)),
]

/** @param {boolean} hasInbox whether there is an inbox to look into */
export function showMails(mails, hasInbox) {
  const rows = mails.map(({ to, template, state, messageId }) => {
    const text = element('span', { class: 'title' }, `Mail to ${to}`, element('small', {}, `${template}, ${state}`))
    const link = `mail?id=${encodeURIComponent(messageId)}`
    return element('li', {}, text, ...(hasInbox && state === 'sent' ? [linkTo(link, 'Open the mail')] : []))
  })
  find('mails').replaceChildren(...rows)
}

export function showNote(id, text) {
  Object.assign(find(id), { textContent: text, hidden: !text })
}

export function showCall({ method, path, status, tookMs }) {
  // Ids are long; their ends tell them apart.
  const short = path.replaceAll(/[\da-f-]{30}([\da-f]{6})/g, '…$1')
  const request = element('td', { title: path }, element('b', {}, method), ` ${short}`)
  const answer = element('td', { 'data-kind': status ? String(status)[0] : 'none' }, String(status ?? 'none'))
  find('calls').prepend(element('tr', {}, request, answer, element('td', {}, `${Math.round(tookMs)} ms`)))
}
