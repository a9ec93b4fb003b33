// The registry of problem types, to be read by people.
import type { z } from 'zod'
import type { ProblemTypeView } from '../presenters/problem.ts'
import { escapeHtml, page, prose } from './page.ts'

type ProblemType = z.input<typeof ProblemTypeView>

const codeOf = ({ type }: ProblemType) => type.slice('/problems/'.length)

export const problemsPage = (types: ProblemType[]): string =>
  page(
    'Problem types · Errand',
    `<nav><a href="/">Errand</a></nav>
<h1>Problem types</h1>
<p>Every problem that the API answers with, and every <code>error</code> of a job, has one of these types (RFC 9457).</p>
<ul>
${types.map((each) => `<li><a href="${escapeHtml(each.type)}"><code>${escapeHtml(codeOf(each))}</code></a> ${each.status} · ${escapeHtml(each.title)}</li>`).join('\n')}
</ul>`,
  )

export const problemPage = (type: ProblemType): string =>
  page(
    `${type.title} · Errand`,
    `<nav><a href="/">Errand</a> › <a href="/problems">Problem types</a></nav>
<h1>${escapeHtml(type.title)}</h1>
<p><code>${escapeHtml(type.type)}</code> · status ${type.status}</p>
<h2>Why</h2>
<p>${prose(type.explanation)}</p>
<h2>What to do</h2>
<p>${prose(type.whatToDo)}</p>`,
  )
