// Whether a text that comes in chunks is UTF-8, and on which line it is not.
import { isUtf8 } from 'node:buffer'

const LINE_FEED = 0x0a

/**
 * @param complain makes the error of a line, counted from 1
 * @returns a check of each chunk and, called without one, of the end; it keeps the last, unfinished line of what it was given
 */
export function utf8Check(complain: (line: number) => Error): (chunk?: Buffer) => void {
  let unfinished: Buffer = Buffer.alloc(0)
  let line = 1
  return (chunk) => {
    const known = chunk ? Buffer.concat([unfinished, chunk]) : unfinished
    // No character of several bytes has a line feed in it, so that whole lines can be looked at by themselves.
    const lines = known.subarray(0, chunk ? known.lastIndexOf(LINE_FEED) + 1 : known.length)
    const good = isUtf8(lines) ? lines : goodLinesOf(lines)
    line += lineFeedsIn(good)
    if (good !== lines) throw complain(line)
    unfinished = known.subarray(lines.length)
  }
}

/** The lines before the first one that is not UTF-8. */
function goodLinesOf(lines: Buffer): Buffer {
  let end = 0
  for (let next = afterLine(lines, end); isUtf8(lines.subarray(end, next)); next = afterLine(lines, end)) end = next
  return lines.subarray(0, end)
}

const afterLine = (lines: Buffer, from: number) => lines.indexOf(LINE_FEED, from) + 1 || lines.length

function lineFeedsIn(bytes: Buffer): number {
  let count = 0
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) count++
  return count
}
