// The shape of the project: one string per job type, small files, a first line that says what a file is for.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { FlowStep, JobDefinition } from '../../lib/jobs/definition.ts'
import { queueOf, queues } from '../../lib/queues.ts'
import { registry } from '../../workers/registry.ts'

interface Source {
  path: string
  lines: string[]
}

/** The TypeScript files under a folder, with their lines. */
const sources = (folder: string): Source[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !/node_modules|\.d\.ts$/.test(path))
    .map((path) => join(folder, path))
    .map((path) => ({ path, lines: readFileSync(path, 'utf8').trimEnd().split('\n') }))

const product = ['api', 'workers', 'lib', 'migrations'].flatMap(sources)
const tests = sources('test')
const longerThan = (max: number, files: Source[]) =>
  files.filter(({ lines }) => lines.length > max).map(({ path, lines }) => `${path}: ${lines.length}`)

/** Files workers/<queue>/<verb>.ts. */
const handlers = product.map(({ path }) => path).filter((path) => /^workers\/[^/]+\/[^/]+\.ts$/.test(path))
const typeOf = (path: string) => path.replace('workers/', '').replace('.ts', '').replace('/', '.')
const definitions: [string, JobDefinition][] = Object.entries(registry)

describe('the job types', () => {
  it('are the files of the handlers, and the registry has no other', () => {
    expect(handlers).to.not.be.empty
    expect(Object.keys(registry)).to.have.members(handlers.map(typeOf))
  })

  for (const path of handlers) {
    it(`${typeOf(path)} is one string: file, definition and registry agree`, async () => {
      const { default: definition } = (await import(`../../${path}`)) as { default: JobDefinition }
      expect(definition.type).to.equal(typeOf(path))
      expect(Object.fromEntries(definitions)[typeOf(path)]).to.include({
        type: typeOf(path),
        summary: definition.summary,
      })
    })
  }

  it('each have a queue', () => {
    for (const [type] of definitions) expect(queues).to.include(queueOf(type))
  })

  it('each have a sentence of documentation, attempts and a deadline', () => {
    for (const [type, { summary, maxAttempts, timeoutMs }] of definitions) {
      expect(summary, type).to.match(/^[A-Z].+\.$/)
      expect(maxAttempts, type).to.be.within(1, 100)
      expect(timeoutMs, type).to.be.within(1, 10 * 60_000)
    }
  })

  it('invariant 7: hold ids alone, and refuse anything else as their input', () => {
    for (const [type, { input, recurring }] of definitions) {
      // What the system runs by itself works on nothing in particular, and a ping on nothing at all.
      expect(input.safeParse({}).success, type).to.equal(recurring !== undefined || type === 'maintenance.ping')
      const { properties, additionalProperties } = input.toJSONSchema({ unrepresentable: 'any' })
      expect(additionalProperties, type).to.equal(false)
      // A code out of a short list names nobody, either.
      for (const [name, property] of Object.entries(properties ?? {}))
        if (!Object.hasOwn(property as object, 'enum')) expect(name, type).to.match(/Id$/)
    }
  })

  it('are made of steps that exist, taken back by steps that exist', () => {
    const withUndo = (step: FlowStep): string[] => [step.type, ...(step.undo ? withUndo(step.undo) : [])]
    const steps = definitions.flatMap(([, { work }]) =>
      'flow' in work ? [...work.flow.steps, ...work.flow.undone].flatMap(withUndo) : [],
    )
    expect(steps).to.not.be.empty
    for (const step of steps) expect(Object.keys(registry)).to.include(step)
  })
})

describe('the source files', () => {
  it('have at most 200 lines, and tests 300', () => {
    expect(longerThan(200, product)).to.deep.equal([])
    expect(longerThan(300, tests)).to.deep.equal([])
  })

  it('have a median below 60 lines', () => {
    const lengths = product.map(({ lines }) => lines.length).sort((a, b) => a - b)
    expect(lengths[Math.floor(lengths.length / 2)]).to.be.below(60)
  })

  it('open with a comment that says what they are for', () => {
    const silent = [...product, ...tests].filter(({ lines }) => !/^\/\/ \S/.test(lines[0] ?? ''))
    expect(silent.map(({ path }) => path)).to.deep.equal([])
  })
})
