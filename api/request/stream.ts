// A body that is taken as it comes in: its type is checked before the first byte, its size while it comes, and what was read is
// hashed on the way, for the fingerprint of an Idempotency-Key. The reader sets the pace.
import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { AppError } from '../../lib/errors.ts'

export interface StreamSpec {
  /** e.g. `text/csv`; always UTF-8. */
  mediaType: string
  maxBytes: number
  /** For the documentation. */
  description: string
  example: string
}

export interface BodyStream {
  /**
   * To be read once.
   * @throws AppError body-too-large; malformed-body when the connection is lost before its end
   */
  bytes: AsyncIterable<Buffer>
  /** SHA-256 of what was read. */
  digest(): Buffer
}

const TYPE = /^\s*([^\s;]+)\s*(?:;.*?\bcharset\s*=\s*"?([^\s";]*))?/i

/** @throws AppError unsupported-media-type; body-too-large where the request says so itself */
export function openStream(request: IncomingMessage, { mediaType, maxBytes }: StreamSpec): BodyStream {
  const [, type, charset = 'utf-8'] = TYPE.exec(request.headers['content-type'] ?? '') ?? []
  if (type?.toLowerCase() !== mediaType || !/^utf-?8$/i.test(charset))
    throw new AppError('unsupported-media-type', `Send the body as ${mediaType} in UTF-8.`)
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity')
    throw new AppError('unsupported-media-type', 'This body is taken as it is, without a content encoding.')
  const tooLarge = () => new AppError('body-too-large', `The body may have at most ${maxBytes} bytes.`)
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge()
  const hash = createHash('sha256')
  async function* bytes(): AsyncGenerator<Buffer> {
    let size = 0
    try {
      // A reader that stops must not cut the connection: the answer says why it has stopped.
      for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        size += chunk.length
        if (size > maxBytes) throw tooLarge()
        hash.update(chunk)
        yield chunk
      }
    } catch (error) {
      if (error instanceof AppError) throw error
      throw new AppError('malformed-body', 'The body could not be read to its end.', { cause: error })
    } finally {
      // What is left of it is not the next request.
      request.resume()
    }
  }
  return { bytes: bytes(), digest: () => hash.copy().digest() }
}
