// Spoils what HTTP itself is about, on a socket: how long a body is said to be, lines that are none, clients that are slow, or
// gone before the answer.
import { type Draft, type Pace, setHeader } from '../draft.ts'

const pick = <T>(list: readonly T[], at: number): T => list[at % list.length] as T

/** On a socket of its own: no HTTP client sends such a thing. */
const onSocket =
  (spoil: (draft: Draft, at: number, how: number) => void) => (draft: Draft, at: number, how: number) => {
    draft.raw = true
    spoil(draft, at, how)
  }

const headers: ((draft: Draft) => void)[] = [
  (draft) => setHeader(draft, 'Host'),
  (draft) => draft.headers.push(['Host', 'other.example']),
  (draft) => setHeader(draft, 'Host', 'a b'),
  (draft) => setHeader(draft, 'Host', ''),
  (draft) => draft.headers.push(['X-Bad\u0000', 'a']),
  (draft) => draft.headers.push(['X Bad', 'a']),
  (draft) => draft.headers.push(['X-Bad', 'a\u0000b']),
  (draft) => draft.headers.push(['X-Folded', 'a\r\n b']),
  (draft) => draft.headers.push(['', 'a']),
  (draft) => setHeader(draft, 'Connection', 'Upgrade, HTTP2-Settings'),
  (draft) => setHeader(draft, 'Transfer-Encoding', 'gzip, chunked'),
  (draft) => setHeader(draft, 'Transfer-Encoding', 'chunked, chunked'),
  (draft) => setHeader(draft, 'Transfer-Encoding', 'identity'),
  (draft) => setHeader(draft, 'Expect', '100-continue'),
]

const lengths = ['-1', '1e3', '+5', '99999999999999999999', '5, 6', '0x10', ' ', '0']
const targets = ['*', 'example.com:443', '//', 'http://', 'HTTP://[::1', '/\u00ff', '/a b', '\\', '', '/\u0001', '?']
const methods = ['FOO', 'get', 'CONNECT', 'G\u0000T', '', 'PRI', 'SOURCE']
const bodies = [
  'zz\r\nabc\r\n0\r\n\r\n',
  '5\r\nabc',
  'ffffffffffffffff1\r\na\r\n',
  '-1\r\n\r\n',
  '1;a=b\r\n{\r\n0\r\nX: y\r\n\r\n',
]

export const protocolSpoils: Record<string, (draft: Draft, at: number, how: number) => void> = {
  'headers that are none': onSocket((draft, _at, how) => pick(headers, how)(draft)),
  'a length that is none': onSocket((draft, _at, how) => {
    draft.framing = 'as-is'
    setHeader(draft, 'Content-Length', pick(lengths, how))
  }),
  'two lengths': onSocket((draft) => {
    draft.framing = 'as-is'
    setHeader(draft, 'Content-Length', '3', '4')
  }),
  'a length and chunks': onSocket((draft) => {
    setHeader(draft, 'Content-Length', '5')
    draft.framing = 'chunked'
  }),
  'a length that is too short': onSocket((draft) => {
    draft.framing = 'as-is'
    setHeader(draft, 'Content-Length', String(Math.max(0, (draft.bytes?.length ?? 0) - 3)))
  }),
  'chunks that are none': onSocket((draft, _at, how) => {
    draft.framing = 'as-is'
    setHeader(draft, 'Transfer-Encoding', 'chunked')
    draft.bytes = Buffer.from(pick(bodies, how))
  }),
  'a target that is none': onSocket((draft, _at, how) => {
    draft.target = pick(targets, how)
  }),
  'a method that is none': onSocket((draft, _at, how) => {
    draft.method = pick(methods, how)
  }),
  'at its own pace': onSocket((draft, _at, how) => {
    const paces: Pace[] = ['trickled', 'cut', 'hang-up', 'trickled']
    draft.pace = pick(paces, how)
  }),
}
