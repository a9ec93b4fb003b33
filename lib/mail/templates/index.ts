// The mail templates by their public names. Adding one is a file beside this and a line here.
import type { z } from 'zod'
import { orderCancelled } from './order-cancelled.ts'
import { orderConfirmed } from './order-confirmed.ts'
import { welcome } from './welcome.ts'

export interface Template {
  /** What the template needs; checked when the mail is accepted. */
  data: z.ZodType<Record<string, unknown>>
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
}

export const templateNames = Object.keys(templates)

export const findTemplate = (name: string): Template | undefined =>
  Object.hasOwn(templates, name) ? templates[name] : undefined
