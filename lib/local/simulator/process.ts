// The simulator as a process of the local stack.
import { createLogger } from '../../logger.ts'
import { announceReady, closeOnSignal, exitOnError } from '../../shutdown.ts'
import { startSimulator } from './index.ts'

await exitOnError(async () => {
  const [journal, port] = process.argv.slice(2)
  const simulator = await startSimulator({ port: Number(port), ...(journal && { journal }) })
  closeOnSignal(createLogger('payments', 'warn'), 5_000, simulator.stop)
  announceReady({ paymentsUrl: simulator.url })
})
