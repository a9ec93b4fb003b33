// Credentials that turn out wrong, counted by the address they come from, so that nobody can try many, or make the database
// look for many. Memory is fixed: addresses share buckets by a hash that nobody outside can aim. Credentials that were good
// before are let through, whoever else guesses at the same address.
import { hash, randomBytes } from 'node:crypto'
import { isIPv6 } from 'node:net'
import type { Quota } from './quota.ts'

export interface Guesses {
  /** @returns what the credential counts as; undefined for one that was good before. */
  take(address: string, credential: string): Guess | undefined
}

interface Guess {
  /** 0 where the address may try it; else how long no guess is left to it, in ms. */
  waitMs: number
  /** The credential was good: this was no guess, and the next time it is none, either. */
  wasGood(): void
  /** Its request was answered: the same again is another guess. */
  ended(): void
}

const BUCKETS = 1 << 16
const KNOWN = 10_000
/** So many requests at the same time are one guess. */
const SHARERS = 64

/** @param now ms of a clock that only goes forward */
export function createGuesses({ requests, seconds }: Quota, now = () => performance.now()): Guesses {
  const secret = randomBytes(16).toString('hex')
  const taken = new Uint32Array(BUCKETS)
  const endsAt = new Float64Array(BUCKETS)
  const known = new Set<string>()
  /** One credential tried by many requests at the same time is one guess: so begins a client with many connections. */
  const underWay = new Map<string, Guess & { sharers: number }>()
  const digest = (text: string) => hash('sha256', secret + text, 'buffer')
  return {
    take(address, credential) {
      const name = digest(credential).toString('base64')
      if (known.has(name)) return undefined
      const bucket = digest(network(address)).readUInt16LE(0)
      const attempt = `${bucket} ${name}`
      const same = underWay.get(attempt)
      if (same && same.sharers < SHARERS) {
        same.sharers++
        return same
      }
      if (now() >= (endsAt[bucket] ?? 0)) {
        taken[bucket] = 0
        endsAt[bucket] = now() + seconds * 1_000
      }
      const before = taken[bucket] ?? 0
      if (before >= requests) return { waitMs: (endsAt[bucket] ?? 0) - now(), wasGood() {}, ended() {} }
      taken[bucket] = before + 1
      const wasGood = () => {
        if (known.has(name)) return
        taken[bucket] = Math.max(0, (taken[bucket] ?? 0) - 1)
        known.add(name)
        const [oldest] = known
        if (known.size > KNOWN && oldest !== undefined) known.delete(oldest)
      }
      const guess = {
        waitMs: 0,
        sharers: 1,
        wasGood,
        ended: () => {
          guess.sharers--
          if (guess.sharers === 0 && underWay.get(attempt) === guess) underWay.delete(attempt)
        },
      }
      underWay.set(attempt, guess)
      return guess
    },
  }
}

/** @returns whom an address belongs to: of IPv6 the first 64 bits, since a household has that many to choose from. */
export function network(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped) return String(mapped[1])
  if (!isIPv6(address)) return address
  const [head = '', tail] = address.toLowerCase().split('%', 1).join().split('::')
  const groups = head.split(':').filter(Boolean)
  const last = tail?.split(':').filter(Boolean) ?? []
  const zeros = tail === undefined ? 0 : 8 - groups.length - last.length
  return [...groups, ...Array<string>(Math.max(0, zeros)).fill('0'), ...last]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')
}
