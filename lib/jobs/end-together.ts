// The ends of steps of many flows in one transaction: one statement for what is the same of each, and one commit. Only effects
// of one kind go together, so that no two such transactions lock rows in different orders. Who cannot be ended here does it
// alone, and learns there why: whose claim is lost, whose effect is refused, and everybody who was in a group with them.
import type { Db, Trx } from '../db.ts'
import type { Dispatch } from '../dispatch.ts'
import type { Job } from '../models/job.ts'
import { type Together, together } from '../together.ts'
import type { Catalogue } from './definition.ts'
import { inTransaction } from './enqueue.ts'
import { goOnAfter } from './flow.ts'
import type { EffectKind, SharedEffect } from './shared-effect.ts'
import { succeedSteps } from './transitions.ts'

interface Ending {
  step: Job
  effect: SharedEffect
}

/** One group is written while another one commits. */
export const GROUPS = { lanes: 2, most: 16 }
/** No group waits long for a lock that one of it needs. */
const LOCK_TIMEOUT_MS = 100

type EndTogether = Together<Ending, boolean>
const opened = new WeakMap<Db, Map<EffectKind<unknown>, EndTogether>>()

/** Ends a step with success, with others if there are. @returns false where it must be done alone */
export function endTogether(db: Db, dispatch: Dispatch, catalogue: Catalogue, ending: Ending): Promise<boolean> {
  const { kind } = ending.effect
  const ofPool = opened.get(db) ?? new Map<EffectKind<unknown>, EndTogether>()
  const end = ofPool.get(kind) ?? together((group: Ending[]) => endGroup(db, dispatch, catalogue, group), GROUPS)
  opened.set(db, ofPool.set(kind, end))
  return end(ending)
}

async function endGroup(db: Db, dispatch: Dispatch, catalogue: Catalogue, group: Ending[]): Promise<boolean[]> {
  // Of two steps of one flow the second to end has to look at the first.
  const chosen = [...new Map(group.map((ending) => [ending.step.parentId, ending])).values()]
  if (chosen.length < 2) return group.map(() => false)
  try {
    const ended = await inTransaction(db, dispatch, (trx) => endAll(trx, catalogue, chosen))
    return group.map((ending) => ended.has(ending))
  } catch {
    // Whoever it is about meets it again, alone; and if all was committed and the answer lost, the claims are lost with it.
    return group.map(() => false)
  }
}

async function endAll(trx: Trx, catalogue: Catalogue, group: Ending[]): Promise<Set<Ending>> {
  await trx.raw(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`)
  const [{ effect }] = group as [Ending, ...Ending[]]
  const items = group.map(({ effect }) => effect.item)
  const results = await effect.kind.together(trx, items)
  const ended = group.flatMap((ending, index) => {
    const result = results[index]
    return result ? [{ ending, step: ending.step, result }] : []
  })
  const flows = await succeedSteps(trx, ended)
  for (const [index, { step }] of ended.entries()) await goOnAfter(trx, catalogue, flows[index] as Job, step)
  return new Set(ended.map(({ ending }) => ending))
}
