// `npm run create-key -- <account>`: makes an API key for an account (and the account, if it is new) and prints it once.
import { createApiKey, openAccount } from './api-keys.ts'
import { loadSharedConfig } from './config.ts'
import { openDatabase } from './db.ts'
import { ConfigError } from './errors.ts'
import { exitOnError } from './shutdown.ts'

await exitOnError(async () => {
  const name = process.argv[2]?.trim()
  if (!name) throw new ConfigError('Say whose key it is: npm run create-key -- <account name>')
  const db = openDatabase(loadSharedConfig().DATABASE_URL, 2, 'errand-create-key')
  try {
    const key = await db.transaction(async (trx) =>
      createApiKey(trx, (await openAccount(trx, name)).id, 'created by hand'),
    )
    process.stdout.write(`${key}\n`)
  } finally {
    await db.destroy()
  }
})
