// Sends requests, several at once, until there were enough of them. What fast-check makes up it also makes smaller: a request
// that finds something new is tried again in simpler forms, and the simplest one that finds it is kept.
import { createHash } from 'node:crypto'
import fc, { type Arbitrary } from 'fast-check'
import type { Accepted } from './accepted.ts'
import { compose, type Surroundings } from './compose.ts'
import type { Draft } from './draft.ts'
import { type Findings, signatureOf } from './findings.ts'
import type { Plan } from './generate/plan.ts'
import { type Fault, judge, pathOf } from './judge.ts'
import type { Answer, Outcome } from './send/answer.ts'
import { createSender } from './send/http.ts'
import { sendRaw } from './send/socket.ts'
import type { Tally } from './tally.ts'

interface Exploration {
  url: URL
  plans: Arbitrary<Plan>
  surroundings: Surroundings
  findings: Findings
  tally: Tally
  accepted: Accepted
  options: { seed: string; requests: number; lanes: number }
  /** No more requests once it is aborted. */
  stop: AbortSignal
}

const CHUNK = 50
const MOST_TRIES = 80

export async function explore(exploration: Exploration): Promise<void> {
  const { url, plans, findings, tally, options, stop } = exploration
  const { seed, requests, lanes } = options
  const sender = createSender(url, lanes + 2)
  let made = 0

  const exchange = async (plan: Plan): Promise<[Draft, Fault[]]> => {
    const draft = compose(plan, exploration.surroundings)
    const outcome = await (draft.raw ? sendRaw(url, draft) : sender.send(draft))
    const faults = judge(draft, outcome)
    tally.count(draft, outcome)
    remember(exploration, draft, outcome)
    return [draft, faults]
  }

  const lane = async (number: number) => {
    for (let chunk = 0; made < requests && !stop.aborted; chunk++) {
      let failing: string | undefined
      let tries = 0
      const property = fc.asyncProperty(plans, async (plan) => {
        if (stop.aborted) return true
        if (failing === undefined) {
          if (made >= requests) return true
          made++
          const [draft, faults] = await exchange(plan)
          for (const fault of faults) if (findings.note(draft, fault)) failing = signatureOf(draft, fault)
          return failing === undefined
        }
        if (tries++ > MOST_TRIES) return true
        const [draft, faults] = await exchange(plan)
        const isSame = faults.some((fault) => signatureOf(draft, fault) === failing)
        if (isSame) findings.shrink(failing, draft)
        return !isSame
      })
      const { errorInstance } = await fc.check(property, {
        seed: numberOf(`${seed}/${number}/${chunk}`),
        numRuns: CHUNK,
      })
      // What is thrown is a mistake of the suite, not of the API.
      if (errorInstance && failing === undefined) throw errorInstance
    }
  }
  await Promise.all(Array.from({ length: lanes }, (_, number) => lane(number)))
  sender.close()
}

/** Learns what later requests can be about, and keeps what the service now owes. */
function remember({ surroundings, accepted, tally }: Exploration, draft: Draft, outcome: Outcome): void {
  const { caller } = draft.plan
  const key = draft.headers.findLast(([name]) => name.toLowerCase() === 'idempotency-key')?.[1]
  if (key && key.length < 100) surroundings.known.used(caller, key)
  const answer = outcome.kind === 'answer' ? outcome.answer : undefined
  // Of a request that only its parser answered, or nobody, it is not known whether it was accepted.
  if (!answer?.headers.has('x-request-id')) {
    accepted.unanswered(draft.method, key)
    return
  }
  if (answer.isStream) return
  const body = parsed(answer)
  if (answer.status < 300) {
    surroundings.known.learn(caller, pathOf(draft.target), body, answer.headers.get('etag'))
    accepted.learn(draft.method, answer, body)
  }
  if (typeof body === 'object' && body !== null && 'type' in body && answer.status >= 400)
    tally.problem(String(body.type))
}

function parsed({ text }: Answer): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const numberOf = (text: string) => createHash('sha256').update(text).digest().readInt32LE()
