// The release step: several machines may take it at once, and it goes on where one was killed or a table was locked.
import { expect } from 'chai'
import { type Db, openDatabase } from '../../../lib/db.ts'
import { migrate } from '../../../lib/migrate.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { waitFor } from '../../support/wait-for.ts'

describe('migrating', () => {
  let database: TestDatabase
  let db: Db
  before(async () => {
    database = await createTestDatabase()
    db = openDatabase(database.url, 2, 'errand-test')
  })
  beforeEach(() => db.raw('DROP SCHEMA public CASCADE; CREATE SCHEMA public'))
  after(async () => {
    await db.destroy()
    await database.drop()
  })

  it('is done once by three at once', async () => {
    const applied = await Promise.all([1, 2, 3].map(() => migrate(database.url)))
    const [all, ...none] = applied.sort((a, b) => b.length - a.length)
    expect(all).to.include.members(['20261121100000_accounts', '20261121110600_backfill'])
    expect(none).to.deep.equal([[], []])
  })

  it('goes on where it was killed in the middle, and builds anew what is half built', async () => {
    await migrate(database.url)
    await db.raw(`
      DELETE FROM knex_migrations WHERE name IN ('20261121110500_indexes', '20261121110600_backfill');
      UPDATE knex_migrations_lock SET is_locked = 1;
      UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'jobs_backlog'::regclass`)
    expect(await migrate(database.url)).to.deep.equal(['20261121110500_indexes', '20261121110600_backfill'])
    const { rows } = await db.raw('SELECT FROM pg_index WHERE NOT indisvalid')
    expect(rows).to.deep.equal([])
  })

  it('waits for a table that is in use', async () => {
    await migrate(database.url)
    await db.raw("DELETE FROM knex_migrations WHERE name = '20261121110600_backfill'")
    await db.raw('ALTER TABLE jobs DROP CONSTRAINT jobs_priority_check')
    await db.raw('ALTER TABLE jobs ADD CONSTRAINT jobs_priority_check CHECK (priority BETWEEN 0 AND 9) NOT VALID')
    const busy = await db.transaction()
    await busy.raw('LOCK TABLE jobs IN ACCESS EXCLUSIVE MODE')
    const migrating = migrate(database.url)
    await waitFor('it to wait', async () => {
      const { rows } = await db.raw(
        "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ~ 'VALIDATE'",
      )
      return rows.length === 1
    })
    await busy.rollback()
    expect(await migrating).to.deep.equal(['20261121110600_backfill'])
  })
})
