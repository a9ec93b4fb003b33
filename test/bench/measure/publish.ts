// Writes a run into the documentation: its table between two marks of docs/performance.md, its plot beside it.
import { readFile, writeFile } from 'node:fs/promises'
import { plot } from './plot.ts'
import { asMarkdown, type Report } from './report.ts'

const PAGE = 'docs/performance.md'
const PLOT = 'docs/performance.svg'
const FROM = '<!-- bench -->'
const TO = '<!-- /bench -->'

/** @throws Error where the page has no place for it */
export async function publish(report: Report): Promise<void> {
  const page = await readFile(PAGE, 'utf8')
  const [from, to] = [page.indexOf(FROM), page.indexOf(TO)]
  if (from < 0 || to < from) throw new Error(`${PAGE} has no ${FROM} … ${TO}`)
  await writeFile(PAGE, `${page.slice(0, from + FROM.length)}\n${asMarkdown(report)}\n${page.slice(to)}`)
  await writeFile(PLOT, plot(report.results))
}
