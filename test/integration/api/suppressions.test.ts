// The suppression list through the API: adding, finding and removing an address, each account in its own.
import { expect } from 'chai'
import { useHarness } from '../../support/harness.ts'
import { someone } from '../../support/mails.ts'

describe('the suppression list', () => {
  const harness = useHarness()
  const add = (address: unknown) => harness.api.post('/v1/suppressions', { address })
  const list = async (address?: string) => {
    const query = address ? `?address=${encodeURIComponent(address)}` : ''
    const { status, body } = await harness.api.get(`/v1/suppressions${query}`)
    expect(status).to.equal(200)
    return body.data as { address: string }[]
  }
  const remove = (address: string, client = harness.api) =>
    client.send('DELETE', `/v1/suppressions/${encodeURIComponent(address)}`)

  it('takes an address, in lower case, once', async () => {
    const address = someone()
    const added = await add(address.toUpperCase())
    expect(added.status).to.equal(201)
    expect(added.body.suppression).to.include({ address, reason: 'manual', emailId: null })
    expect(Object.keys(added.body.suppression)).to.have.members(['address', 'reason', 'emailId', 'createdAt'])
    const again = await add(address)
    expect([again.status, again.body]).to.deep.equal([200, added.body])
    expect(await list(address)).to.deep.equal([added.body.suppression])
  })

  it('is listed, newest first', async () => {
    const [older, newer] = [someone(), someone()]
    await add(older)
    await add(newer)
    expect((await list()).slice(0, 2).map((entry) => entry.address)).to.deep.equal([newer, older])
  })

  it('is searched however the address is written', async () => {
    const address = someone()
    await add(address)
    expect((await list(address.toUpperCase())).map((entry) => entry.address)).to.deep.equal([address])
    expect(await list(someone())).to.deep.equal([])
  })

  for (const address of ['ada', 'Ada <ada@example.com>', 'ada@example.com, eve@example.com', null, 1, undefined]) {
    it(`does not take ${JSON.stringify(address)}`, async () => {
      const { status, body } = await add(address)
      expect([status, body.type]).to.deep.equal([422, '/problems/invalid-request'])
    })
  }

  it('refuses a search for what is no address, or by anything else', async () => {
    for (const query of ['address=ada', 'adress=ada@example.com', 'address=a@example.com&address=b@example.com']) {
      expect((await harness.api.get(`/v1/suppressions?${query}`)).status, query).to.equal(422)
    }
  })

  it('gives an address back, once', async () => {
    const address = someone()
    await add(address)
    const removed = await remove(address.toUpperCase())
    expect([removed.status, removed.body]).to.deep.equal([204, ''])
    expect(await list(address)).to.deep.equal([])
    const again = await remove(address)
    expect([again.status, again.body.type]).to.deep.equal([404, '/problems/not-found'])
    expect((await remove('ada')).status).to.equal(404)
  })

  it('is each account’s own (invariant 9)', async () => {
    const address = someone()
    await add(address)
    const other = await harness.otherAccount()
    expect((await other.get('/v1/suppressions')).body.data).to.deep.equal([])
    expect((await other.get(`/v1/suppressions?address=${address}`)).body.data).to.deep.equal([])
    expect((await remove(address, other)).status).to.equal(404)
    expect((await other.post('/v1/suppressions', { address })).status).to.equal(201)
    expect((await remove(address, other)).status).to.equal(204)
    expect(await list(address)).to.have.length(1)
  })

  it('is closed without a key', async () => {
    for (const method of ['GET', 'POST', 'DELETE']) {
      const path = method === 'DELETE' ? `/v1/suppressions/${someone()}` : '/v1/suppressions'
      expect((await fetch(harness.apiUrl + path, { method })).status, method).to.equal(401)
    }
  })
})
