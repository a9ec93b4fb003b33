// The Procfile, read as the local stack reads it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { procfileCommand } from '../../../../lib/local/procfile.ts'
import { errorOf } from '../../error-of.ts'

describe('a Procfile', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'errand-procfile-'))
    const lines = [
      '# how it runs',
      'web: node --flag dist/api/server.js',
      'web2:  bin/other   a  b ',
      'worker:node w.js\r',
      '',
    ]
    await writeFile(join(folder, 'Procfile'), lines.join('\n'))
  })
  after(() => rm(folder, { recursive: true }))

  it('names a process’s program and arguments; `node` is the very one that runs', async () => {
    expect(await procfileCommand('web', folder)).to.deep.equal([process.execPath, ['--flag', 'dist/api/server.js']])
  })

  it('may be spaced as one likes', async () => {
    expect(await procfileCommand('web2', folder)).to.deep.equal(['bin/other', ['a', 'b']])
    expect(await procfileCommand('worker', folder)).to.deep.equal([process.execPath, ['w.js']])
  })

  for (const name of ['release', 'we', 'WEB', '# how it runs', '']) {
    it(`has no process "${name}"`, async () => {
      const { message } = await errorOf(Error, () => procfileCommand(name, folder))
      expect(message).to.equal(`the Procfile has no process "${name}"`)
    })
  }
})

describe('the project’s Procfile', () => {
  it('has the processes that production runs, each a script of the build', async () => {
    for (const name of ['release', 'web', 'worker']) {
      const [program, args] = await procfileCommand(name)
      expect(program).to.equal(process.execPath)
      expect(args.at(-1)).to.match(/^dist\/(lib|api|workers)\/\w+\.js$/)
    }
  })
})
