// What each job type says of being cancelled and retried: what may be under way outside is never stopped midway, and what cannot
// be opened again is not retried.
import { expect } from 'chai'
import type { JobDefinition } from '../../../../lib/jobs/definition.ts'
import { isPivot } from '../../../../lib/jobs/flow-steps.ts'
import { registry } from '../../../../workers/registry.ts'

const definitions: JobDefinition[] = Object.values(registry)
const typesWhere = (holds: (definition: JobDefinition) => unknown) => definitions.filter(holds).map(({ type }) => type)

describe('the job types', () => {
  it('invariant 3: are not stopped midway where money or a mail may be under way', () => {
    const outside = typesWhere(({ type, cancel }) => /^(payments|emails)\./.test(type) && (cancel ?? 'any') === 'any')
    expect(outside).to.deep.equal([])
  })

  it('are not cancelled at all where they take back, or look at what a provider said', () => {
    expect(typesWhere(({ cancel }) => cancel === 'never')).to.have.members([
      'inventory.release',
      'payments.reverse',
      'webhooks.process',
    ])
  })

  it('that are flows are turned back, or called off only before they begin', () => {
    const flows = definitions.flatMap(({ type, work, cancel, whenCancelled }) =>
      'flow' in work ? [[type, cancel ?? 'any', whenCancelled !== undefined]] : [],
    )
    expect(flows).to.have.deep.members([
      ['orders.place', 'any', false],
      ['orders.capture', 'before-start', true],
      ['orders.cancel', 'before-start', true],
    ])
  })

  it('go on, whoever wants them cancelled, once the stock of an order is taken out', () => {
    const { work } = registry['orders.place']
    const pivots = 'flow' in work ? work.flow.steps.filter(isPivot).map(({ type }) => type) : []
    expect(pivots).to.deep.equal(['inventory.commit'])
  })

  it('that move money, and flows, are not retried under the same job', () => {
    const retryable = typesWhere(({ whenRetried }) => whenRetried)
    expect(retryable).to.include.members(['emails.send', 'inventory.adjust', 'maintenance.audit'])
    expect(retryable.filter((type) => /^(payments|orders|webhooks)\./.test(type))).to.deep.equal([])
  })
})
