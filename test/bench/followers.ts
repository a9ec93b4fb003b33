// The clients of the benchmark: for each job one long-poll, repeated until it is final, and one event stream.
import { Agent, type IncomingMessage, request } from 'node:http'
import { waitFor } from '../support/wait-for.ts'

export interface Follower {
  kind: 'long-poll' | 'events'
  id: string
  /** When it saw that the job is final, in ms since 1970. */
  seenAt: number | undefined
  /** Whether its request is at the server. */
  waits(): boolean
  done: Promise<void>
}

const AT_ONCE = 100
/** A long-poll counts as waiting when it is not answered within this time. */
const WAITS_AFTER_MS = 500

export const now = () => performance.timeOrigin + performance.now()

export async function followAll(url: string, key: string, ids: string[]): Promise<Follower[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })
  const get = (path: string, headers: Record<string, string>) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      request(url + path, { agent, headers: { authorization: `Bearer ${key}`, ...headers } }, resolve)
        .once('error', reject)
        .end()
    })
  // The key is known from here on.
  for await (const _ of await get('/v1/products', {}));
  const followers: Follower[] = []
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const batch = ids.slice(from, from + AT_ONCE).flatMap((id) => [longPoll(get, id), stream(get, id)])
    followers.push(...batch)
    await Promise.race([
      waitFor('them to be connected', async () => batch.every((follower) => follower.waits()), 60_000),
      Promise.all(batch.map(({ done }) => done)),
    ])
  }
  return followers
}

type Get = (path: string, headers: Record<string, string>) => Promise<IncomingMessage>

function longPoll(get: Get, id: string): Follower {
  const startedAt = now()
  const follower: Follower = {
    kind: 'long-poll',
    id,
    seenAt: undefined,
    waits: () => now() - startedAt > WAITS_AFTER_MS,
    done: Promise.resolve(),
  }
  const wait = async () => {
    for (;;) {
      const response = await get(`/v1/jobs/${id}`, { prefer: 'wait=25' })
      let body = ''
      for await (const chunk of response) body += chunk
      if (response.statusCode !== 200 && response.statusCode !== 202) throw new Error(`${response.statusCode} ${body}`)
      if (JSON.parse(body).finishedAt) break
    }
    follower.seenAt = now()
  }
  follower.done = wait()
  return follower
}

function stream(get: Get, id: string): Follower {
  let connected = false
  const follower: Follower = { kind: 'events', id, seenAt: undefined, waits: () => connected, done: Promise.resolve() }
  const read = async () => {
    const response = await get(`/v1/jobs/${id}/events`, {})
    if (response.statusCode !== 200) throw new Error(String(response.statusCode))
    let text = ''
    for await (const chunk of response) {
      text += chunk
      connected ||= text.includes('data: ')
      if (text.endsWith('\n\n') && /"state":"succeeded"/.test(text.slice(text.lastIndexOf('data: ')))) {
        follower.seenAt ??= now()
      }
    }
  }
  follower.done = read()
  return follower
}
