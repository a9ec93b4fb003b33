// `npm start`: the local stack in the foreground, until Ctrl-C or until a part breaks.
import { exitOnError } from '../shutdown.ts'
import type { Session } from './session.ts'
import { startStack } from './stack.ts'

const say = (text: string) => process.stdout.write(`${text}\n`)

await exitOnError(async () => {
  let stopping = false
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (!stopping) say('\nStopping …')
        stopping = true
        resolve()
      })
    }
  })
  const stack = await startStack(process.env, (what) => say(`${what} …`)).catch((error: unknown) => {
    // A Ctrl-C during the start reaches the parts, too: that they end is what was asked for.
    if (!stopping) throw error
    return undefined
  })
  if (stack && !stopping) say(`${summary(stack.session)}\nReady.`)
  try {
    await Promise.race([interrupted, stack?.broken])
  } finally {
    // A second signal while stopping must not leave parts behind, so it changes nothing.
    await stack?.stop()
  }
  say('Stopped.')
  process.exit(0)
})

function summary({
  apiUrl,
  apiKey,
  demoUrl,
  opsUrl,
  operator,
  mailUrl,
  paymentsUrl,
  databaseUrl,
  engine,
}: Session): string {
  const rows = [
    ['API', apiUrl, 'documentation at /docs'],
    ['API key', apiKey, ''],
    ['Demo', demoUrl, 'a page to try it with'],
    ['Dashboard', opsUrl, `${operator.email} / ${operator.password}`],
    ['Mail inbox', mailUrl ?? 'your SMTP_URL', ''],
    ['Payments', paymentsUrl ?? 'Stripe, with your STRIPE_SECRET_KEY', paymentsUrl ? 'simulator: no money moves' : ''],
    [
      'Database',
      databaseUrl.replace(/:[^:@/]+@/, ':…@'),
      `engine: BullMQ on ${engine === 'redis' ? 'Redis' : 'PostgreSQL'}`,
    ],
    ['Logs', '.local/logs', 'all of this in .local/session.json'],
  ]
  const lines = rows.map(([name = '', value = '', note]) => `  ${name.padEnd(11)}${value}${note ? `   (${note})` : ''}`)
  return `\nErrand runs.\n\n${lines.join('\n')}\n\nTry it: npm run demo (in another terminal). Stop it: Ctrl-C.\n`
}
