// Seeded chance, for what is to go wrong at random and yet be played again: the same seed gives the same numbers.

/**
 * mulberry32: 32 bits of state, plenty for choosing what goes wrong, and none for secrets.
 * https://github.com/bryc/code/blob/master/jshash/PRNGs.md
 * @param seed a whole number; its lowest 32 bits count
 * @returns a function that gives the next number, from 0 up to, not including, 1
 */
export function createRandom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** @returns the list in a random order (Fisher-Yates), and where it has two entries or more, never in the order it came. */
export function shuffle<T>(random: () => number, list: readonly T[]): T[] {
  const shuffled = [...list]
  for (let left = shuffled.length; left > 1; left--) {
    const [drawn] = shuffled.splice(Math.floor(random() * left), 1) as [T]
    shuffled.push(drawn)
  }
  const same = shuffled.every((entry, index) => entry === list[index])
  return same ? shuffled.reverse() : shuffled
}
