// How a process ends: once, within a deadline, for a signal, for a parent that is gone, and for an error nobody caught.
import { ConfigError } from './errors.ts'
import type { Logger } from './logger.ts'

/**
 * Runs `close` on the first SIGTERM, SIGINT or SIGHUP (or when the process that started this one is gone), then exits: 0 when
 * everything was closed, 1 when `timeoutMs` ran out. An error that nobody caught is logged and ends the process with 1.
 */
export function closeOnSignal(log: Logger, timeoutMs: number, close: () => Promise<void>): void {
  let closing = false
  const shutDown = (reason: string, exitCode: number) => {
    if (closing) return
    closing = true
    // Should nothing be left that keeps the process alive, and not everything be closed.
    process.exitCode = 1
    // Before anything is written: whoever reads the log may be gone.
    const deadline = setTimeout(() => {
      try {
        log.error({ timeoutMs }, 'shutdown took too long')
      } finally {
        process.exit(1)
      }
    }, timeoutMs)
    deadline.unref()
    log.info({ reason }, 'shutting down')
    close().then(
      () => process.exit(exitCode),
      (error) => {
        log.error({ err: error }, 'shutdown failed')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', () => shutDown('SIGTERM', 0))
  process.on('SIGINT', () => shutDown('SIGINT', 0))
  process.on('SIGHUP', () => shutDown('SIGHUP', 0))
  process.on('disconnect', () => shutDown('parent gone', 0))
  process.on('uncaughtException', (error) => {
    shutDown('uncaught error', 1)
    // Not `fatal`: it makes pino flush, for ever where nobody reads the pipe any more (EPIPE).
    log.error({ err: error }, 'uncaught error')
  })
}

/** Tells the process that started this one, if it listens, that this one is ready to work. */
export function announceReady(details: object = {}): void {
  process.send?.({ ready: true, ...details })
}

/** Runs a process's main function. What stops it from starting is said in plain words and exits 1. */
export async function exitOnError(main: () => Promise<void>): Promise<void> {
  try {
    await main()
  } catch (error) {
    const message = error instanceof ConfigError ? error.message : error instanceof Error ? error.stack : String(error)
    process.stderr.write(`${message}\n`)
    process.exit(1)
  }
}
