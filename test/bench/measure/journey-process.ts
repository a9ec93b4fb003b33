// Clients that submit a job and wait until they see that it is done, in a process of their own: one after the other, several
// at a time, or so many a second, whether or not those before have come to their end.
import { Agent, request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { Journeys } from './journeys.ts'

const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })
const AHEAD_MS = 1

process.on('message', (journeys: Journeys) => run(journeys).then((times) => process.send?.({ times })))
process.once('disconnect', () => process.exit())
process.send?.({ ready: true })

/** @returns how long each took, in ms, in the order of their ends; from when it was to begin, where a rate is given */
async function run({ pace, ...how }: Journeys): Promise<number[]> {
  const times: number[] = []
  const travel = async (begin: number) => {
    await take(how)
    times.push(Math.round((performance.now() - begin) * 1_000) / 1_000)
  }
  if ('rate' in pace) {
    const begun: Promise<void>[] = []
    const start = performance.now()
    for (let next = 0; next < pace.rate * pace.seconds; next++) {
      const begin = start + (next / pace.rate) * 1000
      while (performance.now() < begin) await delay(AHEAD_MS)
      begun.push(travel(begin))
    }
    await Promise.all(begun)
    return times
  }
  const end = performance.now() + ('seconds' in pace ? pace.seconds * 1000 : Number.POSITIVE_INFINITY)
  let left = 'samples' in pace ? pace.samples : Number.POSITIVE_INFINITY
  const client = async () => {
    while (left-- > 0 && performance.now() < end) await travel(performance.now())
  }
  await Promise.all(Array.from({ length: pace.clients }, client))
  return times
}

/** @throws Error when the job was not done */
async function take({ url, submit, headers, body, waitAt }: Omit<Journeys, 'pace'>): Promise<void> {
  const fresh = { ...headers, 'idempotency-key': crypto.randomUUID() }
  const submitted = await call('POST', url + submit, fresh, body)
  const answer =
    waitAt === undefined ? submitted : await call('GET', `${url}${waitAt.replace(':id', idOf(submitted))}`, {})
  if (!answer.includes('"state":"succeeded"')) throw new Error(`the job is not done: ${answer}`)
}

const idOf = (answer: string): string => (JSON.parse(answer) as { id: string }).id

function call(method: string, url: string, headers: Record<string, string>, body?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent, headers }, async (response) => {
      let text = ''
      for await (const chunk of response.setEncoding('utf8')) text += chunk
      if (response.statusCode === 200 || response.statusCode === 202) resolve(text)
      else reject(new Error(`${response.statusCode} ${text}`))
    })
    sent.once('error', reject).end(body)
  })
}
