// The mail templates by their public names. Adding one is a file beside this and a line here.
import type { z } from 'zod'
import type { WhenUnknown } from '../../models/email.ts'
import { orderCancelled } from './order-cancelled.ts'
import { orderConfirmed } from './order-confirmed.ts'
import { signInCode } from './sign-in-code.ts'
import { welcome } from './welcome.ts'

export interface Template {
  /** What the template needs; checked when the mail is accepted. */
  data: z.ZodType<Record<string, unknown>>
  /** What follows when a mail was handed over and no answer came. `leave` where a second copy does harm. */
  whenUnknown: WhenUnknown
  /** Eta templates (https://eta.js.org); the data is `it`. */
  subject: string
  text: string
  /** MJML (https://mjml.io) with Eta tags in its texts. */
  mjml: string
}

const templates: Record<string, Template> = {
  welcome,
  'order-confirmed': orderConfirmed,
  'order-cancelled': orderCancelled,
  'sign-in-code': signInCode,
}

export const templateNames = Object.keys(templates)

export const findTemplate = (name: string): Template | undefined =>
  Object.hasOwn(templates, name) ? templates[name] : undefined
