// Whose fault a failed query is: the database's, or the statement's.
import { expect } from 'chai'
import pg from 'pg'
import { isDatabaseFailure, isDeadlock, isStatementTimeout } from '../../../lib/db.ts'

const sqlState = (code: string) => Object.assign(new pg.DatabaseError('failed', 6, 'error'), { code })
const system = (code: string, syscall = 'connect') => Object.assign(new Error(`${syscall} ${code}`), { code, syscall })

describe('a failure of the database', () => {
  const failures: Record<string, unknown> = {
    'a lost connection (08006)': sqlState('08006'),
    'too many connections (53300)': sqlState('53300'),
    'a full disk (53100)': sqlState('53100'),
    'a shutdown (57P01)': sqlState('57P01'),
    'a start that is not finished (57P03)': sqlState('57P03'),
    'a cancelled statement (57014)': sqlState('57014'),
    'an I/O error (58030)': sqlState('58030'),
    'a serialization failure (40001)': sqlState('40001'),
    'a deadlock (40P01)': sqlState('40P01'),
    'a transaction that idled too long (25P03)': sqlState('25P03'),
    'a refused connection': system('ECONNREFUSED'),
    'a reset connection': system('ECONNRESET', 'read'),
    'a name that does not resolve': system('ENOTFOUND', 'getaddrinfo'),
    'a connection that ended under the query': new Error('Connection terminated unexpectedly'),
    'a rollback on a connection that was gone': new Error(
      'ROLLBACK - Client has encountered a connection error and is not queryable',
    ),
    'a pool that has no connection left': Object.assign(new Error('Timeout acquiring'), { name: 'KnexTimeoutError' }),
    'an error that objection wrapped': Object.assign(new Error('wrapped'), { nativeError: sqlState('57P01') }),
    // What Node raises when a name has several addresses and none of them answers.
    'refused connections to each of several addresses': Object.assign(
      new AggregateError([system('ECONNREFUSED'), system('ECONNREFUSED')]),
      { code: 'ECONNREFUSED' },
    ),
  }
  for (const [what, error] of Object.entries(failures)) {
    it(`is ${what}`, () => {
      expect(isDatabaseFailure(error)).to.equal(true)
    })
  }

  const others: Record<string, unknown> = {
    'a duplicate (23505)': sqlState('23505'),
    'a broken foreign key (23503)': sqlState('23503'),
    'a broken check (23514)': sqlState('23514'),
    'a syntax error (42601)': sqlState('42601'),
    'a text that is no uuid (22P02)': sqlState('22P02'),
    'an error of a handler': new Error('boom'),
    'an error with a code of its own': Object.assign(new Error('boom'), { code: 'ECONNREFUSED_BY_US' }),
    'an error with a number as its code': Object.assign(new Error('boom'), { code: 8006 }),
    'a code that only looks like an SQLSTATE': Object.assign(new Error('boom'), { code: '08006' }),
    'a file that is not there': system('ENOENT', 'open'),
    'a text': 'Connection terminated',
    nothing: undefined,
  }
  for (const [what, error] of Object.entries(others)) {
    it(`is not ${what}`, () => {
      expect(isDatabaseFailure(error)).to.equal(false)
    })
  }
})

describe('a statement that took too long', () => {
  it('is told from other failures, also when objection wrapped it', () => {
    const wrapped = Object.assign(new Error('wrapped'), { nativeError: sqlState('57014') })
    expect([sqlState('57014'), wrapped, sqlState('57P01'), new Error('57014')].map(isStatementTimeout)).to.deep.equal([
      true,
      true,
      false,
      false,
    ])
  })
})

describe('a deadlock', () => {
  it('is told from other failures, also when objection wrapped it', () => {
    const wrapped = Object.assign(new Error('wrapped'), { nativeError: sqlState('40P01') })
    expect([sqlState('40P01'), wrapped, sqlState('55P03'), new Error('40P01')].map(isDeadlock)).to.deep.equal([
      true,
      true,
      false,
      false,
    ])
  })
})
