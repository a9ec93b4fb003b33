// A request as it is made up: an operation, who asks, values for all that the operation reads, and what is then done to spoil
// it. Nothing in it depends on earlier answers: where an id belongs stands a reference.
import fc, { type Arbitrary } from 'fast-check'
import type { ApiDocument, Operation, Parameter } from '../operations.ts'
import type { Kind } from '../references.ts'
import { type Spoil, spoilings } from '../spoil/index.ts'
import { csv } from './csv.ts'
import { reference, skus } from './hints.ts'
import { createGenerator, type Generator } from './schema.ts'
import { stripeEvent } from './stripe-event.ts'

/** north and south have keys; an operator has a login; a stranger's credentials are made up. */
const callers = ['north', 'south', 'operator', 'stranger', 'nobody'] as const
export type Caller = (typeof callers)[number]

export interface Plan {
  operation: Operation
  caller: Caller
  path: Record<string, unknown>
  query: Record<string, unknown>
  headers: Record<string, unknown>
  /** Undefined: none. */
  body: unknown
  /** Whether the body is one of the document's own examples. */
  isExample: boolean
  spoils: Spoil[]
}

const kindOf: Record<string, Kind> = { jobs: 'job', orders: 'order', payments: 'payment', emails: 'email' }
Object.assign(kindOf, { imports: 'import', batches: 'batch', discrepancies: 'discrepancy' })

/** @returns what makes up requests for any of the operations: more for those that change something than for others */
export function planners(document: ApiDocument, operations: Operation[]): Arbitrary<Plan> {
  const generator = createGenerator(document)
  const weigh = ({ body, method, path }: Operation) =>
    !path.startsWith('/v1') ? 1 : body ? 6 : method === 'GET' ? 2 : 3
  return fc.oneof(...operations.map((each) => ({ weight: weigh(each), arbitrary: planOf(each, generator) })))
}

function planOf(operation: Operation, generator: Generator): Arbitrary<Plan> {
  const of = (where: Parameter['in']) => operation.parameters.filter((each) => each.in === where)
  const { body, isExample } = bodyOf(operation, generator)
  return fc
    .record({
      operation: fc.constant(operation),
      caller: callerOf(operation),
      path: record(of('path'), (parameter) => inPath(operation, parameter, generator)),
      query: record(of('query'), ({ name, schema }) => generator.of(schema, name)),
      headers: record(of('header'), inHeader),
      body,
      spoils: spoilings(operation),
    })
    .map((plan) => ({ ...plan, isExample: isExample(plan.body) }))
}

function record(parameters: Parameter[], of: (parameter: Parameter) => Arbitrary<unknown>) {
  const fields = Object.fromEntries(parameters.map((each) => [each.name, of(each)]))
  const requiredKeys = parameters.filter(({ required }) => required).map(({ name }) => name)
  // Each that may be left out mostly is: filters together find nothing.
  return fc.record(fields, { requiredKeys }).chain((full) => {
    const optional = Object.keys(full).filter((name) => !requiredKeys.includes(name))
    return fc.subarray(optional, { maxLength: Math.min(3, optional.length) }).map((kept) => {
      const entries = Object.entries(full).filter(([name]) => requiredKeys.includes(name) || kept.includes(name))
      return Object.fromEntries(entries) as Record<string, unknown>
    })
  })
}

function callerOf({ operators, path }: Operation): Arbitrary<Caller> {
  const weights = operators ? [1, 0, 8, 2, 2] : path.startsWith('/v1') ? [60, 30, 1, 2, 2] : [1, 0, 0, 1, 6]
  return fc.oneof(...callers.map((caller, at) => ({ weight: weights[at] ?? 0, arbitrary: fc.constant(caller) })))
}

/** Ids of things that are there, mostly, and names of which there are few. */
function inPath({ path }: Operation, { name, schema }: Parameter, generator: Generator): Arbitrary<unknown> {
  const collection = path.split('/').findLast((_, at, steps) => steps[at + 1]?.startsWith('{')) ?? ''
  const kind = kindOf[collection]
  const known: Record<string, Arbitrary<unknown>> = {
    sku: fc.constantFrom(...skus),
    name: fc.nat(7).map((n) => `fuzz-${n}`),
    file: fc.constantFrom('start.js', 'swagger-ui.css', '../app.js', 'favicon-32x32.png'),
    code: fc.constantFrom('not-found', 'invalid-request', 'internal', 'payment-declined'),
  }
  const usual = kind ? reference(kind) : (known[name] ?? generator.of(schema, name))
  return fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: generator.of(schema) })
}

function inHeader({ name }: Parameter): Arbitrary<unknown> {
  const fresh = fc.uuid({ version: 4 })
  const known: Record<string, Arbitrary<unknown>> = {
    prefer: fc.constantFrom('wait=1', 'wait=0', 'wait=2, respond-async', 'handling=lenient', 'wait="1"', 'wait'),
    'idempotency-key': fc.oneof(
      { weight: 14, arbitrary: fresh },
      { weight: 3, arbitrary: fresh.map((key) => `"${key}"`) },
      { weight: 2, arbitrary: reference('key', false) },
    ),
    'if-none-match': fc.oneof(reference('etag', false), fc.constantFrom('*', '"a", W/"b"', 'W/""')),
    'last-event-id': reference('etag', false),
    'stripe-signature': fc.constantFrom(...Array<string>(9).fill('signed'), 't=1,v1=00', 'v1=', 't=,v1=,v0='),
  }
  return known[name.toLowerCase()] ?? fc.stringMatching(/^[a-z]{0,20}$/)
}

function bodyOf(operation: Operation, generator: Generator) {
  const { body, path } = operation
  if (!body) return { body: fc.constant(undefined), isExample: () => false }
  const examples = new Set(body.examples)
  const usual = path.startsWith('/webhooks')
    ? stripeEvent
    : body.mediaType === 'text/csv'
      ? csv
      : generator.of(body.schema)
  const choices = [
    { weight: 8, arbitrary: usual },
    ...(examples.size > 0 ? [{ weight: 1, arbitrary: fc.constantFrom(...examples) }] : []),
    ...(body.required ? [] : [{ weight: 3, arbitrary: fc.constant(undefined) }]),
  ]
  return { body: fc.oneof(...choices), isExample: (value: unknown) => examples.has(value) }
}
