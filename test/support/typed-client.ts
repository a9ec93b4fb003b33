// The client that TypeScript users have: openapi-fetch with the types made of the API's document. What it sends and reads is
// checked by the compiler, what it gets is held against the document like every answer in a test.
import { randomUUID } from 'node:crypto'
import createTyped from 'openapi-fetch'
import type { components, paths } from '../client/api.d.ts'
import { holdToDocument } from './contract.ts'
import { waitFor } from './wait-for.ts'

export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name]

export function typedClient({ apiUrl, key }: { apiUrl: string; key: string }) {
  holdToDocument(apiUrl)
  const client = createTyped<paths>({
    baseUrl: apiUrl,
    headers: { Authorization: `Bearer ${key}` },
    fetch: (request) => globalThis.fetch(request),
  })
  return {
    ...client,
    /** What is sent under it is done once. */
    newKey: () => ({ 'Idempotency-Key': randomUUID() }),
    /** Follows a job to its end, as a client does that waits for it. */
    finished: (id: string): Promise<Schema<'Job'>> =>
      waitFor(`job ${id} to be final`, async () => {
        const path = { params: { path: { id }, header: { Prefer: 'wait=5' } } } as const
        const { data } = await client.GET('/v1/jobs/{id}', path)
        return data?.finishedAt ? data : undefined
      }),
  }
}

/** @returns what was answered. @throws Error with the problem where it was one */
export function answered<Data>({ data, error }: { data?: Data; error?: unknown }): Data {
  if (data === undefined) throw new Error(`the answer is a problem: ${JSON.stringify(error)}`)
  return data
}
