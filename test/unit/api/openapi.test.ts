// `/openapi.json`: every route and every public job type is in it, and nothing in it leads nowhere.
import { readdirSync } from 'node:fs'
import { expect } from 'chai'
import { describeApi } from '../../../api/openapi.ts'
import type { Route } from '../../../api/route.ts'
import { problemTypes } from '../../../lib/problems.ts'
import { registry } from '../../../workers/registry.ts'

interface Operation {
  summary: string
  parameters: { name: string; in: string; required: boolean; schema: object }[]
  requestBody?: { required: boolean; content: Record<string, { schema: object }> }
  responses: Record<string, { description: string }>
  security?: object[]
}

interface Document {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, object> }
}

/** Every list of routes that a file of api/routes exports. */
async function allRoutes(): Promise<Route[]> {
  const files = readdirSync('api/routes')
  const modules = await Promise.all(files.map((file) => import(`../../../api/routes/${file}`) as Promise<object>))
  return modules
    .flatMap((module) => Object.values(module))
    .filter((exported) => Array.isArray(exported))
    .flat() as Route[]
}

/** Everything inside a JSON value, itself included. */
const within = (value: unknown): unknown[] =>
  typeof value === 'object' && value !== null ? [value, ...Object.values(value).flatMap(within)] : [value]

describe('the description of the API', () => {
  let routes: Route[]
  let document: Document
  before(async () => {
    routes = await allRoutes()
    const answer = await describeApi(routes, registry).handle({} as never)
    document = answer.body as Document
  })
  const operation = ({ method, path }: Route) => document.paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method]
  const isForOperators = ({ path }: Route) => /^\/(ops\/|metrics$)/.test(path)
  const operations = () => routes.map((route) => ({ route, described: operation(route)! }))

  it('is OpenAPI 3.1 that survives JSON as it is', () => {
    expect(document.openapi).to.match(/^3\.1\.\d$/)
    expect(JSON.parse(JSON.stringify(document))).to.deep.equal(document)
  })

  it('holds every route once, and nothing else', () => {
    expect(routes.length).to.be.greaterThan(10)
    const described = Object.values(document.paths).flatMap((methods) => Object.keys(methods))
    expect(described).to.have.length(routes.length)
    for (const route of routes)
      expect(operation(route)?.summary, `${route.method} ${route.path}`).to.equal(route.summary)
  })

  it('holds every parameter of every path, and no other', () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      for (const { parameters } of Object.values(methods)) {
        const described = parameters.filter((each) => each.in === 'path')
        expect(
          described.map(({ name }) => name),
          path,
        ).to.deep.equal(inPath)
        expect(
          described.every(({ required }) => required),
          path,
        ).to.equal(true)
      }
    }
  })

  it('has no path in the router’s notation', () => {
    for (const path of Object.keys(document.paths)) expect(path).to.not.contain(':')
  })

  it('says where an Idempotency-Key is required, optional or not taken', () => {
    for (const { route, described } of operations()) {
      const header = described.parameters.find(({ name }) => name === 'Idempotency-Key')
      expect(header?.required, route.path).to.equal(route.idempotencyKey && route.idempotencyKey === 'required')
    }
  })

  it('has a required JSON body exactly where a route takes one', () => {
    for (const { route, described } of operations()) {
      expect(described.requestBody !== undefined, route.path).to.equal(route.body !== undefined)
      if (!described.requestBody) continue
      expect(described.requestBody.required).to.equal(true)
      expect(described.requestBody.content['application/json']?.schema).to.be.an('object').that.is.not.empty
    }
  })

  it('holds what each route answers, and the problem it answers otherwise', () => {
    for (const { route, described } of operations()) {
      expect(Object.keys(described.responses)).to.have.members([
        ...new Set([...Object.keys(route.answers), ...(isForOperators(route) ? ['401', '404'] : []), 'default']),
      ])
    }
  })

  it('asks for a key under /v1, for a login where operators go, and elsewhere for nothing', () => {
    for (const { route, described } of operations()) {
      const open = isForOperators(route) ? [{ basic: [] }] : []
      expect(described.security, route.path).to.deep.equal(route.path.startsWith('/v1/') ? undefined : open)
    }
  })

  it('holds every public job type with its summary, and no other', () => {
    const { Problem, ...types } = document.components.schemas
    const open = Object.values(registry).filter((definition) => definition.public)
    expect(Object.keys(types)).to.have.members(open.map(({ type }) => type))
    for (const { type, summary } of open) expect(types[type]).to.include({ title: type, description: summary })
    expect(Problem).to.be.an('object')
  })

  it('describes what clients send of the orders it takes', () => {
    expect(document.components.schemas['orders.place']).to.deep.include({
      type: 'object',
      required: ['customer', 'items', 'payment'],
      additionalProperties: false,
    })
  })

  it('has no reference that leads nowhere', () => {
    const references = within(document).flatMap((each) =>
      typeof each === 'object' && each !== null && '$ref' in each ? [String(each.$ref)] : [],
    )
    expect(references).to.include('#/components/schemas/Problem')
    for (const reference of references) {
      const target = reference
        .replace(/^#\//, '')
        .split('/')
        .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document)
      expect(target, reference).to.be.an('object')
    }
  })

  it('asks of a problem what every problem has', () => {
    const { required } = document.components.schemas.Problem as { required: string[] }
    expect(required).to.include.members(['type', ...Object.keys(problemTypes.internal), 'detail'])
  })
})
