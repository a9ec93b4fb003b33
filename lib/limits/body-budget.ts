// How many bytes of request bodies are in memory at once: in all, and of one caller, so that nobody can use them up for the
// others.

export interface BodyBudget {
  /** Takes room for a body. @returns undefined where there is none left. */
  take(owner: string, bytes: number): Room | undefined
}

export interface Room {
  /** The body is smaller than it could have been: gives the rest back. */
  shrinkTo(bytes: number): void
  giveBack(): void
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
      let taken = 0
      const resize = (to: number) => {
        const left = (ofOwner.get(owner) ?? 0) + to - taken
        if (left > 0) ofOwner.set(owner, left)
        else ofOwner.delete(owner)
        total += to - taken
        taken = to
      }
      resize(bytes)
      return { shrinkTo: (to) => resize(Math.min(taken, to)), giveBack: () => resize(0) }
    },
  }
}
