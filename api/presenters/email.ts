// A mail as clients see it: what became of it, not what it says. Pure; columns never leak.
import type { Email } from '../../lib/models/email.ts'

export function presentEmail(email: Email) {
  return {
    id: email.id,
    to: email.toAddress,
    template: email.template,
    state: email.state,
    failureCode: email.failureCode,
    whenUnknown: email.whenUnknown,
    copies: email.copies,
    messageId: email.messageId,
    sentAt: email.sentAt,
    createdAt: email.createdAt,
  }
}
