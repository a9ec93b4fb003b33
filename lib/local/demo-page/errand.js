// A client of Errand's API for browsers (and Node ≥ 20): no build step, no dependency. Copy it, with events.js.
//
// What it does for you: a submission is sent again, under the same Idempotency-Key, until it is answered, so that it happens
// once however bad the network is. A job is followed live over server-sent events; a connection that is lost, or silent, is
// opened again and goes on where it was. Refusals are ErrandErrors that carry the problem object (RFC 9457).
//
// About the key: whoever has it acts as your account. This demo gives one to the page because all of it runs on your machine.
// A public page must not have it: let the page talk to your own back end, which holds the key and decides who may ask what.

import { readEvents } from './events.js'

/** How often a request is sent before its failure is the caller's. */
const TRIES = 6
/** Waits grow from the first to the longest, in ms; each is spread so that clients do not all come back at once. */
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 10_000
/** The service is heard at least every 15 s while it has nothing to say: what is silent for longer is dead. */
const SILENT_MS = 40_000

/** The service refused: `problem` says why, in words fit for people (`title`, `detail`) and programs (`type`, `status`). */
export class ErrandError extends Error {
  /** @param {{type: string, title: string, status: number, detail: string, errors?: {pointer: string, detail: string}[]}} problem */
  constructor(problem) {
    super(problem.detail ?? problem.title)
    this.name = 'ErrandError'
    this.problem = problem
    this.status = problem.status
  }
}

/**
 * @param {object} options
 * @param {string} options.apiUrl e.g. `https://api.example.com`; this page's origin has to be among its CORS_ORIGINS
 * @param {string} options.apiKey
 * @param {(call: {method: string, path: string, status: number | undefined, tookMs: number}) => void} [options.onCall]
 *   hears of each request once its answer begins; `status` is undefined where there was none
 * @param {number} [options.firstWaitMs] the first wait before something is sent again
 * @param {number} [options.silentMs] after how long a silent connection is given up
 */
export function createErrand({ apiUrl, apiKey, onCall, firstWaitMs = FIRST_WAIT_MS, silentMs = SILENT_MS }) {
  /** One request, once. @throws TypeError where no answer came @returns {Promise<Response>} whatever its status */
  async function send(method, path, { body, headers, signal } = {}) {
    const startedAt = performance.now()
    let status
    try {
      const response = await fetch(apiUrl + path, {
        method,
        headers: {
          Authorization: `Bearer ${apiKey}`,
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
          ...headers,
        },
        body: body === undefined ? undefined : JSON.stringify(body),
        cache: 'no-store',
        signal,
      })
      status = response.status
      return response
    } finally {
      onCall?.({ method, path, status, tookMs: performance.now() - startedAt })
    }
  }

  /** Until it is answered: what is safe to send again is sent again, when the service says so. @throws ErrandError */
  async function persist(method, path, options = {}) {
    for (let tries = 1; ; tries++) {
      const response = await send(method, path, options).catch((error) => {
        if (options.signal?.aborted || tries >= TRIES) throw error
      })
      if (response?.ok) return response
      const refusal = response && (await refusalOf(response))
      if (refusal && (!isPassing(refusal) || tries >= TRIES)) throw refusal
      await pause(waitMs(tries, firstWaitMs, response), options.signal)
    }
  }

  const readJson = async (response) => (response.status === 204 ? undefined : response.json())

  return {
    /** Reads a resource, e.g. `/v1/products`. @throws ErrandError */
    get: (path, { signal } = {}) => persist('GET', path, { signal }).then(readJson),

    /**
     * Hands work over. The answer has the `job` to follow.
     * @param {string} [options.idempotencyKey] of this very intention: keep it, should you have to ask again after a reload
     * @throws ErrandError
     */
    submit: (path, body, { idempotencyKey = crypto.randomUUID(), signal } = {}) =>
      persist('POST', path, { body, signal, headers: { 'Idempotency-Key': idempotencyKey } }).then(readJson),

    /** Cancels a job; asking again changes nothing. @returns the job as it is: follow it to its end. @throws ErrandError */
    cancel: (jobId, { reason, signal } = {}) =>
      persist('POST', `/v1/jobs/${jobId}/cancel`, { body: { ...(reason && { reason }) }, signal }).then(readJson),

    /**
     * Follows a job: `for await (const job of errand.follow(id)) …` gets it as it is, then at each change, and ends with the
     * final one. Of changes while nobody could hear them the last comes.
     * @param {(state: 'live' | 'lost') => void} [options.onConnection]
     * @throws ErrandError where the job may not be followed: it is not there, or the key is wrong
     */
    async *follow(jobId, { signal, onConnection } = {}) {
      let lastEventId
      let wait = firstWaitMs
      let failures = 0
      for (;;) {
        let final = false
        let ended = false
        const given = new AbortController()
        const giveUp = () => given.abort()
        signal?.addEventListener('abort', giveUp)
        let response
        try {
          signal?.throwIfAborted()
          response = await send('GET', `/v1/jobs/${jobId}/events`, {
            // An EventSource would send it by itself, but no Authorization.
            headers: { Accept: 'text/event-stream', ...(lastEventId && { 'Last-Event-ID': lastEventId }) },
            signal: given.signal,
          })
          // The final event was seen already.
          if (response.status === 204) return
          if (!response.ok) throw await refusalOf(response)
          onConnection?.('live')
          for await (const event of readEvents(response.body, silentMs)) {
            failures = 0
            if (event.retry) wait = event.retry
            if (event.data === undefined) continue
            lastEventId = event.id
            const job = JSON.parse(event.data)
            final = job.finishedAt !== null
            yield job
          }
          ended = true
        } catch (error) {
          if (final) return
          if (signal?.aborted || (error instanceof ErrandError && !isPassing(error))) throw error
        } finally {
          signal?.removeEventListener('abort', giveUp)
          // Also when whoever listens has had enough.
          if (!ended) giveUp()
        }
        if (final) return
        failures++
        onConnection?.('lost')
        await pause(waitMs(failures, wait, response), signal)
      }
    },
  }
}

/** Worth to be sent again: too many requests, a service that is overloaded or down, a first try that is still under way. */
const isPassing = ({ status, problem }) =>
  status === 429 || status >= 500 || problem.type === '/problems/idempotency-key-in-flight'

/** What is not a problem object comes from something between here and the service. */
async function refusalOf(response) {
  const isProblem = response.headers.get('Content-Type')?.startsWith('application/problem+json')
  const problem = isProblem ? await response.json().catch(() => undefined) : undefined
  const { status } = response
  return new ErrandError(
    problem ?? { type: 'about:blank', title: `HTTP ${status}`, status, detail: `The service answered ${status}.` },
  )
}

/** When to try again: as the service says (Retry-After, in seconds), else later each time. */
function waitMs(tries, firstMs, response) {
  const seconds = Number(response?.headers.get('Retry-After') ?? Number.NaN)
  if (seconds >= 0 && !response.ok) return seconds * 1_000
  return Math.min(firstMs * 2 ** (tries - 1), LONGEST_WAIT_MS) * (0.75 + Math.random() / 2)
}

/** Waits; less long when the network comes back. @throws the signal's reason when it is aborted */
function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const done = () => {
      clearTimeout(timer)
      globalThis.removeEventListener?.('online', done)
      signal?.removeEventListener('abort', done)
      if (signal?.aborted) reject(signal.reason)
      else resolve()
    }
    const timer = setTimeout(done, ms)
    globalThis.addEventListener?.('online', done)
    signal?.addEventListener('abort', done)
    if (signal?.aborted) done()
  })
}
