// The names of operations: stable, and what a person would call them.
import { expect } from 'chai'
import { operationId, tagOf, template } from '../../../../api/openapi/names.ts'

describe('the name of an operation', () => {
  const names: [method: 'get' | 'post' | 'put' | 'delete', path: string, name: string][] = [
    ['get', '/v1/products', 'listProducts'],
    ['get', '/v1/jobs/:id', 'getJob'],
    ['get', '/v1/jobs/:id/events', 'listJobEvents'],
    ['post', '/v1/suppressions', 'createSuppression'],
    ['post', '/v1/jobs/:id/cancel', 'cancelJob'],
    ['post', '/v1/payments/:id/refunds', 'createPaymentRefund'],
    ['put', '/v1/schedules/:name', 'putSchedule'],
    ['delete', '/v1/suppressions/:address', 'deleteSuppression'],
    ['get', '/ops/discrepancies', 'listDiscrepancies'],
    ['post', '/ops/discrepancies/:id/resolve', 'resolveDiscrepancy'],
    ['get', '/v1/batches/:id', 'getBatch'],
    ['get', '/openapi.json', 'getOpenapiJson'],
  ]
  for (const [method, path, name] of names) {
    it(`of ${method} ${path} is ${name}`, () => {
      expect(operationId({ method, path })).to.equal(name)
    })
  }

  it('is the one that a route has of its own', () => {
    expect(operationId({ method: 'post', path: '/v1/orders', operationId: 'placeOrder' })).to.equal('placeOrder')
  })
})

describe('the tag of an operation', () => {
  it('is that of the first step of its path, or of what that belongs to; operators have their own', () => {
    expect(tagOf('/v1/orders/:id')).to.equal('Orders')
    expect(tagOf('/v1/products')).to.equal('Inventory')
    expect(tagOf('/v1/suppressions/:address')).to.equal('Emails')
    expect(tagOf('/problems/:code')).to.equal('Service')
    expect(tagOf('/healthz')).to.equal('Service')
    expect(tagOf('/metrics')).to.equal('Operators')
    expect(tagOf('/ops/discrepancies')).to.equal('Operators')
  })
})

describe('a path', () => {
  it('has its parameters in braces', () => {
    expect(template('/v1/a/:one/b/:two')).to.equal('/v1/a/{one}/b/{two}')
  })
})
