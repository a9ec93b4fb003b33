// A one-time code. It is never sent twice: whoever did not get it asks for another one.
import { z } from 'zod'
import { line } from '../../text.ts'
import { layout } from './layout.ts'

export const signInCode = {
  data: z.strictObject({ code: line(20), minutes: z.int().min(1).max(1440) }),
  whenUnknown: 'leave' as const,
  // The code is not in the subject: a locked phone shows that.
  subject: 'Your sign-in code',
  text: `Your sign-in code is <%= it.code %>.

It works once, within <%= it.minutes %> min. If you did not ask for it, do nothing: nobody can sign in without it.
`,
  mjml: layout(`
    <mj-text>Your sign-in code is</mj-text>
    <mj-text font-size="28px" font-weight="bold" letter-spacing="4px"><%= it.code %></mj-text>
    <mj-text>It works once, within <%= it.minutes %> min. If you did not ask for it, do nothing: nobody can sign in without it.</mj-text>`),
}
