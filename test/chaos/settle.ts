// Letting things settle: no more load, no more faults, everything healed; then time for what was accepted to end.
import { setTimeout as delay } from 'node:timers/promises'
import type { JobFact } from './verdict/facts.ts'
import { attended, isFinal, isRecurring } from './verdict/jobs.ts'
import { everybody, type World } from './world.ts'

interface Waiting extends JobFact {
  runAt: Date
}

const LOOK_EVERY_MS = 500
/** Nothing may be unfinished for so long, as a webhook that is late may still start something. */
const QUIET_MS = 2_000
/** A flagged job that goes on by itself within this time is waited for, if there is time. */
const SOON_MS = 60_000

/** @returns how long it took in ms, and whether all that is left is left to somebody. */
export async function settle(
  world: World,
  withinMs: number,
  interrupted: AbortSignal,
): Promise<{ tookMs: number; settled: boolean }> {
  heal(world)
  const startedAt = Date.now()
  let quietSince = Number.POSITIVE_INFINITY
  for (;;) {
    const left = await unfinished(world)
    const now = Date.now()
    const visible = attended(left)
    const isDone = left.every((job) => visible.has(job.id))
    const mayGoOn = left.some((job) => job.runAt.getTime() < now + SOON_MS)
    if (!isDone || mayGoOn || world.simulator.webhooks.pending > 0) quietSince = Number.POSITIVE_INFINITY
    else if (quietSince > now) quietSince = now
    if (now - quietSince >= QUIET_MS) return { tookMs: now - startedAt, settled: true }
    if (now - startedAt > withinMs || interrupted.aborted) return { tookMs: now - startedAt, settled: isDone }
    await delay(LOOK_EVERY_MS)
  }
}

function heal(world: World): void {
  for (const member of everybody(world)) {
    for (const proxy of Object.values(member.links)) proxy.heal()
    member.signal('SIGCONT')
  }
}

async function unfinished({ db }: World): Promise<Waiting[]> {
  const columns = ['id', 'accountId', 'type', 'state', 'needsAttention', 'parentId', 'runAt', 'input']
  const rows: Waiting[] = await db('jobs').whereNull('finishedAt').select(columns)
  return rows.filter((job) => !isFinal(job) && !isRecurring(job))
}
