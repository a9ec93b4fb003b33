// Reads a JSON body and lets only what PostgreSQL can store pass: well-formed strings, a bounded depth.
import type { IncomingMessage } from 'node:http'
import parse from 'co-body'
import { AppError, type FieldError, InvalidRequest } from '../../lib/errors.ts'
import { unstorable } from '../../lib/text.ts'
import { MAX_ERRORS, pointerStep } from '../../lib/validate.ts'

export const LIMIT_BYTES = 512 * 1024
/** Of a request that brings many items. */
export const LARGE_LIMIT_BYTES = 4 * 1024 * 1024
export interface BodyBounds {
  /** Unpacked. */
  bytes?: number
  /** From the headers to the last byte: a slow sender holds its place for no longer. */
  withinMs?: number | undefined
  /** Told how many it has. */
  whenRead?: ((bytes: number) => void) | undefined
}

const WITHIN_MS = 30_000
const MAX_DEPTH = 32
const JSON_TYPE = /^application\/json\s*(;|$)/i
const CHARSET = /;\s*charset\s*=\s*"?([^\s";]*)/i

/** RFC 9112 §6.3: a request without either header has no body. */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

/** @throws AppError unsupported-media-type, body-too-large, body-too-slow or malformed-body; InvalidRequest naming what cannot be stored. */
export async function readBody(request: IncomingMessage, bounds: BodyBounds = {}): Promise<unknown> {
  const contentType = request.headers['content-type'] ?? ''
  const [, charset = 'utf-8'] = CHARSET.exec(contentType) ?? []
  if (!JSON_TYPE.test(contentType) || !/^utf-?8$/i.test(charset)) {
    throw new AppError('unsupported-media-type', 'Send the body as application/json in UTF-8.')
  }
  const body = parseJson(await readBytes(request, bounds))
  const errors = findUnstorable(body)
  if (errors.length) throw new InvalidRequest(errors)
  return body
}

/** The bytes as they came, for a signature that covers them. @throws AppError for packed ones: what is signed is not known. */
export async function readUntouched(request: IncomingMessage, bounds: BodyBounds = {}): Promise<Buffer> {
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw new AppError('unsupported-media-type', 'A signed body is taken as it is, without a content encoding.')
  }
  return readBytes(request, bounds)
}

/** The bytes, unpacked where Content-Encoding says so. The limit is of the unpacked size. */
async function readBytes(
  request: IncomingMessage,
  { bytes: limit = LIMIT_BYTES, withinMs = WITHIN_MS, whenRead }: BodyBounds,
): Promise<Buffer> {
  let tooSlow: NodeJS.Timeout | undefined
  try {
    // Without an encoding it returns the bytes; its types know the text alone.
    const options = { limit, encoding: null } as unknown as parse.Options
    const bytes = parse.text(request, options) as Promise<unknown>
    const late = new Promise<never>((_, reject) => {
      const detail = `The body had not arrived after ${withinMs / 1_000} s.`
      tooSlow = setTimeout(() => reject(new AppError('body-too-slow', detail)), withinMs)
    })
    const read = (await Promise.race([bytes, late])) as Buffer
    whenRead?.(read.length)
    return read
  } catch (error) {
    const status = error instanceof Error && 'status' in error ? error.status : undefined
    if (status === 413) {
      throw new AppError('body-too-large', `The body may have at most ${limit} bytes.`, { cause: error })
    }
    if (status === 415) {
      throw new AppError('unsupported-media-type', 'The content encoding is not supported.', { cause: error })
    }
    if (error instanceof AppError) throw error
    throw new AppError('malformed-body', 'The body could not be read to its end.', { cause: error })
  } finally {
    clearTimeout(tooSlow)
  }
}

function parseJson(bytes: Buffer): object {
  try {
    const body: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (typeof body === 'object' && body !== null) return body
  } catch (error) {
    throw new AppError('malformed-body', 'The body is not JSON in UTF-8.', { cause: error })
  }
  throw new AppError('malformed-body', 'The body is not a JSON object.')
}

/** Walks with a list of its own: a body of nested brackets must not use up the stack. */
function findUnstorable(body: object): FieldError[] {
  const errors: FieldError[] = []
  const open: { value: unknown; pointer: string; depth: number }[] = [{ value: body, pointer: '#', depth: 0 }]
  for (let next = open.pop(); next && errors.length < MAX_ERRORS; next = open.pop()) {
    const { value, pointer, depth } = next
    if (typeof value === 'string') {
      const detail = unstorable(value)
      if (detail) errors.push({ pointer, detail })
    } else if (typeof value === 'object' && value !== null) {
      if (depth === MAX_DEPTH) return [{ pointer: '#', detail: `must not be nested more than ${MAX_DEPTH} deep` }]
      for (const [key, child] of Object.entries(value)) {
        if (key === '__proto__') throw new AppError('malformed-body', 'The body has a key "__proto__".')
        const detail = unstorable(key)
        if (detail) errors.push({ pointer, detail: `has a key that ${detail}` })
        else open.push({ value: child, pointer: pointer + pointerStep(key), depth: depth + 1 })
      }
    }
  }
  return errors.slice(0, MAX_ERRORS)
}
