// The Procfile's `release` process: migrates the database before the new version's processes start.
import { loadSharedConfig } from './config.ts'
import { migrate, migrateEngine } from './migrate.ts'
import { exitOnError } from './shutdown.ts'

await exitOnError(async () => {
  const { DATABASE_URL, REDIS_URL } = loadSharedConfig()
  const applied = await migrate(DATABASE_URL)
  if (!REDIS_URL) await migrateEngine(DATABASE_URL)
  process.stdout.write(applied.length ? `Applied ${applied.join(', ')}.\n` : 'The schema is up to date.\n')
})
