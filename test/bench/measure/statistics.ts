// The arithmetic of the benchmark. Medians, because a slow machine has outliers; ratios within a round, because what disturbs
// one contender of a round mostly disturbs its neighbours, too.

/** @returns the value below which `share` (0 to 1) of them lie, by the nearest rank; NaN of none */
export function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN
}

/** @returns the middle one, or the mean of the two in the middle; NaN of none */
export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
  return sorted.length % 2 ? upper : ((sorted[sorted.length / 2 - 1] ?? Number.NaN) + upper) / 2
}

/** @returns the smallest and the largest */
export const spread = (values: number[]): [number, number] => [Math.min(...values), Math.max(...values)]

/** @returns for each round how many times the other one's figure it is */
export const ratios = (figures: number[], others: number[]): number[] =>
  figures.map((figure, round) => figure / (others[round] ?? Number.NaN))

/** @param times in ms, at which 10 % and 90 % of `n` were done. @returns how many a second in between */
export const rateBetween = (n: number, from: number, to: number): number => (0.8 * n) / ((to - from) / 1000)

/**
 * The line of Theil and Sen: the median of the slopes between any two points, which peaks do not bend.
 * @returns by which share of its start it grows over their time
 */
export function growth(points: { at: number; value: number }[]): number {
  const slopes = points.flatMap((from, index) =>
    points.slice(index + 1).map((to) => (to.value - from.value) / (to.at - from.at)),
  )
  const slope = median(slopes)
  const first = points[0]?.at ?? Number.NaN
  const last = points.at(-1)?.at ?? Number.NaN
  const start = median(points.map(({ at, value }) => value - slope * (at - first)))
  return (slope * (last - first)) / start
}
