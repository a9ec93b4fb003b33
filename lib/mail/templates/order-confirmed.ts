// Tells the customer that the order is paid and on its way.
import { z } from 'zod'
import { line } from '../../text.ts'
import { layout } from './layout.ts'

const item = z.strictObject({ name: line(200), quantity: z.int().min(1), amount: line(40) })

export const orderConfirmed = {
  data: z.strictObject({
    name: line(200),
    orderId: z.uuid(),
    items: z.array(item).min(1).max(100),
    total: line(40),
    charged: line(40).optional(),
  }),
  whenUnknown: 'resend' as const,
  subject: 'Your order <%= it.orderId %> is confirmed',
  text: `Hello <%= it.name %>,

thank you for your order <%= it.orderId %>. It is paid and on its way:

<% it.items.forEach((item) => { %>  <%= item.quantity %> x <%= item.name %>  <%= item.amount %>
<% }) %>
Total: <%= it.total %><% if (it.charged) { %>, of which <%= it.charged %> was charged<% } %>
`,
  mjml: layout(`
    <mj-text>Hello <%= it.name %>,</mj-text>
    <mj-text>thank you for your order. It is paid and on its way:</mj-text>
    <mj-table>
      <% it.items.forEach((item) => { %>
      <tr><td><%= item.quantity %> &times; <%= item.name %></td><td align="right"><%= item.amount %></td></tr>
      <% }) %>
      <tr style="border-top:1px solid #cbd2d9"><td><strong>Total</strong></td><td align="right"><strong><%= it.total %></strong></td></tr>
      <% if (it.charged) { %><tr><td>Charged</td><td align="right"><%= it.charged %></td></tr><% } %>
    </mj-table>
    <mj-text font-size="13px" color="#7b8794">Order <%= it.orderId %></mj-text>`),
}
