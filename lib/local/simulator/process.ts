// The simulator as a process of the local stack. Arguments: journal file, port. Settings: WEBHOOK_URL and WEBHOOK_SECRET,
// where its events go and what they are signed with.
import { ConfigError } from '../../errors.ts'
import { createLogger } from '../../logger.ts'
import { announceReady, closeOnSignal, exitOnError } from '../../shutdown.ts'
import { startSimulator } from './index.ts'
import { webhookSchema } from './webhooks.ts'

await exitOnError(async () => {
  const [journal, port] = process.argv.slice(2)
  const webhook = readWebhook(process.env)
  const simulator = await startSimulator({ port: Number(port), webhook, ...(journal && { journal }) })
  closeOnSignal(createLogger('payments', 'warn'), 5_000, simulator.stop)
  announceReady({ paymentsUrl: simulator.url })
})

function readWebhook({ WEBHOOK_URL: url, WEBHOOK_SECRET: secret }: NodeJS.ProcessEnv) {
  if (!url && !secret) return undefined
  const webhook = webhookSchema.safeParse({ url, secret })
  if (!webhook.success) throw new ConfigError('WEBHOOK_URL must be a URL, and WEBHOOK_SECRET must be set beside it.')
  return webhook.data
}
