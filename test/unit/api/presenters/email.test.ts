// A mail as clients see it: what became of it, not what it says.
import { expect } from 'chai'
import { presentEmail } from '../../../../api/presenters/email.ts'
import { Email } from '../../../../lib/models/email.ts'

const at = new Date('2030-01-01T09:00:00Z')
const SECRET = 'not-for-clients'

describe('a mail as clients see it', () => {
  it('has the published fields and no other', () => {
    const email = Object.assign(new Email(), {
      id: 'mail-1',
      accountId: SECRET,
      orderId: SECRET,
      toAddress: 'ada@example.com',
      template: 'welcome',
      data: { name: SECRET },
      subject: SECRET,
      textBody: SECRET,
      htmlBody: SECRET,
      messageId: '<mail-1@mail.errand.example>',
      state: 'unknown',
      whenUnknown: 'leave',
      copies: 1,
      handedOverAt: at,
      sentAt: null,
      failureCode: 'mail-outcome-unknown',
      createdAt: at,
    }) as unknown as Email
    expect(presentEmail(email)).to.deep.equal({
      id: 'mail-1',
      to: 'ada@example.com',
      template: 'welcome',
      state: 'unknown',
      failureCode: 'mail-outcome-unknown',
      whenUnknown: 'leave',
      copies: 1,
      messageId: '<mail-1@mail.errand.example>',
      sentAt: null,
      createdAt: at,
    })
  })
})
