// What is in the inbox, as its own API tells.
import type { Inbox } from '../../lib/local/inbox.ts'

export interface ReceivedMail {
  subject: string
  text: string
  html: string
  headers: Record<string, string>
}

/** @returns the mails whose subject contains `text`. */
export async function mailsAbout({ mailUrl }: Pick<Inbox, 'mailUrl'>, text: string): Promise<ReceivedMail[]> {
  const response = await fetch(`${mailUrl}/email`)
  const mails = (await response.json()) as ReceivedMail[]
  return mails.filter((mail) => mail.subject.includes(text))
}
