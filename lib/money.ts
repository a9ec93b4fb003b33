// Money: an integer in the currency's minor unit and an ISO 4217 code, never a float.
import { z } from 'zod'

const codes = new Set(Intl.supportedValuesOf('currency'))

/** ISO 4217 code in upper case, e.g. `EUR`. */
export const Currency = z
  .string()
  .refine((code) => codes.has(code), { error: 'must be an ISO 4217 currency code such as EUR' })
  .meta({ examples: ['EUR'] })

/** Stripe's upper bound of an amount is eight digits. https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts */
export const MAX_AMOUNT = 99_999_999

/** A positive amount in minor units. */
export const Amount = z.int().min(1).max(MAX_AMOUNT)

/** @returns e.g. `€29.00`; the number of minor digits comes from the currency. */
export function formatMoney(amount: number, currency: string): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency })
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2
  return format.format(amount / 10 ** digits)
}
