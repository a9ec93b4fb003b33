// Whether this machine is too busy: a worker that gets no processor loses its claims as one that is frozen on purpose does.
// Measured from outside (the kernel's count of how long a process had to wait), so that nothing of the product can excuse
// itself with it: a worker that is slow by its own doing does not wait. Where the kernel does not count, nothing is excused.
import { readFile } from 'node:fs/promises'
import type { Worker } from '../members.ts'
import type { Injected } from './inject.ts'

const LOOK_EVERY_MS = 500
/** Waiting for more than this share of the time is as good as standing still. */
const STARVED_SHARE = 0.4
const NS_PER_MS = 1e6

export interface Stalls {
  readonly seen: Injected[]
  stop(): void
}

interface Look {
  pid: number
  at: number
  waitedMs: number
}

export function watchStalls(workers: readonly Worker[]): Stalls {
  const seen: Injected[] = []
  const last = new Map<string, Look>()
  const look = async ({ name, pid }: Worker) => {
    const waitedMs = pid && (await waited(pid))
    if (!pid || waitedMs === undefined) return
    const now: Look = { pid, at: Date.now(), waitedMs }
    const before = last.get(name)
    last.set(name, now)
    if (before?.pid !== pid) return
    const forMs = now.waitedMs - before.waitedMs
    if (forMs < STARVED_SHARE * (now.at - before.at)) return
    const fault = { at: 0, kind: 'no processor', group: 'machine', target: name, forMs } as const
    seen.push({ fault, startedAt: before.at, healedAt: now.at })
  }
  const timer = setInterval(() => {
    for (const worker of workers) look(worker).catch(() => last.delete(worker.name))
  }, LOOK_EVERY_MS)
  timer.unref()
  return { seen, stop: () => clearInterval(timer) }
}

/** @returns how long a process has waited for a processor so far, in ms. https://docs.kernel.org/scheduler/sched-stats.html */
async function waited(pid: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/schedstat`, 'utf8').catch(() => undefined)
  const ns = Number(text?.split(' ')[1])
  return Number.isFinite(ns) ? ns / NS_PER_MS : undefined
}
