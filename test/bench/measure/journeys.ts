// From submitting a job to seeing that it is done, as a client lives it.
import { fileURLToPath } from 'node:url'
import { type Calls, type Contender, names } from './contender.ts'
import type { Program } from './program.ts'
import type { Stack } from './stack.ts'

/** So many in all, one after the other with one client; or as many as there is time for; or so many a second. */
type Pace =
  | { clients: number; samples: number }
  | { clients: number; seconds: number }
  | { rate: number; seconds: number }

export interface Journeys extends Pick<Calls, 'submit' | 'body'> {
  headers: Record<string, string>
  url: string
  /** Where one waits for a job, with `:id` in it; where it is missing, the answer to the submission comes when it is done. */
  waitAt?: string
  pace: Pace
}

const PROGRAM = fileURLToPath(new URL('journey-process.ts', import.meta.url))
const RAW = fileURLToPath(new URL('raw-process.ts', import.meta.url))

/** Starts the clients' process. */
export const startClients = (stack: Stack): Promise<Program> => stack.start('clients', ['--import', 'tsx', PROGRAM], {})

/** @returns how long each took, in ms. @throws Error when one did not come to its end */
const travel = async (clients: Program, journeys: Journeys): Promise<number[]> =>
  (await clients.ask<{ times: number[] }>(journeys)).times

export interface Route {
  name: string
  /** @returns how long each took, in ms. @throws Error when one did not come to its end */
  go(pace: Pace): Promise<number[]>
}

/** Starts a contender's web and worker, on which such clients are to be sent. */
export async function openRoute(clients: Program, contender: Contender): Promise<Route> {
  const [web] = await Promise.all([contender.startWeb(), contender.startWorker()])
  const journeys = waiting(contender.calls, web.url)
  return { name: contender.name, go: (pace) => travel(clients, { ...journeys, pace }) }
}

/** Starts BullMQ with nothing around it; it goes alone. */
export async function openRawRoute(
  stack: Stack,
): Promise<Route & { go(pace: { samples: number }): Promise<number[]> }> {
  const raw = await stack.start('raw', ['--import', 'tsx', RAW], { REDIS_URL: stack.redis('raw') })
  return { name: names.rawRedis, go: async (pace) => (await raw.ask<{ times: number[] }>(pace)).times }
}

/** @returns how one waits for an end: Errand with the submission, (b) by asking for its job. */
const waiting = ({ submit, show, headers, body }: Calls, url: string): Omit<Journeys, 'pace'> =>
  submit.startsWith('/v1/')
    ? { url, submit, body, headers: { ...headers, prefer: 'wait=10' } }
    : { url, submit, body, headers, waitAt: `${show(':id')}?wait=25` }
