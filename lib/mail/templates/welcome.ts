// Greets somebody new.
import { z } from 'zod'
import { line } from '../../text.ts'
import { layout } from './layout.ts'

export const welcome = {
  data: z.strictObject({ name: line(200) }),
  whenUnknown: 'resend' as const,
  subject: 'Welcome, <%= it.name %>',
  text: `Hello <%= it.name %>,

welcome. It is good to have you here.
`,
  mjml: layout(`
    <mj-text>Hello <%= it.name %>,</mj-text>
    <mj-text>welcome. It is good to have you here.</mj-text>`),
}
