// The runner's own record: everything that was answered 202 stands here, and is what nothing may be missing from.
import { appendFileSync } from 'node:fs'

export type WorkKind = 'order' | 'mail' | 'batch' | 'adjustment' | 'refund' | 'capture' | 'cancel' | 'call-off'

export interface Accepted {
  kind: WorkKind
  /** Null for a job of a batch: its key stands for the first of them. */
  key: string | null
  accountId: string
  jobId: string
  /** The order, mail or refund that came with the job; null where the answer has none. */
  subjectId: string | null
  at: number
}

export interface Journal {
  readonly accepted: Accepted[]
  /** Refusals (4xx) by kind and problem type. */
  readonly refused: Map<string, number>
  /** Answers with the same key that differed: invariant violations, in words. */
  readonly contradictions: string[]
  /** Requests that never got an answer, with the last thing heard: nothing is known of them, and nothing is owed. */
  readonly unanswered: string[]
  /** Requests that were sent again, because there was no answer or on purpose. */
  repeated: number
  accept(entry: Accepted): void
  refuse(kind: WorkKind, why: string): void
}

/** @param file where it is written at once, so that it is there when the run itself dies */
export function openJournal(file: string): Journal {
  const accepted: Accepted[] = []
  const refused = new Map<string, number>()
  return {
    accepted,
    refused,
    contradictions: [],
    unanswered: [],
    repeated: 0,
    accept(entry) {
      accepted.push(entry)
      appendFileSync(file, `${JSON.stringify(entry)}\n`)
    },
    refuse(kind, why) {
      const name = `${kind}: ${why}`
      refused.set(name, (refused.get(name) ?? 0) + 1)
    },
  }
}
