// The description of the API (OpenAPI 3.1), made from the very schemas that validate: routes and job types describe
// themselves, so that nothing can be described that is not there.
import type { Catalogue } from '../../lib/jobs/definition.ts'
import { ProblemView, presentProblemType } from '../presenters/problem.ts'
import type { Route } from '../route.ts'
import { usualHeaders } from './answers.ts'
import { tags, template } from './names.ts'
import { idempotencyKeys, operation } from './operation.ts'
import { problemExamples } from './problems.ts'
import { createSchemas, type Schemas } from './schemas.ts'

const INTRODUCTION = `
Hand over slow work, follow it as a job.

- **Accepted is promised.** A \`202\` comes with a job that is stored already. Follow it at \`links.self\` until its state is
  final: \`succeeded\`, \`failed\` or \`cancelled\`.
- **Follow it as you like.** Ask again after \`Retry-After\` with the \`ETag\` you have; or let one request wait for the end
  with \`Prefer: wait=25\`, also the one that submits; or read its events as they happen (\`links.events\`).
- **Repeat without fear.** Send an \`Idempotency-Key\`: the same request with the same key is done once, and gets the first
  answer again.
- **One format of errors.** Problems are \`application/problem+json\` (RFC 9457); their \`type\` leads to
  [an explanation](/problems). A job that failed has the same object as its \`error\`.
- **A key** of your account goes into every request: \`Authorization: Bearer …\`. Press *Authorize* to try things out here;
  \`npm start\` prints a key.
- Times are RFC 3339 in UTC, ids are UUIDs, amounts of money are integers in the currency's minor unit.
`.trim()

export interface Document {
  openapi: string
  paths: Record<string, Record<string, ReturnType<typeof operation>>>
  components: { schemas: Schemas['components'] } & Record<string, object>
  [more: string]: unknown
}

/** @returns the document of `routes` and of the catalogue's public job types. @throws Error for two of one name */
export function describe(routes: readonly Route[], catalogue: Catalogue): Document {
  const schemas = createSchemas()
  nameJobTypes(schemas, catalogue)
  schemas.of(ProblemView, 'output')
  const responses: Record<string, object> = { 'log-in': logIn }
  const addResponse = (name: string, response: object) => {
    responses[name] = response
  }
  const paths: Document['paths'] = {}
  for (const route of routes) {
    const path = template(route.path)
    paths[path] = { ...paths[path], [route.method]: operation(route, schemas, addResponse) }
  }
  const used = new Set(Object.values(paths).flatMap((methods) => Object.values(methods).flatMap((each) => each.tags)))
  return {
    openapi: '3.1.0',
    info: { title: 'Errand', version: '1', description: INTRODUCTION, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/', description: 'This server' }],
    security: [{ apiKey: [] }],
    tags: tags.filter(({ name }) => used.has(name)),
    paths,
    components: {
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key of your account.' },
        basic: { type: 'http', scheme: 'basic', description: 'The operators’ login.' },
      },
      schemas: schemas.components,
      parameters: idempotencyKeys,
      headers: usualHeaders,
      responses,
      examples: problemExamples((code) => presentProblemType(code).explanation),
    },
  }
}

const logIn = {
  description: 'An operator has to log in.',
  headers: { 'WWW-Authenticate': { description: 'Basic', required: true, schema: { type: 'string' } } },
  content: { 'text/plain': { schema: { type: 'string' } } },
}

function nameJobTypes(schemas: Schemas, catalogue: Catalogue): void {
  const types: string[] = []
  for (const { type, summary, public: face } of Object.values(catalogue)) {
    if (!face) continue
    schemas.name(type, face.request, { title: type, description: summary })
    types.push(type)
  }
  schemas.replace('JobType', { type: 'string', enum: types, description: 'A public job type.' })
  const inputs = types.map((type) => ({ $ref: `#/components/schemas/${type}` }))
  schemas.replace('JobInput', { anyOf: inputs, description: 'What the type takes.' })
}
