// Spoils the body's text, and how it is encoded: what is no JSON, or JSON that readers differ about; other character sets;
// packed well, badly and far too tightly.
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { type Draft, setHeader } from '../draft.ts'

/** Unpacks to 40 MB, past every limit. */
const bomb = gzipSync(Buffer.alloc(40 * 1024 * 1024))
const afterBrace = (text: string, inserted: string) => text.replace('{', `{${inserted}`)

/** By what it is; `how` picks among several. */
const texts: ((text: string, at: number) => string)[] = [
  (text) => afterBrace(text, `${/"[^"\\]*"/.exec(text)?.[0] ?? '"a"'}:null,`),
  (text) => text.replace(/}$/, ',"input":1,"input":{}}'),
  (text) => afterBrace(text, '"__proto__":{"polluted":1},'),
  (text) => afterBrace(text, '"\\ud800":1,'),
  (text) => afterBrace(text, '"a\\u0000":1,'),
  (text) => text.replace(/:\s*-?\d+/, ':NaN'),
  (text) => text.replace(/:\s*-?\d+/, ':1e999'),
  (text) => text.replace(/:\s*-?\d+/, ':-0'),
  (text) => text.replace(/:\s*-?\d+/, ':9007199254740993'),
  (text) => text.replace(/:\s*-?\d+/, ':01'),
  (text) => text.replace(/:\s*-?\d+/, ':1.0'),
  (text) => `\ufeff${text}`,
  (text) => `${text} // ok?`,
  (text) => text.replace(/}$/, ',}'),
  (text) => text.replaceAll('"', "'"),
  () => '['.repeat(100_000),
  () => `{"a":`.repeat(50_000),
  () => `${'['.repeat(30_000)}${']'.repeat(30_000)}`,
  (text) => text + ' '.repeat(600_000),
  (text, at) => text.slice(0, at % Math.max(1, text.length)),
  (text) => text + text,
  () => '',
  () => ' ',
  () => 'null',
  () => '0',
  () => '"x"',
  () => '\u0000',
  (text) => text.replaceAll('"', '"\\u0022'),
]

const encodings: [type: string, bytes: (text: Buffer) => Buffer][] = [
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
  ['x-gzip', gzipSync],
  ['GZIP', gzipSync],
  ['gzip, gzip', (bytes) => gzipSync(gzipSync(bytes))],
  ['gzip', (bytes) => gzipSync(bytes).subarray(0, -9)],
  ['gzip', (bytes) => Buffer.concat([gzipSync(bytes).subarray(0, 12), Buffer.alloc(40, 7)])],
  ['gzip', (bytes) => bytes],
  ['gzip', (bytes) => Buffer.concat([gzipSync(bytes), Buffer.from('rest')])],
  ['gzip', () => bomb],
  ['br', (bytes) => bytes],
  ['deflate', (bytes) => bytes],
  ['identity', (bytes) => bytes],
  ['zstd', (bytes) => bytes],
  ['', (bytes) => bytes],
]

const types = [
  'application/json; charset=utf-16',
  'application/json; charset="UTF-8"',
  'application/json; charset=latin1',
  'application/json;',
  'Application/JSON',
  'application/vnd.api+json',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json, text/csv',
  'text/csv; header=present; charset=utf-8',
  ' ',
  'x'.repeat(2_000),
]

const raws: ((bytes: Buffer, at: number) => Buffer)[] = [
  (bytes, at) =>
    Buffer.concat([
      bytes.subarray(0, at % (bytes.length + 1)),
      Buffer.from([0xff, 0xc0, 0x80]),
      bytes.subarray(at % (bytes.length + 1)),
    ]),
  (bytes) => Buffer.from(bytes.toString(), 'utf16le'),
  (bytes) => Buffer.from(bytes.toString(), 'latin1'),
  (bytes) => bytes.subarray(0, -1),
  () => Buffer.alloc(5_000, 0),
  () => Buffer.alloc(700_000, 0x61),
  () => Buffer.alloc(5 * 1024 * 1024, 0x5b),
]

const pick = <T>(list: readonly T[], at: number): T => list[at % list.length] as T

export const textSpoils: Record<string, (draft: Draft, at: number, how: number) => void> = {
  'write it otherwise': (draft, at, how) => {
    draft.text = pick(texts, how)(draft.text, at)
  },
}

export const byteSpoils: Record<string, (draft: Draft, at: number, how: number) => void> = {
  'encode it otherwise': (draft, at, how) => {
    if (draft.bytes) draft.bytes = pick(raws, how)(draft.bytes, at)
  },
  'pack it': (draft, _at, how) => {
    const [name, pack] = pick(encodings, how)
    setHeader(draft, 'Content-Encoding', name)
    if (draft.bytes) draft.bytes = pack(draft.bytes)
  },
  'call it something else': (draft, _at, how) => setHeader(draft, 'Content-Type', pick(types, how)),
  'call it nothing': (draft) => setHeader(draft, 'Content-Type'),
  'send it in chunks': (draft) => {
    draft.framing = 'chunked'
  },
  'send a body nevertheless': (draft) => {
    draft.bytes ??= Buffer.from('{"unasked":true}')
  },
}
