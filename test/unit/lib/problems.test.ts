// What callers are told of an error: ours in our words, anybody else's not at all.
import { expect } from 'chai'
import fc from 'fast-check'
import pg from 'pg'
import { AppError, InvalidRequest, LostClaim, PermanentError, RetryLater } from '../../../lib/errors.ts'
import { type ProblemCode, problem, problemTypes, toProblem } from '../../../lib/problems.ts'

const SECRET = 'postgres://errand:hunter2@db.internal/errand'
const codes = Object.keys(problemTypes) as ProblemCode[]

describe('a problem', () => {
  it('has the type, title and status of its code and a detail of its own', () => {
    expect(problem('not-found', 'There is no such job.')).to.deep.equal({
      type: '/problems/not-found',
      title: 'Not found',
      status: 404,
      detail: 'There is no such job.',
    })
  })

  it('has a code that fits a URL, an error status and a title, for every type there is', () => {
    for (const code of codes) {
      expect(code).to.match(/^[a-z]+(-[a-z]+)*$/)
      expect(problemTypes[code].status).to.be.within(400, 599)
      expect(problemTypes[code].title).to.match(/^[A-Z].*[^.]$/)
    }
  })

  it('names the fields only where there are any', () => {
    const errors = [{ pointer: '#/items/0/quantity', detail: 'is too small' }]
    expect(toProblem(new InvalidRequest(errors)).errors).to.deep.equal(errors)
    expect(problem('conflict', 'No.')).to.not.have.property('errors')
  })

  it('shows the message of an AppError and of its subclasses', () => {
    for (const type of [AppError, PermanentError]) {
      const {
        type: uri,
        status,
        detail,
      } = toProblem(new type('insufficient-stock', 'There is not enough stock of MUG.'))
      expect([uri, status, detail]).to.deep.equal([
        '/problems/insufficient-stock',
        409,
        'There is not enough stock of MUG.',
      ])
    }
  })

  it('invariant 10: never shows the cause of an AppError', () => {
    const error = new AppError('malformed-body', 'The body could not be read.', { cause: new Error(SECRET) })
    expect(JSON.stringify(toProblem(error))).to.not.contain('hunter2')
  })

  const foreign: Record<string, unknown> = {
    'an Error': new Error(SECRET),
    'a TypeError': new TypeError(SECRET),
    'an error of the driver': Object.assign(new pg.DatabaseError(SECRET, SECRET.length, 'error'), { code: '23505' }),
    'an error that looks like an AppError': Object.assign(new Error(SECRET), { name: 'AppError', code: 'not-found' }),
    'an error with a status and an exposed message': Object.assign(new Error(SECRET), { status: 404, expose: true }),
    'a RetryLater': new RetryLater(1_000, SECRET),
    'a LostClaim': new LostClaim(SECRET, 1),
    'a string': SECRET,
    'an object': { message: SECRET, code: 'not-found', detail: SECRET },
    nothing: undefined,
    null: null,
  }
  for (const [what, error] of Object.entries(foreign)) {
    it(`invariant 10: says nothing of ${what}`, () => {
      expect(toProblem(error)).to.deep.equal({
        type: '/problems/internal',
        title: 'Something went wrong on our side',
        status: 500,
        detail: 'Something went wrong on our side.',
      })
    })
  }

  it('invariant 10: says the same of any foreign error under any code', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(...codes), (message, code) => {
        expect(toProblem(new Error(message), code)).to.deep.equal(problem(code, `${problemTypes[code].title}.`))
      }),
    )
  })
})
