// The verdict: every rule over the same facts. Each must find nothing.
import type { Facts } from './facts.ts'
import { jobRules } from './jobs.ts'
import { mailRules } from './mails.ts'
import { moneyRules } from './money.ts'
import type { Finding, Rule } from './rule.ts'
import { stockRules } from './stock.ts'

const rules: Rule[] = [...jobRules, ...moneyRules, ...mailRules, ...stockRules]

export interface Ruling {
  name: string
  findings: Finding[]
}

export const judge = (facts: Facts): Ruling[] => rules.map((rule) => ({ name: rule.name, findings: rule.find(facts) }))
