// Does together what is asked for at the same time: many share one statement, one commit, one round trip. Nobody waits for
// company: who comes while a lane is free goes at once, with those of the same moment; who comes while none is, with the next.
import type { Waits } from './limits/waits.ts'

interface Bounds {
  /** How many groups are under way at a time. */
  lanes: number
  /** How large a group may be. */
  most: number
}

/** Asks for one item. */
export interface Together<Item, Result> extends Waits {
  (item: Item): Promise<Result>
}

/**
 * @param work does what a group asks for; the results in the order of the items. What it throws, each of the group gets.
 */
export function together<Item, Result>(
  work: (items: Item[]) => Promise<Result[]>,
  { lanes, most }: Bounds,
): Together<Item, Result> {
  const waiting: Asked<Item, Result>[] = []
  // In the order in which they came; those that are under way, too.
  const open = new Set<Asked<Item, Result>>()
  let busy = 0
  const run = async () => {
    while (waiting.length > 0) {
      const group = waiting.splice(0, most)
      try {
        const results = await work(group.map(({ item }) => item))
        if (results.length !== group.length) throw new Error(`${results.length} results for ${group.length} items`)
        for (const [index, { resolve }] of group.entries()) resolve(results[index] as Result)
      } catch (error) {
        for (const { reject } of group) reject(error)
      }
      for (const asked of group) open.delete(asked)
    }
    busy--
  }
  const ask = (item: Item) =>
    new Promise<Result>((resolve, reject) => {
      const asked = { item, since: performance.now(), resolve, reject }
      waiting.push(asked)
      open.add(asked)
      if (busy === lanes) return
      busy++
      // What arrives in this turn of the event loop comes along.
      setImmediate(run)
    })
  return Object.assign(ask, {
    waiting: () => open.size,
    waitedMs() {
      for (const { since } of open) return performance.now() - since
      return 0
    },
  })
}

interface Asked<Item, Result> {
  item: Item
  since: number
  resolve: (result: Result) => void
  reject: (error: unknown) => void
}
