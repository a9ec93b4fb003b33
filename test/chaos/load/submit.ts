// A client that does not give up: a request without an answer is sent again, with the same Idempotency-Key, to either web
// process, until there is one. Some are sent twice on purpose, at once or later: the answer must be the first one.
import { setTimeout as delay } from 'node:timers/promises'
import type { Random } from '../random.ts'
import type { World } from '../world.ts'
import type { Journal, WorkKind } from './journal.ts'

export interface Client {
  world: Pick<World, 'webs'>
  journal: Journal
  account: World['accounts'][number]
  /** Decides what is sent. */
  random: Random
  /** Decides what depends on timing: where a request goes, how long a repetition waits. */
  luck: Random
  /** Until when a request without an answer is sent again; `Infinity` while the load lasts. */
  patience(): number
}

// biome-ignore lint/suspicious/noExplicitAny: bodies are read where their shape is known.
type Body = any

export interface Answer {
  /** 0 where there was none. */
  status: number
  body: Body
}

/** What was heard last, and whether that is an answer to the request itself. */
interface Heard extends Answer {
  isAnswer: boolean
}

const ANSWER_WITHIN_MS = 6_000

interface Request {
  kind: WorkKind
  path: string
  body: unknown
}

/** Sends a request once in effect. @returns the body of the 202; undefined where it was refused or never answered. */
export async function submit(client: Client, { kind, path, body }: Request): Promise<Body> {
  const { journal, random, account } = client
  const key = random.uuid()
  const [twin, echo] = [random.chance(0.08), random.chance(0.08)]
  const send = () => untilAnswered(client, path, body, key)
  const heard = await Promise.all(twin ? [send(), send()] : [send()])
  const accepted = heard.filter(({ status }) => status === 202)
  const answer = accepted[0] ?? heard.find(({ isAnswer }) => isAnswer)
  if (!answer) {
    const [{ status, body }] = heard as [Heard]
    journal.unanswered.push(`${kind}, key ${key}: ${status} ${body?.type ?? ''}`)
    return undefined
  }
  if (answer.status !== 202) {
    journal.refuse(kind, `${answer.status} ${answer.body?.type ?? ''}`)
    return undefined
  }
  const { order, refund, email } = answer.body
  const subjectId = (order ?? refund ?? email)?.id ?? null
  const [first, ...others] = jobsOf(answer.body)
  const entry = { kind, accountId: account.id, at: Date.now() }
  if (first) journal.accept({ ...entry, key, jobId: first, subjectId })
  for (const jobId of others) journal.accept({ ...entry, key: null, jobId, subjectId: null })
  // A twin may have been refused before the other one was accepted; after that, there is one answer only.
  const later = echo ? [await send()].filter(({ isAnswer }) => isAnswer) : []
  for (const each of [...accepted, ...later]) compare(journal, key, answer, each)
  return answer.body
}

/** Asks for something that may be asked for again without a key. */
export async function steer(client: Client, { kind, path, body }: Request): Promise<void> {
  const { status, body: refusal, isAnswer } = await untilAnswered(client, path, body)
  if (!isAnswer) client.journal.unanswered.push(`${kind}: ${status} ${refusal?.type ?? ''}`)
  else if (status !== 202) client.journal.refuse(kind, `${status} ${refusal?.type ?? ''}`)
}

function compare({ contradictions }: Journal, key: string, first: Answer, second: Answer): void {
  if (second.status !== 202) contradictions.push(`key ${key}: 202, then ${second.status} ${second.body?.type}`)
  else if (jobsOf(second.body).join() !== jobsOf(first.body).join())
    contradictions.push(`key ${key}: job ${jobsOf(first.body)}, then job ${jobsOf(second.body)}`)
}

/** The job of an answer, or those of a batch. */
const jobsOf = ({ job, items }: Body): string[] =>
  job ? [job.id] : items.map((item: { job: { id: string } }) => item.job.id)

/** Sends it again and again until there is an answer, or patience ends. */
async function untilAnswered(client: Client, path: string, body: unknown, key?: string): Promise<Heard> {
  const { luck, patience, journal } = client
  let heard: Answer = { status: 0, body: undefined }
  for (let tries = 0; Date.now() < patience(); tries++) {
    if (tries > 0) {
      journal.repeated++
      await delay(luck.between(100, 800))
    }
    heard = (await call(client, 'POST', path, { body, ...(key && { key }) })) ?? heard
    if (heard.status > 0 && !worthRepeating(heard)) return { ...heard, isAnswer: true }
  }
  return { ...heard, isAnswer: false }
}

/** 5xx and 429 say nothing about the request; nor does the 409 of a key whose first request is still in flight. */
const worthRepeating = ({ status, body }: Answer) =>
  status >= 500 || status === 429 || body?.type === '/problems/idempotency-key-in-flight'

/** One try at one of the web processes. @returns undefined where there was no (whole) answer. */
export async function call(
  { world, account, luck }: Client,
  method: 'GET' | 'POST',
  path: string,
  { body, key }: { body?: unknown; key?: string } = {},
): Promise<Answer | undefined> {
  try {
    const response = await fetch(luck.pick(world.webs).url + path, {
      method,
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      headers: {
        authorization: `Bearer ${account.key}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(key && { 'idempotency-key': key }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text ? JSON.parse(text) : undefined }
  } catch {
    // Killed, frozen, too slow: the client cannot tell which, and asks again.
    return undefined
  }
}
