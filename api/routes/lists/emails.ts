// Lists mails: by their state, their time and their recipient. What they say is never read for it.
import { Email, emailStates } from '../../../lib/models/email.ts'
import { EmailAddress } from '../../../lib/text.ts'
import { someOf } from '../../filters.ts'
import { answerPage, PageQuery, pageHeaders, pageOf, readPage } from '../../pages.ts'
import { EmailView, presentEmail } from '../../presenters/email.ts'
import { route } from '../../route.ts'

/** All that is shown of a mail. */
export const SHOWN = [
  'id',
  'toAddress',
  'template',
  'state',
  'failureCode',
  'whenUnknown',
  'copies',
  'messageId',
  'sentAt',
  'createdAt',
]

export const listEmails = route({
  method: 'get',
  path: '/v1/emails',
  summary: 'List mails',
  query: PageQuery.extend({
    state: someOf(emailStates).optional(),
    to: EmailAddress.optional().meta({ description: 'The recipient, exactly as it was given.' }),
  }),
  problems: ['invalid-cursor'],
  answers: { 200: { description: 'A page of mails.', body: pageOf(EmailView), headers: pageHeaders } },
  async handle(request) {
    const { state, to } = request.query
    const page = await readPage<Email>(request, {
      of: Email,
      key: 'id',
      index: 'desc',
      columns: SHOWN,
      among: (emails) => to && emails.where('toAddress', to),
      fits: (emails) => state && emails.whereIn('state', state),
    })
    return answerPage(request, page, page.rows.map(presentEmail))
  },
})
