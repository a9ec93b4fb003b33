// Structured logs, one JSON object a line. Ids and codes only: no secret, no personal data, no payload (invariant 10).
import { type Logger, pino } from 'pino'

export type { Logger }

const redacted = [
  'authorization',
  'headers',
  'input',
  'email',
  'to',
  'password',
  'apiKey',
  '*.authorization',
  '*.email',
  '*.input',
]

/** @param process the Procfile's name of the process; stands in every line. */
export const createLogger = (process: string, level: string): Logger =>
  pino({ level, base: { process, pid: globalThis.process.pid }, redact: redacted })
