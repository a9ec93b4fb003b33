// Counts in blocks: what is counted elsewhere is taken from there several at a time and used up here. The bound holds; what
// this process has taken and not used when the window ends is lost to the others.
import type { Count } from './quota.ts'

interface Block {
  left: number
  /** What there was elsewhere after it was taken. */
  elsewhere: number
  endsAt: number
}

/** From so many on, those whose window is over are looked for and forgotten. */
const MANY = 1_000

/**
 * @param size how many one taking takes
 * @param take takes so many elsewhere, or says that there are not so many left
 */
export function inBlocks(size: number, take: (key: string) => Promise<Count>): (key: string) => Promise<Count> {
  const blocks = new Map<string, Block>()
  const underWay = new Map<string, Promise<Count>>()
  const fetch = async (key: string) => {
    try {
      const taken = await take(key)
      if (blocks.size >= MANY) forgetOver(blocks)
      const endsAt = performance.now() + taken.resetMs
      if (!taken.exceeded) blocks.set(key, { left: size, elsewhere: taken.remaining, endsAt })
      return taken
    } finally {
      underWay.delete(key)
    }
  }
  return async (key) => {
    for (;;) {
      const block = blocks.get(key)
      const resetMs = block ? block.endsAt - performance.now() : 0
      if (block && block.left > 0 && resetMs > 0) {
        block.left--
        return { exceeded: false, remaining: block.left + block.elsewhere, resetMs }
      }
      // Who comes meanwhile waits for the same block.
      const fetching = underWay.get(key) ?? fetch(key)
      underWay.set(key, fetching)
      const taken = await fetching
      if (taken.exceeded) return taken
    }
  }
}

function forgetOver(blocks: Map<string, Block>): void {
  for (const [key, { endsAt }] of blocks) if (endsAt <= performance.now()) blocks.delete(key)
}
