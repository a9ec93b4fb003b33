// A job's changes as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html): each event is the
// job as it is then, so that whoever loses the connection, or reads slowly, misses nothing that still matters.
import { Readable } from 'node:stream'
import type { Seat } from './seat.ts'
import type { Snapshot } from './snapshot.ts'

/** Proxies and clients give up connections over which nothing comes. */
const HEARTBEAT_MS = 15_000
/** Then it ends, and the client connects anew: whoever may not look at the job any more does not get in. */
const LONGEST_MS = 30 * 60_000
/** How long a client may take to read what was sent to it, once nothing more comes. */
const READ_WITHIN_MS = 1_000
/** After how long clients connect again, in ms: not all at once after this process was stopped. */
const RECONNECT_MS = 500
const RECONNECT_SPREAD_MS = 2_000

/** JSON has no line breaks outside of strings, and none inside. */
export const frame = ({ etag, json }: Pick<Snapshot, 'etag' | 'json'>) => `event: job\nid: ${etag}\ndata: ${json}\n\n`

/**
 * @param seen the job as it is
 * @param lastEventId what the client has seen before; nothing is sent while the job is still that
 * @returns a stream that ends after the final event. It is pulled: of what changes while the client does not read, only the
 * newest is kept.
 */
export function streamEvents(seat: Seat, seen: Snapshot, lastEventId: string | undefined): Readable {
  const stream = Readable.from(events(seat, seen, lastEventId), { objectMode: false, highWaterMark: 1 })
  // Also for a client that does not read, which would hold the connection, and a process that is to stop, for ever.
  const end = setTimeout(seat.leave, LONGEST_MS).unref()
  void seat.left.then(() => {
    clearTimeout(end)
    setTimeout(() => stream.destroy(), READ_WITHIN_MS).unref()
  })
  return stream
}

async function* events(seat: Seat, seen: Snapshot, lastEventId: string | undefined): AsyncGenerator<string> {
  // Sent at once, so that the client learns that it is connected.
  yield `retry: ${Math.round(RECONNECT_MS + Math.random() * RECONNECT_SPREAD_MS)}\n\n`
  try {
    if (seen.etag !== lastEventId) yield frame(seen)
    let latest = seen
    while (!latest.final) {
      const next = await seat.next(latest.etag, HEARTBEAT_MS)
      if (!next && !seat.open) return
      yield next ? frame(next) : ':\n\n'
      latest = next ?? latest
    }
  } finally {
    seat.leave()
  }
}
