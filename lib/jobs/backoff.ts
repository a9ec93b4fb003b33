// When a failed attempt runs again: exponential, bounded, with jitter so that a crowd does not come back at once.

const BASE_MS = 1_000
const MAX_MS = 10 * 60_000

/**
 * @param attempt the attempt that failed, from 1
 * @param random in [0, 1)
 * @returns milliseconds in [d/2, d] with d = min(2^(attempt-1) s, 10 min): "equal jitter",
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(BASE_MS * 2 ** (attempt - 1), MAX_MS)
  return Math.floor(ceiling / 2 + (ceiling / 2) * random())
}
