// `npm run create-key -- <account>`: makes an API key for an account (and the account, if it is new) and prints it once.
import { createApiKey, openAccount } from './api-keys.ts'
import { loadSharedConfig } from './config.ts'
import { openDatabase } from './db.ts'
import { ConfigError } from './errors.ts'
import { exitOnError } from './shutdown.ts'
import { line } from './text.ts'

await exitOnError(async () => {
  const [name, ...more] = process.argv.slice(2)
  const account = line(100).regex(/^[^-]/).safeParse(name)
  if (!account.success || more.length)
    throw new ConfigError('Say whose key it is: npm run create-key -- "<account name>"')
  const db = openDatabase(loadSharedConfig().DATABASE_URL, 2, 'errand-create-key')
  try {
    const key = await db.transaction(async (trx) =>
      createApiKey(trx, (await openAccount(trx, account.data)).id, 'created by hand'),
    )
    process.stdout.write(`${key}\n`)
  } finally {
    await db.destroy()
  }
})
