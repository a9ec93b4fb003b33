// Does nothing: its way through the queue is the answer. For probes that ask whether accepted work is taken, and how soon.
import { z } from 'zod'
import { acceptedAs, defineJob } from '../../lib/jobs/define.ts'

const Input = z.strictObject({})

declare module '../../lib/jobs/definition.ts' {
  interface JobInputs {
    'maintenance.ping': z.infer<typeof Input>
  }
}

export default defineJob({
  type: 'maintenance.ping',
  summary: 'Does nothing: shows that jobs are taken, and how soon.',
  input: Input,
  maxAttempts: 3,
  timeoutMs: 5_000,
  public: acceptedAs({ request: Input.meta({ examples: [{}] }), idempotencyKey: 'optional' }),
  whenRetried: async () => {},
  run: (_, { commit }) => commit({}),
})
