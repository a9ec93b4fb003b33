// The beginnings of flows, and the ends of their steps, of many flows in one transaction: one statement for what is the same of
// each, and one commit. Only ends with effects of one kind go together, so that no two such transactions lock rows in different
// orders.
import type { Db, Trx } from '../db.ts'
import type { Dispatch } from '../dispatch.ts'
import type { Job } from '../models/job.ts'
import { type Together, together } from '../together.ts'
import type { Catalogue } from './definition.ts'
import { goOnAfter, startFlows } from './flow.ts'
import { succeedSteps } from './flow-transitions.ts'
import { GROUPS, inGroup } from './in-group.ts'
import type { EffectKind, SharedEffect } from './shared-effect.ts'

interface Ending {
  step: Job
  effect: SharedEffect
}

interface SharedFlows {
  /** Begins a flow, with others if there are. @returns false where it must be done alone */
  begin: Together<Job, boolean>
  /** Ends a step with success, with others if there are. @returns false where it must be done alone */
  end(ending: Ending): Promise<boolean>
}

interface Runtime {
  db: Db
  dispatch: Dispatch
  catalogue: Catalogue
}

const opened = new WeakMap<Dispatch, SharedFlows>()

/** @returns those of this process: all its attempts share them */
export function sharedFlows(runtime: Runtime): SharedFlows {
  const shared = opened.get(runtime.dispatch) ?? open(runtime)
  opened.set(runtime.dispatch, shared)
  return shared
}

function open(runtime: Runtime): SharedFlows {
  const { catalogue } = runtime
  const begin = together(
    (group: Job[]) =>
      inGroup(runtime, group, group, async (trx, flows) => {
        await startFlows(trx, catalogue, flows)
        return flows
      }),
    GROUPS,
  )
  const ends = new Map<EffectKind<unknown>, Together<Ending, boolean>>()
  const openEnd = () =>
    together((group: Ending[]) => {
      // Of two steps of one flow the second to end has to look at the first.
      const chosen = new Map(group.map((ending) => [ending.step.parentId, ending]))
      return inGroup(runtime, group, [...chosen.values()], (trx, endings) => endAll(trx, catalogue, endings))
    }, GROUPS)
  const end = (ending: Ending) => {
    const { kind } = ending.effect
    const ofKind = ends.get(kind) ?? openEnd()
    ends.set(kind, ofKind)
    return ofKind(ending)
  }
  return { begin, end }
}

async function endAll(trx: Trx, catalogue: Catalogue, group: Ending[]): Promise<Ending[]> {
  const [{ effect }] = group as [Ending, ...Ending[]]
  const items = group.map(({ effect }) => effect.item)
  const results = await effect.kind.together(trx, items)
  const ended = group.flatMap((ending, index) => {
    const result = results[index]
    return result ? [{ ending, step: ending.step, result }] : []
  })
  const flows = await succeedSteps(trx, ended)
  for (const [index, { step }] of ended.entries()) await goOnAfter(trx, catalogue, flows[index] as Job, step)
  return ended.map(({ ending }) => ending)
}
