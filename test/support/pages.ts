// Walking through a list page by page, as a client does: by the Link header.
import { expect } from 'chai'
import type { TestAnswer, TestClient } from './client.ts'

// biome-ignore lint/suspicious/noExplicitAny: a test states what it expects of a row by asserting it.
type Row = any

/** @returns where the next page is; undefined on the last one. Checks that the body says the same. */
export function nextOf({ headers, body }: TestAnswer): string | undefined {
  const [, path] = /^<([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '') ?? []
  const cursor = path && new URL(path, 'http://any').searchParams.get('cursor')
  expect(cursor ?? null).to.equal(body.next)
  return path
}

/**
 * Reads a list to its end.
 * @param between runs after each page, with the rows until then
 */
export async function readAll(
  api: TestClient,
  path: string,
  between: (rows: Row[], answer: TestAnswer) => Promise<void> | void = () => {},
): Promise<Row[]> {
  const rows: Row[] = []
  for (let next: string | undefined = path; next; ) {
    const answer: TestAnswer = await api.get(next)
    expect(answer.status, JSON.stringify(answer.body)).to.equal(200)
    rows.push(...answer.body.data)
    await between(rows, answer)
    next = nextOf(answer)
  }
  return rows
}

export const idsOf = (rows: Row[]): string[] => rows.map(({ id }) => id)
