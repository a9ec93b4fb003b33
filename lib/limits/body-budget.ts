// How many bytes of request bodies are in memory at once: in all, and of one caller, so that nobody can use them up for the
// others.

export interface BodyBudget {
  /** Takes room for a body. @returns what gives it back; undefined where there is none left. */
  take(owner: string, bytes: number): (() => void) | undefined
}

/** One caller's part. */
const SHARE = 1 / 4

export function createBodyBudget(maxBytes: number): BodyBudget {
  let total = 0
  const ofOwner = new Map<string, number>()
  return {
    take(owner, bytes) {
      const own = ofOwner.get(owner) ?? 0
      if (total + bytes > maxBytes || own + bytes > maxBytes * SHARE) return undefined
      total += bytes
      ofOwner.set(owner, own + bytes)
      return () => {
        total -= bytes
        const left = (ofOwner.get(owner) ?? 0) - bytes
        if (left > 0) ofOwner.set(owner, left)
        else ofOwner.delete(owner)
      }
    },
  }
}
