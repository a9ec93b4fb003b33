// Where a mail can be looked at in the inbox of the local stack. Mails arrive there under ids of the inbox's own.
import { z } from 'zod'

const Mails = z.array(z.object({ id: z.string(), messageId: z.string().nullish() }))

/** @returns the page of the mail with this Message-ID; the inbox itself where it has no such mail. */
export async function findMail(mailUrl: string, messageId: string | null): Promise<string> {
  const response = await fetch(`${mailUrl}/email`, { signal: AbortSignal.timeout(5_000) })
  const wanted = bare(messageId)
  const found = Mails.parse(await response.json()).find((mail) => wanted !== '' && bare(mail.messageId) === wanted)
  return found ? `${mailUrl}/#/email/${encodeURIComponent(found.id)}` : `${mailUrl}/`
}

/** With or without its angle brackets. */
const bare = (messageId: string | null | undefined) => messageId?.replaceAll(/[<>\s]/g, '') ?? ''
