// How much memory the processes have (resident set), from the time that they have warmed up.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { World } from './world.ts'

export interface Memory {
  name: string
  /** In MB: when it had warmed up, the most it ever had, and at the end. */
  warm: number
  peak: number
  end: number
}

const LOOK_EVERY_MS = 2_000

export interface MemoryWatch {
  /** Looks a last time. */
  end(): Promise<Memory[]>
}

/** @param isWarm whether enough was done for buffers, pools and compiled code to have grown to their size */
export function watchMemory({ processes }: Pick<World, 'processes'>, isWarm: () => boolean): MemoryWatch {
  const seen = new Map<string, Memory>()
  const look = async () => {
    for (const { name, part } of processes) {
      const mb = await residentMb(part.pid)
      if (mb === undefined || !isWarm()) continue
      const { warm, peak } = seen.get(name) ?? { warm: mb, peak: mb }
      seen.set(name, { name, warm, peak: Math.max(peak, mb), end: mb })
    }
  }
  const timer = setInterval(() => void look(), LOOK_EVERY_MS)
  timer.unref()
  return {
    async end() {
      clearInterval(timer)
      await look()
      return [...seen.values()]
    },
  }
}

/** @returns undefined for a process that is gone */
async function residentMb(pid: number): Promise<number | undefined> {
  const kb = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]).then(
    ({ stdout }) => Number(stdout.trim()),
    () => undefined,
  )
  return kb === undefined ? undefined : Math.round(kb / 1024)
}
