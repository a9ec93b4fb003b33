// Turns a template and its data into a mail. MJML is compiled once a process; a mail then costs one Eta call a part.
// Eta escapes every value in the HTML part; the text part is not HTML and is left as it is.
import { Eta } from 'eta'
import type { Template } from './templates/index.ts'

export interface Rendered {
  subject: string
  text: string
  html: string | null
}

const html = new Eta({ autoEscape: true })
const text = new Eta({ autoEscape: false, autoTrim: false })
const compiled = new Map<Template, Promise<string>>()

export async function render(template: Template, data: Record<string, unknown>): Promise<Rendered> {
  const markup = await compileOnce(template)
  return {
    subject: text.renderString(template.subject, data),
    text: text.renderString(template.text, data),
    html: html.renderString(markup, data),
  }
}

function compileOnce(template: Template): Promise<string> {
  const markup = compiled.get(template) ?? compile(template)
  compiled.set(template, markup)
  return markup
}

/** The Eta tags are text to MJML and come out as they went in. */
async function compile(template: Template): Promise<string> {
  // It takes most of a second to load: only who sends a mail waits for it.
  const { default: mjml2html } = await import('mjml')
  const { html: markup, errors } = await mjml2html(template.mjml, { validationLevel: 'strict', keepComments: false })
  if (errors.length) throw new Error(`mail template: ${errors.map((error) => error.formattedMessage).join('; ')}`)
  return markup
}
