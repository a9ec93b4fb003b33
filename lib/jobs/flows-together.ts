// The beginnings of flows, and the ends of their steps, of many flows in one transaction: one statement for what is the same of
// each, and one commit. Only ends with effects of one kind go together, so that no two such transactions lock rows in different
// orders.
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Trx } from '../db.ts'
import type { Job } from '../models/job.ts'
import { type Together, together } from '../together.ts'
import type { Catalogue } from './definition.ts'
import { goOnAfter, startFlows } from './flow.ts'
import { succeedSteps } from './flow-transitions.ts'
import { inGroup, type Shared } from './in-group.ts'
import type { EffectKind, SharedEffect } from './shared-effect.ts'

/** One group is written while another one commits. */
export const LANES = 2
export const MOST = 16

interface Beginning {
  flow: Job
  alone(): Promise<unknown>
}

interface Ending {
  step: Job
  effect: SharedEffect
  alone(): Promise<unknown>
}

interface SharedFlows {
  /** Begins a flow, with others if there are. Never in two transactions: what fails for all is done `alone`. */
  begin(beginning: Beginning): Promise<unknown>
  /** Ends a step with success, likewise. */
  end(ending: Ending): Promise<unknown>
}

type Runtime = Shared & { catalogue: Catalogue }
type Lanes<Item> = Together<Item, boolean | Promise<boolean>>

const opened = new WeakMap<Runtime, SharedFlows>()

/** @returns those of this process: all its attempts share them */
export function sharedFlows(runtime: Runtime): SharedFlows {
  const shared = opened.get(runtime) ?? open(runtime)
  opened.set(runtime, shared)
  return shared
}

function open(runtime: Runtime): SharedFlows {
  const { catalogue } = runtime
  const beginnings: Lanes<Beginning> = together(
    (group: Beginning[]) => inGroup(runtime, group, group, (trx, flows) => beginAll(trx, catalogue, flows)),
    { lanes: LANES, most: MOST },
  )
  const ends = new Map<EffectKind<unknown>, Lanes<Ending>>()
  const openEnds = ({ most = MOST }: EffectKind<unknown>): Lanes<Ending> =>
    together(
      (group: Ending[]) => {
        // Of two steps of one flow the second to end has to look at the first.
        const chosen = new Map(group.map((ending) => [ending.step.parentId, ending]))
        return inGroup(runtime, group, [...chosen.values()], (trx, endings) => endAll(trx, catalogue, endings))
      },
      { lanes: LANES, most },
    )
  return {
    begin: (beginning) => goTogether(beginnings, beginning),
    end: (ending) => {
      const { kind } = ending.effect
      const ofKind = ends.get(kind) ?? openEnds(kind)
      ends.set(kind, ofKind)
      return goTogether(ofKind, ending)
    },
  }
}

async function goTogether<Item extends { alone(): Promise<unknown> }>(lanes: Lanes<Item>, item: Item): Promise<void> {
  // What a job does alone stays its own work, in whichever lane.
  const alone = AsyncLocalStorage.bind(item.alone)
  if (!(await lanes({ ...item, alone }))) await alone()
}

async function beginAll(trx: Trx, catalogue: Catalogue, group: Beginning[]): Promise<Beginning[]> {
  const flows = group.map(({ flow }) => flow)
  await startFlows(trx, catalogue, flows)
  return group
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
