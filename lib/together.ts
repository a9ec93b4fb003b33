// Does together what is asked for at the same time: many share one statement, one commit, one round trip. Nobody waits for
// company: who comes while a lane is free goes at once, with those of the same moment; who comes while none is, with the next.

interface Bounds {
  /** How many groups are under way at a time. */
  lanes: number
  /** How large a group may be. */
  most: number
}

/**
 * @param work does what a group asks for; the results in the order of the items. What it throws, each of the group gets.
 * @returns asks for one item
 */
export function together<Item, Result>(
  work: (items: Item[]) => Promise<Result[]>,
  { lanes, most }: Bounds,
): (item: Item) => Promise<Result> {
  const waiting: { item: Item; resolve: (result: Result) => void; reject: (error: unknown) => void }[] = []
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
    }
    busy--
  }
  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      if (busy === lanes) return
      busy++
      // What arrives in this turn of the event loop comes along.
      setImmediate(run)
    })
}
