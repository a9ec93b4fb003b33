// Where a mail can be looked at in the inbox of the local stack. Mails arrive there under ids of the inbox's own.
import { z } from 'zod'

const Mails = z.array(z.object({ id: z.string(), headers: z.object({ 'message-id': z.string().optional() }) }))

/** @returns the page of the mail with this Message-ID; the inbox itself where it has no such mail. */
export async function findMail(mailUrl: string, messageId: string | null): Promise<string> {
  const response = await fetch(`${mailUrl}/email`, { signal: AbortSignal.timeout(5_000) })
  const mails = Mails.parse(await response.json())
  const found = messageId && mails.find(({ headers }) => headers['message-id'] === messageId)
  return found ? `${mailUrl}/#/email/${encodeURIComponent(found.id)}` : `${mailUrl}/`
}
