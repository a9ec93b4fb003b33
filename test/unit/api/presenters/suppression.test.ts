// An entry of the suppression list as its account sees it: exactly the published fields.
import { expect } from 'chai'
import { presentSuppression } from '../../../../api/presenters/suppression.ts'
import { Suppression } from '../../../../lib/models/suppression.ts'

describe('an entry of the suppression list as its account sees it', () => {
  it('has the published fields and no other', () => {
    const published = {
      address: 'ada@example.com',
      reason: 'hard-bounce',
      emailId: 'mail-1',
      createdAt: new Date('2030-01-01T09:00:00Z'),
    }
    const entry = Object.assign(new Suppression(), published, { accountId: 'account-1' }) as unknown as Suppression
    expect(presentSuppression(entry)).to.deep.equal(published)
  })
})
