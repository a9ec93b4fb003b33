// What happens at the payment provider past us, and as time goes by.
import { randomUUID } from 'node:crypto'
import type { PaymentIntent } from '../../lib/local/simulator/books.ts'
import type { Harness } from './harness.ts'

interface Charge {
  paymentId?: string
  amount?: number
  currency?: string
}

/** A charge at the provider that no row of ours stands for. */
export async function chargePastUs(
  { runtime, simulator }: Harness,
  { paymentId = 'elsewhere', amount = 900, currency = 'EUR' }: Charge = {},
): Promise<PaymentIntent> {
  const { payments } = runtime
  const key = randomUUID()
  const charge = { paymentId, amount, currency, method: 'pm_card_visa', capture: 'automatic' as const, key }
  const { id } = await payments.createIntent(charge)
  await payments.confirmIntent(id, `${key}-confirm`)
  const intent = simulator.books.intents.get(id)
  if (!intent) throw new Error(`the simulator does not know ${id}`)
  return intent
}

/** Dates back what the provider has made, our rows and the runs that compare them. */
export async function letMinutesPass({ db, simulator: { books } }: Harness, minutes: number): Promise<void> {
  for (const entry of [...books.intents.values(), ...books.refunds.values()])
    books.save({ ...entry, created: entry.created - minutes * 60 })
  for (const event of books.events.values()) event.created -= minutes * 60
  const earlier = (column: string) => db.raw(`${column} - interval '${minutes} minutes'`)
  for (const table of ['payments', 'refunds']) await db(table).update({ updatedAt: earlier('updated_at') })
  await db('reconciliations').update({ windowFrom: earlier('window_from'), windowTo: earlier('window_to') })
}
