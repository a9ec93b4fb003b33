// The README's tour, pasted into a shell as a newcomer would.
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { useProcesses } from '../support/processes.ts'

describe('the README', () => {
  const processes = useProcesses()
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'errand-readme-'))
    await mkdir(join(folder, '.local'))
    const { apiUrl, api, inbox, simulator } = processes
    const session = { apiUrl, apiKey: api.key, mailUrl: inbox.mailUrl, paymentsUrl: simulator.url }
    await writeFile(join(folder, '.local/session.json'), JSON.stringify(session))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  it('has a tour whose every command works as printed', async () => {
    const readme = await readFile('README.md', 'utf8')
    const [, tour = ''] = /\n## Tour\n(.*?)\n## /s.exec(readme) ?? []
    const blocks = [...tour.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block)
    expect(blocks).to.have.length(7)
    const marked = blocks.map((block, index) => `${block}\necho; echo "--- ${index}"\n`)
    const script = `set -euo pipefail\n${marked.join('')}`
    const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd: folder })
    const [products = '', accepted = '', followed = '', single = '', steered = '', refused = '', later = ''] =
      stdout.split(/\n--- \d\n/)
    expect(JSON.parse(products).data.map((product: { sku: string }) => product.sku)).to.include('MUG-BLUE')
    expect(JSON.parse(accepted)).to.have.nested.property('job.state', 'queued')
    expect(followed)
      .to.include('"state":"succeeded"')
      .and.include('"state":"confirmed"')
      .and.include('"amount_received":2580')
    expect(followed).to.include('event: job\nid: "').and.include('304 Not Modified')
    expect(followed).to.match(/Your order [0-9a-f-]{36} is confirmed/)
    expect(single.match(/"links":\{"self":"\/v1\/jobs\//g)).to.have.length(4)
    expect(steered).to.include('"accepted":1').and.include('"refused":1').and.include('"state":"cancelled"')
    expect(steered)
      .to.include('"name":"good-morning"')
      .and.match(/"applied":2/)
    expect(JSON.parse(refused)).to.deep.include({ status: 422, type: '/problems/invalid-request' })
    expect(later).to.include('provider-balance').and.include('1290').and.include('-1290')
  })
})
