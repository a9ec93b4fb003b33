// The API on a port of its own, with other settings than the harness's.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createApp } from '../../api/app.ts'
import type { AppDeps } from '../../api/deps.ts'
import { registry } from '../../workers/registry.ts'
import { type Harness, operator, quiet, webhookSecret } from './harness.ts'

/** @param more what differs from the harness's own */
export async function serveApp({ db, engine, dispatch, following }: Harness, more: Partial<AppDeps> = {}) {
  const stripeWebhookSecrets = [webhookSecret]
  const deps = {
    db,
    engine,
    dispatch,
    following,
    catalogue: registry,
    log: quiet,
    operator,
    stripeWebhookSecrets,
    ...more,
  }
  const server = createServer(createApp(deps).callback())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close, server }
}
