// The promise that a job type is one file, its test and one line: the one docs/job-types.md shows is added to a copy of the
// project, compiled, and run through the API.
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { openProcesses } from '../support/processes.ts'

const run = promisify(execFile)

describe('adding a job type', function () {
  this.timeout(60_000)
  let folder: string
  const registry = () => join(folder, 'workers/registry.ts')

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'errand-type-'))
    const parts = [
      'api',
      'workers',
      'lib',
      'migrations',
      'Procfile',
      'package.json',
      'tsconfig.json',
      'tsconfig.build.json',
    ]
    for (const name of parts) await cp(name, join(folder, name), { recursive: true })
    await symlink(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'))
    const guide = await readFile('docs/job-types.md', 'utf8')
    const [, handler = ''] = /```ts\n(.*?)```/s.exec(guide) ?? []
    await mkdir(join(folder, 'workers/maintenance'), { recursive: true })
    await writeFile(join(folder, 'workers/maintenance/greet.ts'), handler)
  })
  after(() => rm(folder, { recursive: true, force: true }))

  const compile = () =>
    run(process.execPath, [join(process.cwd(), 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
      cwd: folder,
    })

  it('does not compile without its line in the registry', async () => {
    const failure = await compile().then(
      () => undefined,
      (error: { stdout: string }) => error,
    )
    expect(failure?.stdout).to.match(/^workers\/registry\.ts\(.*maintenance\.greet.* is missing/)
  })

  it('gives it validation, an endpoint, documentation and a place in the dashboard with that line alone', async () => {
    const source = await readFile(registry(), 'utf8')
    const line = `  'maintenance.greet': maintenanceGreet,\n}`
    const imported = `import maintenanceGreet from './maintenance/greet.ts'\nimport ordersPlace`
    await writeFile(registry(), source.replace(/\}\s*$/, `${line}\n`).replace('import ordersPlace', imported))
    await compile()
    const { api, apiUrl, close } = await openProcesses({ folder })
    try {
      const { status, body } = await api.post('/v1/jobs', { type: 'maintenance.greet', input: { name: 'Ada' } })
      expect(status).to.equal(202)
      const job = await api.finished(body.job.id)
      expect(job).to.deep.include({ state: 'succeeded', result: { greeting: 'Hello Ada' } })
      const refused = await api.post('/v1/jobs', { type: 'maintenance.greet', input: { name: 7 } })
      expect(refused.body.errors[0].pointer).to.equal('#/input/name')
      const description = (await (await fetch(`${apiUrl}/openapi.json`)).json()) as { components: { schemas: object } }
      expect(description.components.schemas).to.have.property('maintenance.greet')
    } finally {
      await close()
    }
  })
})
