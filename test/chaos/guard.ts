// A guard outside of the runner: should the runner be killed, even with -9, everything it started ends with it.
import { spawn } from 'node:child_process'

/** Waits for the pipe to the runner to close; then kills the processes whose ids are the first lines of the files. */
const SCRIPT = 'cat >/dev/null; for file in "$@"; do [ -f "$file" ] && kill -9 "$(head -n 1 "$file")"; done'

/** @param pidFiles files that are there as long as their processes are; they need not be there yet */
export function startGuard(pidFiles: string[]): { stop(): Promise<void> } {
  // A group of its own: a Ctrl-C in the terminal is not for it.
  const guard = spawn('sh', ['-c', SCRIPT, 'guard', ...pidFiles], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const ended = new Promise<void>((resolve) => guard.once('close', () => resolve()))
  guard.unref()
  return {
    async stop() {
      guard.kill('SIGKILL')
      await ended
    },
  }
}
