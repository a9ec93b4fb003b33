// Submits up to 1,000 jobs in one request; each is accepted or refused by itself.
import { z } from 'zod'
import { BatchItemView, BatchView } from '../../presenters/batch.ts'
import { JobRequest } from '../../request/job-request.ts'
import { route } from '../../route.ts'
import { submitBatch } from '../../submit-batch.ts'

const MAX_ITEMS = 1_000
const { $schema: _, ...itemSchema } = z.toJSONSchema(JobRequest, { io: 'input', unrepresentable: 'any' })

const BatchRequest = z
  .strictObject({
    // What is wrong with one item is said in its place; the others are accepted.
    items: z.array(z.unknown().meta(itemSchema)).min(1).max(MAX_ITEMS),
  })
  .meta({
    examples: [
      {
        items: [
          { type: 'emails.send', input: { to: 'ada@example.com', subject: 'Hello', text: 'Hello Ada' } },
          { type: 'emails.send', input: { to: 'grace@example.com', subject: 'Hello', text: 'Hello Grace' } },
        ],
      },
    ],
  })

export const submitJobs = route({
  method: 'post',
  path: '/v1/jobs/batch',
  summary: 'Submit many jobs at once',
  description:
    'Each item is what `POST /v1/jobs` takes, and is accepted or refused by itself. Those that are accepted are stored together.',
  operationId: 'submitJobs',
  body: BatchRequest,
  largeBody: true,
  idempotencyKey: 'optional',
  problems: ['idempotency-key-missing', 'overloaded'],
  answers: {
    202: {
      description:
        'The batch, and what became of each item, in their order: at least one is accepted. Where none is, nothing is stored, and a problem says why, item by item, of the first ones.',
      body: z.strictObject({ batch: BatchView, items: z.array(BatchItemView) }),
      headers: {
        Location: 'Where the batch is.',
        'Retry-After': 'In how many seconds it is worth to look there.',
        'Idempotency-Replayed': { description: '`true`: this is the first answer again.', optional: true },
      },
    },
  },
  handle: submitBatch,
})
