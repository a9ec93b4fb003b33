// What opens a transaction leaves with the statement that follows it: a round trip less, and nothing else is different.
import type { Duplex } from 'node:stream'
import { expect } from 'chai'
import { type Db, isDatabaseFailure, openDatabase, type Trx } from '../../../lib/db.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { errorOf } from '../../support/shop.ts'
import { waitFor } from '../../support/wait-for.ts'
import { openWatchedWay, type WatchedWay } from '../../support/watched-way.ts'

const CLIENTS = 24

describe('a connection that opens transactions for nothing', () => {
  let database: TestDatabase
  let way: WatchedWay
  /** One connection, which is watched. */
  let db: Db
  /** Another way to the same database. */
  let other: Db
  before(async () => {
    database = await createTestDatabase()
    way = await openWatchedWay(database.url)
    db = openDatabase(way.url, 1, 'errand-watched')
    other = openDatabase(database.url, 6, 'errand-other')
    await other.raw('CREATE TABLE notes (text text PRIMARY KEY)')
  })
  beforeEach(async () => {
    await other.raw('TRUNCATE notes')
    await db.raw('SELECT 1')
    way.trips()
  })
  after(async () => {
    await Promise.all([db.destroy(), other.destroy()])
    await way.stop()
    await database.drop()
  })

  const note = (trx: Db | Trx, text: string) => trx.raw('INSERT INTO notes VALUES (?)', [text])
  const notes = async () => (await other.raw('SELECT text FROM notes ORDER BY text')).rows.map(({ text }: Note) => text)
  /** What was sent, whatever the names of the savepoints. */
  const sent = () =>
    way.trips().map((trip) => trip.map((text) => text.replace(/trx\d+/, '…').replace(/^INSERT.*/, 'INSERT')))
  const pidOf = async (trx: Db | Trx): Promise<number> => (await trx.raw('SELECT pg_backend_pid() AS pid')).rows[0].pid
  const timeoutOf = async (trx: Db | Trx): Promise<string> => (await trx.raw('SHOW lock_timeout')).rows[0].lock_timeout
  /** How often the socket of the connection is written to from now on. */
  const countWrites = async () => {
    const connection: { connection: { stream: Duplex } } = await db.client.acquireConnection()
    await db.client.releaseConnection(connection)
    const { stream } = connection.connection
    let count = 0
    for (const name of ['_write', '_writev'] as const) {
      const write = stream[name] as (...args: unknown[]) => void
      stream[name] = (...args: unknown[]) => {
        count++
        Reflect.apply(write, stream, args)
      }
    }
    return () => count
  }
  const kill = async (pid: number) => {
    await other.raw('SELECT pg_terminate_backend(?)', [pid])
    const left = () => other.raw('SELECT FROM pg_stat_activity WHERE pid = ?', [pid])
    await waitFor('the connection to be gone', async () => (await left()).rowCount === 0)
  }
  const isWellAgain = async () => {
    await db.transaction((trx) => note(trx, 'well again'))
    expect(await notes()).to.include('well again')
  }

  it('sends BEGIN with the first statement: two statements take three round trips', async () => {
    const writes = await countWrites()
    await db.transaction(async (trx) => {
      await note(trx, 'a')
      await note(trx, 'b')
    })
    expect(sent()).to.deep.equal([['BEGIN;', 'INSERT'], ['INSERT'], ['COMMIT;']])
    expect(writes()).to.equal(3)
    expect(await notes()).to.deep.equal(['a', 'b'])
  })

  it('sends savepoints and settings with what follows them, and they hold for it', async () => {
    const within = await db.transaction(async (trx) => {
      await trx.transaction((savepoint) => note(savepoint, 'a'))
      await trx.raw('SET LOCAL lock_timeout = 123')
      return timeoutOf(trx)
    })
    expect(within).to.equal('123ms')
    expect(sent()).to.deep.equal([
      ['BEGIN;', 'SAVEPOINT …;', 'INSERT'],
      ['RELEASE SAVEPOINT …;', 'SET LOCAL lock_timeout = 123', 'SHOW lock_timeout'],
      ['COMMIT;'],
    ])
    expect(await timeoutOf(db)).to.equal('0')
  })

  it('leaves the connection usable after a transaction in which nothing was done', async () => {
    const pid = await pidOf(db)
    expect(await db.transaction(async () => 'nothing')).to.equal('nothing')
    const refusal = await errorOf(db.transaction(() => Promise.reject(new Error('changed my mind'))))
    expect(refusal.message).to.equal('changed my mind')
    expect(sent().slice(1)).to.deep.equal([
      ['BEGIN;', 'COMMIT;'],
      ['BEGIN;', 'ROLLBACK'],
    ])
    await isWellAgain()
    expect(await pidOf(db)).to.equal(pid)
  })

  it('keeps what a transaction did around a savepoint that is rolled back', async () => {
    await db.transaction(async (trx) => {
      await note(trx, 'before')
      await errorOf(
        trx.transaction(async (savepoint) => {
          await note(savepoint, 'inside')
          await savepoint.transaction((inner) => note(inner, 'deep inside'))
          await note(savepoint, 'before')
        }),
      )
      await errorOf(trx.transaction(() => Promise.reject(new Error('at once'))))
      await trx.transaction((savepoint) => note(savepoint, 'kept'))
      await note(trx, 'behind')
    })
    expect(await notes()).to.deep.equal(['before', 'behind', 'kept'])
  })

  it('undoes all of a transaction whose first statement is refused, and keeps the connection', async () => {
    const pid = await pidOf(db)
    await note(other, 'taken')
    const refusal = await errorOf(db.transaction((trx) => note(trx, 'taken')))
    expect(refusal).to.include({ code: '23505' })
    expect(await pidOf(db)).to.equal(pid)
    await isWellAgain()
  })

  const openings = {
    'a setting that there is not': "SET LOCAL lock_timeout = 'never'",
    'a savepoint that there is not': 'RELEASE SAVEPOINT nobody',
    'a savepoint in a transaction that cannot go on': 'SAVEPOINT mine',
  }
  for (const [what, opening] of Object.entries(openings)) {
    for (const answers of [1, 2]) {
      const how = answers > 1 ? ', both answered at once' : ''
      it(`fails whoever waits behind ${what}, and commits nothing${how}`, async () => {
        let wentOn = false
        const failing = db.transaction(async (trx) => {
          await note(trx, 'before')
          if (opening.startsWith('SAVEPOINT')) await errorOf(note(trx, 'before'))
          way.gather(answers)
          await trx.raw(opening)
          await note(trx, 'behind')
          wentOn = true
        })
        await errorOf(failing)
        expect(wentOn).to.equal(false)
        expect(await notes()).to.deep.equal([])
        await isWellAgain()
      })
    }
  }

  it('fails a commit right behind what is refused, as soon as it hears of that, and commits nothing', async () => {
    const failing = db.transaction(async (trx) => {
      await note(trx, 'before')
      await trx.raw('RELEASE SAVEPOINT nobody')
      way.withhold(1)
    })
    expect(await errorOf(failing)).to.include({ code: '3B001' })
    expect(await notes()).to.deep.equal([])
    await isWellAgain()
  })

  it('fails a transaction whose connection is lost before its first statement', async () => {
    const pid = await pidOf(db)
    const failure = await errorOf(
      db.transaction(async (trx) => {
        await kill(pid)
        await note(trx, 'a')
      }),
    )
    expect(isDatabaseFailure(failure), failure.message).to.equal(true)
    expect(await notes()).to.deep.equal([])
    await isWellAgain()
  })

  it('fails a transaction whose connection is lost between two statements, a savepoint being opened', async () => {
    const failure = await errorOf(
      db.transaction(async (trx) => {
        await note(trx, 'a')
        const pid = await pidOf(trx)
        await trx.transaction(async (savepoint) => {
          await kill(pid)
          await note(savepoint, 'b')
        })
      }),
    )
    expect(isDatabaseFailure(failure), failure.message).to.equal(true)
    expect(await notes()).to.deep.equal([])
    await isWellAgain()
  })

  it('fails a transaction whose connection is lost during its first statement', async () => {
    const pid = await pidOf(db)
    const sleeps = () => other.raw("SELECT FROM pg_stat_activity WHERE pid = ? AND wait_event = 'PgSleep'", [pid])
    const failing = errorOf(db.transaction((trx) => trx.raw('SELECT pg_sleep(10)')))
    await waitFor('the statement to run', async () => (await sleeps()).rowCount === 1)
    await kill(pid)
    const failure = await failing
    expect(isDatabaseFailure(failure), failure.message).to.equal(true)
    await isWellAgain()
  })

  it('keeps transactions side by side apart, those that are rolled back too', async () => {
    const one = async (index: number) => {
      const ids = await other.transaction(async (trx) => {
        const first = await trx.raw('SELECT txid_current() AS id')
        await note(trx, `${index}`)
        await trx.transaction((savepoint) => note(savepoint, `${index}, within`))
        const last = await trx.raw('SELECT txid_current() AS id, ? AS mine', [index])
        if (index % 3 === 0) throw new Error('changed my mind')
        return [first.rows[0].id, last.rows[0].id, Number(last.rows[0].mine)]
      })
      expect(ids[1]).to.equal(ids[0])
      expect(ids[2]).to.equal(index)
    }
    const ended = await Promise.allSettled(Array.from({ length: CLIENTS }, (_, index) => one(index)))
    const kept = ended.flatMap(({ status }, index) => (status === 'fulfilled' ? [`${index}`, `${index}, within`] : []))
    expect(kept).to.have.length((CLIENTS / 3) * 4)
    expect(await notes()).to.have.members(kept)
  })
})

interface Note {
  text: string
}
