// What the verdict is made of, from three sources that know nothing of each other (PostgreSQL, the provider's own books, the
// SMTP sink), and from the runner's own journal.
import type { Db } from '../../../lib/db.ts'
import type { PaymentIntent, Refund as ProviderRefund } from '../../../lib/local/simulator/objects.ts'
import { brokenLedger } from '../../../lib/payments/ledger.ts'
import type { Injected } from '../faults/inject.ts'
import type { Accepted } from '../load/journal.ts'
import { openingStock } from '../load/shop.ts'
import type { World } from '../world.ts'
import type { Delivery } from './mails.ts'

export interface JobFact {
  id: string
  accountId: string
  type: string
  state: string
  needsAttention: string | null
  error: unknown
  parentId: string | null
  /** Ids of what it is about. */
  input: Record<string, unknown>
  createdAt: Date
  finishedAt: Date | null
}

export interface OrderFact {
  id: string
  jobId: string
  state: string
}

export interface ItemFact {
  orderId: string
  productId: string
  quantity: number
}

export interface HoldFact extends ItemFact {
  id: string
  state: string
}

export interface PaymentFact {
  id: string
  orderId: string
  state: string
  amount: number
  capturedAmount: number | null
  refundAmount: number
}

interface RefundFact {
  id: string
  paymentId: string
  state: string
  amount: number
}

interface EmailFact {
  id: string
  messageId: string
  state: string
  whenUnknown: string
  copies: number
}

interface StockFact {
  productId: string
  sku: string
  onHand: number
  reserved: number
}

interface MovementFact {
  productId: string
  quantity: number
  holdId: string | null
  adjustmentId: string | null
}

interface AdjustmentFact {
  id: string
  delta: number | null
}

export interface Facts {
  accepted: Accepted[]
  contradictions: string[]
  faults: Injected[]
  /** Moments in which the machine itself stood still. */
  stalls: Injected[]
  jobs: JobFact[]
  /** Which job a key stands for. */
  keys: { accountId: string; key: string; jobId: string | null }[]
  orders: OrderFact[]
  items: ItemFact[]
  holds: HoldFact[]
  payments: PaymentFact[]
  refunds: RefundFact[]
  emails: EmailFact[]
  stock: StockFact[]
  movements: MovementFact[]
  adjustments: AdjustmentFact[]
  /** What the product itself filed for its operators and nobody has resolved. */
  discrepancies: { kind: string; subject: string }[]
  /** Per SKU. */
  openingStock: ReadonlyMap<string, number>
  /** Payments whose ledger differs. */
  brokenLedger: string[]
  intents: PaymentIntent[]
  providerRefunds: ProviderRefund[]
  deliveries: Delivery[]
}

type FromRun = Pick<Facts, 'accepted' | 'contradictions' | 'faults' | 'stalls'>

/** Reads everything there is, once nothing moves any more. */
export async function gatherFacts({ db, simulator, workers }: World, run: FromRun): Promise<Facts> {
  const rows = <Row>(table: string, ...columns: (keyof Row & string)[]) => readRows<Row>(db, table, columns)
  const jobs: (keyof JobFact)[] = ['id', 'accountId', 'type', 'state', 'needsAttention', 'error', 'parentId', 'input']
  return {
    ...run,
    jobs: await rows<JobFact>('jobs', ...jobs, 'createdAt', 'finishedAt'),
    keys: await rows<Facts['keys'][number]>('idempotencyKeys', 'accountId', 'key', 'jobId'),
    orders: await rows<OrderFact>('orders', 'id', 'jobId', 'state'),
    items: await rows<ItemFact>('orderItems', 'orderId', 'productId', 'quantity'),
    holds: await rows<HoldFact>('holds', 'id', 'orderId', 'productId', 'quantity', 'state'),
    payments: await rows<PaymentFact>('payments', 'id', 'orderId', 'state', 'amount', 'capturedAmount', 'refundAmount'),
    refunds: await rows<RefundFact>('refunds', 'id', 'paymentId', 'state', 'amount'),
    emails: await rows<EmailFact>('emails', 'id', 'messageId', 'state', 'whenUnknown', 'copies'),
    stock: await db('stock')
      .join('products', 'products.id', 'stock.productId')
      .select<StockFact[]>('stock.productId', 'products.sku', 'stock.onHand', 'stock.reserved'),
    movements: await rows<MovementFact>('movements', 'productId', 'quantity', 'holdId', 'adjustmentId'),
    adjustments: await rows<AdjustmentFact>('adjustments', 'id', 'delta'),
    discrepancies: await db('discrepancies').whereNull('resolvedAt').select('kind', 'subject'),
    openingStock,
    brokenLedger: (await brokenLedger(db)).map(({ paymentId }) => paymentId),
    intents: [...simulator.books.intents.values()],
    providerRefunds: [...simulator.books.refunds.values()],
    deliveries: workers.flatMap(({ name: worker, sink }) =>
      sink.mails.map(({ messageId, at, answer }) => ({ messageId, at, answer, worker })),
    ),
  }
}

const readRows = <Row>(db: Db, table: string, columns: string[]): Promise<Row[]> =>
  db(table).select(columns) as unknown as Promise<Row[]>
