// Removes the uploads that became no import: their process died, or PostgreSQL was away when they broke off.
import { z } from 'zod'
import { defineJob } from '../../lib/jobs/define.ts'
import { codeOf } from '../../lib/problems.ts'
import { discardAbandoned } from '../../lib/stock/imports.ts'

const EVERY_MS = 10 * 60_000

const Input = z.object({})

declare module '../../lib/jobs/definition.ts' {
  interface JobInputs {
    'inventory.discard': z.infer<typeof Input>
  }
}

export default defineJob({
  type: 'inventory.discard',
  summary: 'Removes the uploads of imports that were never accepted.',
  input: Input,
  recurring: { everyMs: EVERY_MS },
  whenFailed: async (_, _trx, error) => `uploads may be left behind (${codeOf(error)})`,
  async run(_, { db, signal, commit }) {
    let discarded = 0
    while (!signal.aborted && (await discardAbandoned(db))) discarded++
    return commit({ discarded })
  },
})
