// Reads a JSON body and lets only what PostgreSQL can store pass: well-formed strings, a bounded depth.
import type { IncomingMessage } from 'node:http'
import parse from 'co-body'
import { AppError, type FieldError, InvalidRequest } from '../../lib/errors.ts'
import { unstorable } from '../../lib/text.ts'

const LIMIT_BYTES = 512 * 1024
const MAX_DEPTH = 32

/** @throws AppError unsupported-media-type, body-too-large or malformed-body; InvalidRequest naming what cannot be stored. */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const contentType = request.headers['content-type'] ?? ''
  if (!/^application\/json\s*(;|$)/i.test(contentType)) {
    throw new AppError('unsupported-media-type', 'Send the body as application/json.')
  }
  const body = await readJson(request)
  const errors = findUnstorable(body)
  if (errors.length) throw new InvalidRequest(errors)
  return body
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  try {
    return await parse.json(request, { limit: LIMIT_BYTES, strict: true })
  } catch (error) {
    const status = error instanceof Error && 'status' in error ? error.status : undefined
    if (status === 413)
      throw new AppError('body-too-large', `The body may have at most ${LIMIT_BYTES} bytes.`, { cause: error })
    if (status === 415)
      throw new AppError('unsupported-media-type', 'The content encoding or charset is not supported.', {
        cause: error,
      })
    if (status === 400)
      throw new AppError('malformed-body', 'The body is not a JSON object or array.', { cause: error })
    throw error
  }
}

/** Walks with a list of its own: a body of nested brackets must not use up the stack. */
function findUnstorable(body: unknown): FieldError[] {
  const errors: FieldError[] = []
  const open: { value: unknown; pointer: string; depth: number }[] = [{ value: body, pointer: '#', depth: 0 }]
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, pointer, depth } = next
    if (typeof value === 'string') {
      const detail = unstorable(value)
      if (detail) errors.push({ pointer, detail })
    } else if (typeof value === 'object' && value !== null) {
      if (depth === MAX_DEPTH) return [{ pointer: '#', detail: `must not be nested more than ${MAX_DEPTH} deep` }]
      for (const [key, child] of Object.entries(value)) {
        const detail = unstorable(key)
        if (detail) errors.push({ pointer, detail: `has a key that ${detail}` })
        else open.push({ value: child, pointer: `${pointer}/${escapePointer(key)}`, depth: depth + 1 })
      }
    }
  }
  return errors
}

/** RFC 6901 §3. */
export const escapePointer = (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1')
