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

/** An effect on rows that are its job's own: nobody else locks them, so no two transactions with several can block each other. */
export const onOwnRows = (write: Write) => new SharedEffect(ownRows, write)
