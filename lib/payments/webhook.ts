// Reads an event of the payment provider. Nothing of it is believed before its signature is verified on the bytes as they
// came; and then only that something happened to an object: what, is read from the provider.
import Stripe from 'stripe'
import { z } from 'zod'
import { AppError } from '../errors.ts'

/** How far the sender's clock may be from ours, either way, in seconds. https://docs.stripe.com/webhooks#replay-attacks */
const TOLERANCE_S = 300
const LAST_MOMENT_S = 253_402_300_799

/** The types that tell of a payment or a refund. Others are stored, and nothing is done about them. */
export const eventTypes = [
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'payment_intent.canceled',
  'payment_intent.amount_capturable_updated',
  'refund.created',
  'refund.updated',
  'refund.failed',
  'charge.refunded',
  'charge.refund.updated',
]

const Name = z.string().regex(/^[\x21-\x7e]{1,255}$/)
const Reference = z.union([Name, z.object({ id: Name }).transform(({ id }) => id)])
const Metadata = z.object({ payment_id: z.uuid().optional().catch(undefined) }).nullish()

const About = z.discriminatedUnion('object', [
  z.object({ object: z.literal('payment_intent'), id: Name, metadata: Metadata }),
  z.object({ object: z.literal('charge'), payment_intent: Reference, metadata: Metadata }),
  z.object({ object: z.literal('refund'), id: Name, payment_intent: Reference.nullish() }),
])

/** https://docs.stripe.com/api/events/object */
const Event = z.object({
  id: Name,
  type: Name,
  created: z.int().min(0).max(LAST_MOMENT_S),
  data: z.object({ object: z.unknown() }).optional(),
})

export interface ProviderEvent {
  id: string
  type: string
  occurredAt: Date
  /** What to look at; undefined for a type that nothing is done about. */
  about: { objectId: string; intentId: string | null; paymentId: string | undefined } | undefined
}

/**
 * @param header the `Stripe-Signature` header
 * @param secrets any of which may have signed, so that one can be replaced without a gap
 * @throws AppError signature-invalid, or malformed-body for signed bytes that are no event
 */
export function readEvent(
  body: Uint8Array,
  header: string,
  secrets: readonly string[],
  now: number = Date.now(),
): ProviderEvent {
  const text = decode(body)
  if (text === undefined || !isFresh(header, now) || !secrets.some((secret) => isSigned(text, header, secret))) {
    throw new AppError('signature-invalid', 'The Stripe-Signature header is not one of this body and this moment.')
  }
  const { id, type, created, data } = parse(text)
  const occurredAt = new Date(created * 1000)
  return { id, type, occurredAt, about: eventTypes.includes(type) ? subjectOf(data?.object) : undefined }
}

/** Strictly: the package verifies text, and two bodies must not become the same text. */
function decode(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

/** The package lets a moment in the future pass, so the age is checked here, both ways. One moment, or it is not said which. */
function isFresh(header: string, now: number): boolean {
  const items = header.split(',').map((item) => /^([a-z0-9]+)=([^=\s]+)$/.exec(item.trim()))
  if (items.includes(null)) return false
  const [moment, ...more] = items.filter((item) => item?.[1] === 't')
  if (more.length > 0 || !/^\d{1,12}$/.test(moment?.[2] ?? '')) return false
  return Math.abs(Math.floor(now / 1000) - Number(moment?.[2])) <= TOLERANCE_S
}

/** Compares in constant time. A tolerance of 0 means that the age is not checked here. */
function isSigned(text: string, header: string, secret: string): boolean {
  const { signature } = Stripe.webhooks
  if (!signature) throw new Error('the stripe package cannot verify signatures')
  try {
    return signature.verifyHeader(text, header, secret, 0)
  } catch (error) {
    if (error instanceof Stripe.errors.StripeSignatureVerificationError) return false
    throw error
  }
}

function parse(text: string): z.infer<typeof Event> {
  const malformed = (cause: unknown) =>
    new AppError('malformed-body', 'The body is signed, but it is not an event.', { cause })
  try {
    const event = Event.safeParse(JSON.parse(text))
    if (event.success) return event.data
    throw malformed(event.error)
  } catch (error) {
    throw error instanceof SyntaxError ? malformed(error) : error
  }
}

/** @param object the `data.object` of an event. @returns what to look at; undefined where it says nothing to us */
export function subjectOf(object: unknown): ProviderEvent['about'] {
  const about = About.safeParse(object).data
  if (!about) return undefined
  if (about.object === 'refund') {
    return { objectId: about.id, intentId: about.payment_intent ?? null, paymentId: undefined }
  }
  const intentId = about.object === 'charge' ? about.payment_intent : about.id
  return { objectId: intentId, intentId, paymentId: about.metadata?.payment_id }
}
