// Checks invariants 2, 5 and 6 against the rows and tells the operators what does not hold. What it finds is no failure of
// its own: it succeeds, marked, so that each new finding is seen once.
import { z } from 'zod'
import { fileFindings, findDiscrepancies } from '../../lib/audit.ts'
import { defineJob } from '../../lib/jobs/define.ts'
import { Job } from '../../lib/models/job.ts'
import { codeOf } from '../../lib/problems.ts'

const Input = z.object({})

declare module '../../lib/jobs/definition.ts' {
  interface JobInputs {
    'maintenance.audit': z.infer<typeof Input>
  }
}

export default defineJob({
  type: 'maintenance.audit',
  summary: 'Checks that stock, money and jobs agree with what they are made of.',
  input: Input,
  recurring: { everyMs: 5 * 60_000 },
  whenFailed: async (_, _trx, error) => `nothing was checked (${codeOf(error)})`,
  async run(_, { db, log, jobId, commit }) {
    const findings = await findDiscrepancies(db)
    let news: string[] = []
    const settled = await commit(async (trx) => {
      news = await fileFindings(trx, findings)
      if (news.length) {
        const needsAttention = `found ${news.length} new: ${[...new Set(news.map(kindOf))].join(', ')}`
        await Job.query(trx).patch({ needsAttention }).findById(jobId)
      }
      return { open: Object.values(findings).flat().length, new: news.length }
    })
    if (news.length) log.error({ findings: news }, 'the audit found something new')
    return settled
  },
})

const kindOf = (finding: string) => finding.split(' ')[0]
