// What stands in the first line of a request, as a hostile client may write it.
import { request } from 'node:http'
import { expect } from 'chai'
import { useHarness } from '../../support/harness.ts'

describe('the target of a request', () => {
  const harness = useHarness()
  const get = (path: string) =>
    new Promise<{ status: number | undefined; type: string | undefined }>((resolve, reject) => {
      const { hostname, port } = new URL(harness.apiUrl)
      const sent = request({ hostname, port, path, agent: false }, (answer) => {
        answer.resume()
        answer.on('end', () => resolve({ status: answer.statusCode, type: answer.headers['content-type'] }))
      })
      sent.on('error', reject)
      sent.end()
    })

  for (const target of ['http://[bad/v1', 'http://', '*', 'file:///etc/passwd'])
    it(`that is no path is refused: ${target}`, async () => {
      expect(await get(target)).to.deep.equal({ status: 400, type: 'application/problem+json' })
    })

  it('is the path of an absolute one, as proxies send it (RFC 9112 §3.2.2)', async () => {
    expect((await get('http://errand.example/healthz')).status).to.equal(200)
  })
})
