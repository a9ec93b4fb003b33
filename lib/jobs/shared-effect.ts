// Effects of steps that can be written together with others of their kind, in one transaction (./flows-together.ts).
import type { Trx } from '../db.ts'

export type Result = Record<string, unknown>

export interface EffectKind<Item> {
  /** Writes the effect of one job. @returns the job's result */
  alone(trx: Trx, item: Item): PromiseLike<Result>
  /**
   * Writes those of several.
   * @returns a result for each, undefined for one that must be written alone: nothing of it is written. What it throws undoes
   * all of them, and each is written alone.
   */
  together(trx: Trx, items: Item[]): Promise<(Result | undefined)[]>
  /** How many at most: fewer where each of them keeps others waiting until all are committed. */
  most?: number | undefined
}

/** What a job's success writes besides it, where others may write theirs in the same transaction. */
export class SharedEffect<Item = unknown> {
  readonly kind: EffectKind<Item>
  readonly item: Item

  constructor(kind: EffectKind<Item>, item: Item) {
    this.kind = kind
    this.item = item
  }
}

type Write = (trx: Trx) => PromiseLike<Result>

const ownRows: EffectKind<Write> = {
  alone: (trx, write) => write(trx),
  async together(trx, writes) {
    const results: Result[] = []
    for (const write of writes) results.push(await write(trx))
    return results
  },
}

/** An effect on rows that are its job's own: whoever else locks one of them locks no second one, so that nobody waits in a circle. */
export const onOwnRows = (write: Write) => new SharedEffect(ownRows, write)
