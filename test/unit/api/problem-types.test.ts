// The registry of problem types: each is explained, each is used, and no other is.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { ofJobs } from '../../../api/explanations/jobs.ts'
import { ofRequests } from '../../../api/explanations/requests.ts'
import { describedRoutes } from '../../../api/openapi/index.ts'
import { presentProblemType } from '../../../api/presenters/problem.ts'
import { type ProblemCode, problemTypes } from '../../../lib/problems.ts'

const codes = Object.keys(problemTypes) as ProblemCode[]

/** What the product is made of, but for the registry itself. */
const sources = ['api', 'workers', 'lib']
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)))
  .filter((path) => path.endsWith('.ts') && !/^(lib\/problems|api\/explanations\/)/.test(path))
  .map((path) => readFileSync(path, 'utf8'))
  .join('\n')

describe('the problem types', () => {
  for (const code of codes) {
    it(`${code} says why it comes to that, and what to do`, () => {
      const { type, status, title, explanation, whatToDo } = presentProblemType(code)
      expect(type).to.equal(`/problems/${code}`)
      expect({ status, title }).to.deep.equal(problemTypes[code])
      for (const text of [explanation, whatToDo]) expect(text).to.match(/^[A-Z].{10,}[.]$/)
      expect(explanation).to.not.equal(whatToDo)
    })

    it(`${code} is used`, () => {
      expect(new RegExp(`(['"]|^\\s+)${code}(['":])`, 'm').test(sources)).to.equal(true)
    })
  }

  it('are each explained once', () => {
    expect([...Object.keys(ofRequests), ...Object.keys(ofJobs)]).to.have.members(codes)
  })

  it('hold every problem that a route names', () => {
    for (const { path, problems = [] } of describedRoutes) expect(codes, path).to.include.members(problems)
  })
})
