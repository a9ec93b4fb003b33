// `/openapi.json`: every route and every public job type is in it, and nothing in it leads nowhere.
import { readdirSync } from 'node:fs'
import { expect } from 'chai'
import { documentOf, describedRoutes as routes } from '../../../../api/openapi/index.ts'
import type { Route } from '../../../../api/route.ts'
import { docsRoutes } from '../../../../api/routes/docs.ts'
import { problemTypes } from '../../../../lib/problems.ts'
import { registry } from '../../../../workers/registry.ts'

interface Parameter {
  name: string
  in: string
  required: boolean
}

interface Operation {
  operationId: string
  tags: string[]
  summary: string
  parameters: (Parameter & { $ref?: string })[]
  requestBody?: { required: boolean; content: Record<string, { schema: object; examples?: object }> }
  responses: Record<string, { links?: object; content?: Record<string, object>; $ref?: string }>
  security?: object[]
}

/** Every route that a file of api/routes exports, by itself or in a list. */
async function allRoutes(): Promise<Route[]> {
  const files = readdirSync('api/routes', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  const modules = await Promise.all(files.map((file) => import(`../../../../api/routes/${file}`) as Promise<object>))
  const isRoute = (value: unknown) => typeof value === 'object' && value !== null && 'handle' in value
  return [...new Set(modules.flatMap((module) => Object.values(module)).flat())].filter(isRoute) as Route[]
}

/** Everything inside a JSON value, itself included. */
const within = (value: unknown): unknown[] =>
  typeof value === 'object' && value !== null ? [value, ...Object.values(value).flatMap(within)] : [value]

const document = JSON.parse(JSON.stringify(documentOf(registry)))
const follow = (pointer: string) =>
  pointer
    .replace(/^#\//, '')
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((at, step) => at?.[step], document)
const operationOf = ({ method, path }: Route): Operation => document.paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method]
const operations = routes.map((route) => ({ route, described: operationOf(route) }))
const parametersOf = ({ parameters }: Operation): Parameter[] =>
  parameters.map((each) => (each.$ref ? follow(each.$ref) : each))
const isForOperators = ({ path }: Route) => /^\/(ops\/|metrics$)/.test(path)

describe('the description of the API', () => {
  it('is OpenAPI 3.1', () => {
    expect(document.openapi).to.match(/^3\.1\.\d$/)
    expect(document.servers).to.deep.include({ url: '/', description: 'This server' })
  })

  it('holds every route once, and nothing else, but for the pages that show it', async () => {
    const described = Object.values<object>(document.paths).flatMap((methods) => Object.keys(methods))
    expect(described).to.have.length(routes.length)
    for (const { route, described } of operations)
      expect(described.summary, `${route.method} ${route.path}`).to.equal(route.summary)
    const exported = (await allRoutes()).filter((route) => !docsRoutes.includes(route))
    expect(routes).to.have.members(exported)
  })

  it('names every operation once, and tags it with a tag that is explained', () => {
    const ids = operations.map(({ described }) => described.operationId)
    expect(new Set(ids).size).to.equal(ids.length)
    for (const id of ids) expect(id).to.match(/^[a-z][a-zA-Z]+$/)
    expect(ids).to.include.members(['placeOrder', 'getJob', 'submitJob', 'cancelJob', 'refundPayment', 'listProducts'])
    const tags = document.tags.map(({ name }: { name: string }) => name)
    for (const { described } of operations) expect(tags).to.include.members(described.tags)
  })

  it('holds every parameter of every path, and no other', () => {
    for (const { route, described } of operations) {
      const inPath = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name)
      const parameters = parametersOf(described).filter((each) => each.in === 'path')
      expect(parameters.map(({ name }) => name)).to.deep.equal(inPath)
      expect(parameters.every(({ required }) => required)).to.equal(true)
    }
  })

  it('has no path in the router’s notation', () => {
    for (const path of Object.keys(document.paths)) expect(path).to.not.contain(':')
  })

  it('says where an Idempotency-Key is required, optional or not taken', () => {
    for (const { route, described } of operations) {
      const header = parametersOf(described).find(({ name }) => name === 'Idempotency-Key')
      expect(header?.required, route.path).to.equal(route.idempotencyKey && route.idempotencyKey === 'required')
    }
  })

  it('has a required body with examples exactly where a route takes one', () => {
    for (const { route, described } of operations) {
      const takes = route.body ?? route.stream ?? route.signatureHeader
      expect(described.requestBody !== undefined, route.path).to.equal(takes !== undefined)
      if (!described.requestBody) continue
      expect(described.requestBody.required).to.equal(!route.bodyOptional)
      const [[type, media] = []] = Object.entries(described.requestBody.content)
      expect(type).to.equal(route.stream?.mediaType ?? 'application/json')
      expect(media?.examples, `${route.method} ${route.path}`).to.be.an('object').that.is.not.empty
    }
  })

  it('states the schema of every JSON answer, and an answer for every status that it declares', () => {
    for (const { route, described } of operations) {
      for (const [status, answer] of Object.entries(route.answers)) {
        const at = `${route.method} ${route.path} ${status}`
        expect(answer, at).to.be.an('object')
        const { content } = described.responses[status] ?? {}
        if (Number(status) === 204 || Number(status) === 304) expect(content, at).to.equal(undefined)
        else expect(Object.keys(content ?? {}), at).to.not.be.empty
      }
    }
  })

  it('leads from every answer that has a job or a batch to following it', () => {
    const linksOf = (operationId: string, status: string) => {
      const links = operations.find(({ described }) => described.operationId === operationId)?.described.responses[
        status
      ]?.links as Record<string, { operationId: string; parameters: object }> | undefined
      return Object.values(links ?? {}).map(({ operationId, parameters }) => [operationId, parameters])
    }
    const job = { id: '$response.body#/job/id' }
    const submitting = ['placeOrder', 'captureOrder', 'cancelOrder', 'refundPayment', 'sendEmail', 'adjustStock']
    for (const operation of [...submitting, 'importStock', 'submitJob', 'runSchedule'])
      for (const status of ['200', '202'])
        expect(linksOf(operation, status), operation).to.deep.equal([
          ['getJob', job],
          ['followJob', job],
        ])
    const itself = { id: '$response.body#/id' }
    for (const operation of ['cancelJob', 'retryJob', 'getJob'])
      expect(linksOf(operation, '202'), operation).to.deep.equal([
        ['getJob', itself],
        ['followJob', itself],
      ])
    expect(linksOf('submitJobs', '202')).to.deep.equal([['getBatch', { id: '$response.body#/batch/id' }]])
    for (const operation of ['getJob', 'getOrder']) expect(linksOf(operation, '200'), operation).to.deep.equal([])
    // Whatever has a 202 leads on, whichever comes later.
    for (const { described } of operations)
      if ('202' in described.responses)
        expect(described.responses['202'].links, described.operationId).to.not.equal(undefined)
  })

  it('asks for a key under /v1, for a login where operators go, and elsewhere for nothing', () => {
    for (const { route, described } of operations) {
      const open = isForOperators(route) ? [{ basic: [] }] : []
      expect(described.security, route.path).to.deep.equal(route.path.startsWith('/v1/') ? undefined : open)
      if (route.path.startsWith('/v1/')) expect(described.responses).to.include.keys('401', '429', '500', '503')
    }
  })

  it('holds every public job type with its summary, and an example of what it takes', () => {
    const open = Object.values(registry).filter((definition) => definition.public)
    for (const { type, summary } of open) {
      expect(document.components.schemas[type]).to.deep.include({ title: type, description: summary })
      expect(document.components.schemas[type].examples, type).to.be.an('array').that.is.not.empty
    }
  })

  it('describes what clients send of the orders it takes', () => {
    expect(document.components.schemas['orders.place']).to.deep.include({
      type: 'object',
      required: ['customer', 'items', 'payment'],
      additionalProperties: false,
    })
  })

  it('lets no column leak: what is answered has no other fields than it says', () => {
    const views = Object.entries<{ type?: string; properties?: object; additionalProperties?: unknown }>(
      document.components.schemas,
    ).filter(([, schema]) => schema.properties)
    expect(views).to.not.be.empty
    for (const [name, { additionalProperties }] of views) expect(additionalProperties, name).to.equal(false)
  })

  it('has no reference that leads nowhere', () => {
    const references = within(document).flatMap((each) =>
      typeof each === 'object' && each !== null && '$ref' in each ? [String(each.$ref)] : [],
    )
    expect(references).to.include('#/components/schemas/Problem')
    for (const reference of references) expect(follow(reference), reference).to.be.an('object')
  })

  it('asks of a problem what every problem has', () => {
    const { required } = document.components.schemas.Problem as { required: string[] }
    expect(required).to.include.members(['type', ...Object.keys(problemTypes.internal), 'detail'])
  })
})
