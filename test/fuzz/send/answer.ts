// What came back: an answer, or how there came to be none.

export interface Answer {
  status: number
  headers: Headers
  /** What came of it, if it is a stream that was left before its end. */
  text: string
  /** Whether there is more of it, which was not waited for. */
  isStream: boolean
}

export type Outcome =
  | { kind: 'answer'; answer: Answer; ms: number }
  /** The connection ended without one. */
  | { kind: 'none'; why: string; ms: number }
  /** Nothing came in time. */
  | { kind: 'hang'; ms: number }

/** Longer is a hang. Above what the API lets a client wait (25 s), and send its request (30 s). */
export const PATIENCE_MS = 40_000
/** A stream of events is left after so long. */
export const STREAM_MS = 700
