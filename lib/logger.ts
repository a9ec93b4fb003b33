// Structured logs, one JSON object a line. Ids and codes only: no secret, no personal data, no payload (invariant 10).
import { type Logger, pino } from 'pino'

export type { Logger }

/**
 * Writes each line to stdout at once. Lines that pino keeps for later it would write when the process exits, and try that for
 * ever where nobody reads the pipe any more (EPIPE): such a process never ends.
 * @param process the Procfile's name of the process; stands in every line.
 */
export const createLogger = (process: string, level: string): Logger =>
  pino(
    { level, base: { process, pid: globalThis.process.pid }, serializers: { err: describeError } },
    pino.destination({ dest: 1, sync: true }),
  )

/**
 * What of an error may be logged. Drivers hang data on their errors (the failing row, the recipient, the request), so only
 * these few properties are read, and of a cause not even its message.
 */
export function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error }
  const { message, stack, cause } = error
  return { ...kindOf(error), message, stack, ...(cause instanceof Error && { cause: kindOf(cause) }) }
}

function kindOf(error: Error): { type: string; code?: unknown } {
  return { type: error.name, ...('code' in error && typeof error.code === 'string' && { code: error.code }) }
}
