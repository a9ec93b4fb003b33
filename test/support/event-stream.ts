// A client of server-sent events, as far as the tests need one: it reads what comes, event by event.
import type { TestClient } from './client.ts'

interface TestEvent {
  event: string
  id: string
  // biome-ignore lint/suspicious/noExplicitAny: a test states what it expects of an event by asserting it.
  data: any
}

export interface EventStream {
  status: number
  headers: Headers
  /** Waits for the next event; undefined when the stream has ended. */
  next(): Promise<TestEvent | undefined>
  /** Reads up to the end. */
  rest(): Promise<TestEvent[]>
  /** What came besides events: comments, and when to connect again. */
  other: string[]
  hangUp(): void
}

export async function openEvents(
  url: string,
  { key }: Pick<TestClient, 'key'>,
  lastEventId?: string,
): Promise<EventStream> {
  const hungUp = new AbortController()
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${key}`, ...(lastEventId !== undefined && { 'last-event-id': lastEventId }) },
    signal: hungUp.signal,
  })
  const other: string[] = []
  const events = read(response, other)
  const next = async () => (await events.next()).value ?? undefined
  const rest = async () => {
    const all: TestEvent[] = []
    for (let event = await next(); event; event = await next()) all.push(event)
    return all
  }
  return { status: response.status, headers: response.headers, next, rest, other, hangUp: () => hungUp.abort() }
}

async function* read(response: Response, other: string[]): AsyncGenerator<TestEvent, undefined> {
  let text = ''
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const fields = new Map(
        block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      )
      if (!fields.has('data')) other.push(block)
      else
        yield {
          event: fields.get('event') ?? '',
          id: fields.get('id') ?? '',
          data: JSON.parse(fields.get('data') ?? ''),
        }
    }
  }
  return undefined
}
