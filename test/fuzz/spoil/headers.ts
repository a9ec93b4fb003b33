// Spoils the headers and the target: credentials, keys, conditions and preferences that are odd, doubled, or far too long;
// paths and queries that decode to something else; methods that nothing takes.
import { type Draft, setHeader } from '../draft.ts'

const pick = <T>(list: readonly T[], at: number): T => list[at % list.length] as T
const long = (length: number) => 'a'.repeat(length)

const odd: [name: string, value: string][] = [
  ['Authorization', 'Bearer'],
  ['Authorization', 'Bearer  two words'],
  ['Authorization', `Bearer ${long(9_000)}`],
  ['Authorization', 'Basic %%%'],
  ['Authorization', 'Digest username="x"'],
  ['Authorization', 'Bearer ü\u00ff'],
  ['Idempotency-Key', ''],
  ['Idempotency-Key', '""'],
  ['Idempotency-Key', long(256)],
  ['Idempotency-Key', 'a b'],
  ['Idempotency-Key', '"a\\"b"'],
  ['Idempotency-Key', 'ü'],
  ['Prefer', 'wait=-1'],
  ['Prefer', 'wait=1e3'],
  ['Prefer', 'wait=0x1, wait=1'],
  ['Prefer', `${'wait="'.repeat(300)}`],
  ['Prefer', `wait=1;${'a="\\"";'.repeat(130)}`],
  ['If-None-Match', `${'W/"a",'.repeat(1_500)}`],
  ['If-None-Match', '"'],
  ['Last-Event-Id', long(5_000)],
  ['Last-Event-Id', '\u00ff\u00fe'],
  ['Stripe-Signature', `t=1,${'v1=00,'.repeat(1_000)}`],
  ['Stripe-Signature', 't=99999999999999999999,v1=zz'],
  ['Accept', 'text/html;q=0, */*;q=9, ;;;,/'],
  ['Accept', 'application/xml'],
  ['Accept', 'text/html'],
  ['Accept-Encoding', 'gzip;q=2, br, *;q=0'],
  ['Range', 'bytes=0-0,-1'],
  ['Origin', 'null'],
  ['Origin', 'https://evil.example'],
  ['Sec-Fetch-Site', 'cross-site'],
  ['X-Forwarded-For', `${'1.2.3.4, '.repeat(500)}x`],
  ['X-HTTP-Method-Override', 'DELETE'],
  ['Cookie', 'a=b; '.repeat(200)],
  ['Upgrade', 'websocket'],
  ['Expect', 'a-miracle'],
  ['Content-Language', long(7_000)],
  ['Traceparent', '00-zz-zz-01'],
]

const targets: ((target: string) => string)[] = [
  (target) => `${target.split('?')[0]}%00`,
  (target) => target.replace(/\/[^/?]*(\?|$)/, '/%2e%2e%2fjobs$1'),
  (target) => target.replace(/\/[^/?]*(\?|$)/, '/a%2Fb$1'),
  (target) => target.replace(/\/[^/?]*(\?|$)/, '/%ZZ$1'),
  (target) => target.replace(/\/[^/?]*(\?|$)/, '/%ff%fe$1'),
  (target) => target.replace(/\/[^/?]*(\?|$)/, '/%ed%a0%80$1'),
  (target) => target.replace(/\/[^/?]*(\?|$)/, `/${long(3_000)}$1`),
  (target) => target.replace(/\/[^/?]*(\?|$)/, '/__proto__$1'),
  (target) => `/${target}`,
  (target) => `/.${target}`,
  (target) => `/x/..${target}`,
  (target) => `${target.split('?')[0]}/`,
  (target) => target.toUpperCase(),
  (target) => `${target}#fragment`,
  (target) => `http://other.example${target}`,
  (target) => `${target.split('?')[0]}?limit=1&limit=2`,
  (target) => `${target.split('?')[0]}?__proto__=1&constructor=2`,
  (target) => `${target.split('?')[0]}?limit[]=1&limit[a]=2`,
  (target) => `${target.split('?')[0]}?limit=%00&cursor=%ff`,
  (target) => `${target.split('?')[0]}?limit=1e1&order=DESC&unknown=1`,
  (target) => `${target.split('?')[0]}?cursor=${long(2_000)}`,
  (target) => `${target.split('?')[0]}?createdAfter=2026-02-30T00:00:00Z&createdBefore=9999-12-31T23:59:59.999Z`,
  (target) => `${target.split('?')[0]}?createdAfter=0000-01-01T00:00:00Z`,
  (target) => `${target.split('?')[0]}?ids=${'00000000-0000-7000-8000-000000000000,'.repeat(101)}`,
  (target) => `${target.split('?')[0]}?q=%25&state=,,&type=%00`,
  (target) => `${target.split('?')[0]}?${'&'.repeat(500)}=`,
]

const methods = ['HEAD', 'OPTIONS', 'PATCH', 'PUT', 'DELETE', 'POST', 'GET', 'TRACE', 'PROPFIND', 'M-SEARCH', 'QUERY']

export const headerSpoils: Record<string, (draft: Draft, at: number, how: number) => void> = {
  'an odd header': (draft, _at, how) => {
    const [name, value] = pick(odd, how)
    setHeader(draft, name, value)
  },
  'leave a header out': (draft, at) => {
    draft.headers.splice(at % Math.max(1, draft.headers.length), 1)
  },
  'a header twice': (draft, at, how) => {
    const [name, value] = pick(draft.headers, at) ?? ['X-A', '1']
    draft.headers.push([name, how % 2 === 0 ? value : `${value}2`])
  },
  'headers without end': (draft, at) => {
    setHeader(draft, 'X-Long', long(at % 2 === 0 ? 12_000 : 20_000))
  },
  'another target': (draft, _at, how) => {
    draft.target = pick(targets, how)(draft.target)
  },
  'a target without end': (draft) => {
    draft.target += `?${long(17_000)}`
  },
  'another method': (draft, _at, how) => {
    draft.method = pick(methods, how)
  },
}
