// Orders that tests place.
import type { TestClient } from './client.ts'

interface OrderOptions {
  items?: { sku: string; quantity: number }[]
  method?: string
  capture?: 'automatic' | 'manual'
  email?: string
}

export const orderBody = ({
  items = [{ sku: 'MUG-BLUE', quantity: 2 }],
  method = 'pm_card_visa',
  capture,
  email = 'ada@example.com',
}: OrderOptions = {}) => ({
  customer: { email, name: 'Ada Lovelace' },
  items,
  payment: { method, ...(capture && { capture }) },
})

/** Places an order. @throws Error when it is not accepted. */
export async function placeOrder(
  api: TestClient,
  options: OrderOptions = {},
): Promise<{ jobId: string; orderId: string }> {
  const { status, body } = await api.post('/v1/orders', orderBody(options))
  if (status !== 202) throw new Error(`the order was answered ${status}: ${JSON.stringify(body)}`)
  return { jobId: body.job.id, orderId: body.order.id }
}
