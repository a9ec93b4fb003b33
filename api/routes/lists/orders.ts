// Lists orders: by their state, their time and their customer.
import { Order, orderStates } from '../../../lib/models/order.ts'
import { EmailAddress } from '../../../lib/text.ts'
import { someOf } from '../../filters.ts'
import { answerPage, PageQuery, pageHeaders, pageOf, readPage } from '../../pages.ts'
import { NewOrderView, presentNewOrder } from '../../presenters/order.ts'
import { route } from '../../route.ts'

export const listOrders = route({
  method: 'get',
  path: '/v1/orders',
  summary: 'List orders',
  query: PageQuery.extend({
    state: someOf(orderStates).optional(),
    email: EmailAddress.optional().meta({ description: 'Of the customer, exactly as it was given.' }),
  }),
  problems: ['invalid-cursor'],
  answers: { 200: { description: 'A page of orders.', body: pageOf(NewOrderView), headers: pageHeaders } },
  async handle(request) {
    const { state, email } = request.query
    const page = await readPage<Order>(request, {
      of: Order,
      key: 'id',
      index: 'desc',
      among: (orders) => email && orders.where('customerEmail', email),
      fits: (orders) => state && orders.whereIn('state', state),
    })
    await Order.fetchGraph(page.rows, 'items', { transaction: request.deps.db })
    return answerPage(request, page, page.rows.map(presentNewOrder))
  },
})
