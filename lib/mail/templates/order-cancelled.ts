// Tells the customer that the order will not happen, and why.
import { z } from 'zod'
import { line } from '../../text.ts'
import { layout } from './layout.ts'

export const orderCancelled = {
  data: z.strictObject({ name: line(200), orderId: z.uuid(), reason: line(200) }),
  whenUnknown: 'resend' as const,
  subject: 'Your order <%= it.orderId %> was cancelled',
  text: `Hello <%= it.name %>,

we are sorry: your order <%= it.orderId %> was cancelled, because <%= it.reason %>.
`,
  mjml: layout(`
    <mj-text>Hello <%= it.name %>,</mj-text>
    <mj-text>we are sorry: your order was cancelled, because <%= it.reason %>.</mj-text>
    <mj-text font-size="13px" color="#7b8794">Order <%= it.orderId %></mj-text>`),
}
