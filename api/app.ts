// The HTTP application: every request passes here from top to bottom.
import Koa from 'koa'
import { openKeys } from '../lib/api-keys.ts'
import { openPlainAccepting } from '../lib/jobs/accept-plain.ts'
import { openAccepting } from '../lib/jobs/accept-together.ts'
import type { AppDeps } from './deps.ts'
import { authenticate } from './middleware/authenticate.ts'
import { shareWith } from './middleware/cors.ts'
import { operatorsOnly } from './middleware/operators-only.ts'
import { answerProblems } from './middleware/problems.ts'
import { limitRate } from './middleware/rate-limit.ts'
import { limitGuesses } from './middleware/rate-limit-guesses.ts'
import { logRequests } from './middleware/request-log.ts'
import { secureAnswers } from './middleware/secure.ts'
import { boundBodies, shedWhileSlow } from './middleware/shed.ts'
import { readTarget } from './middleware/target.ts'
import { mountRoutes } from './mount.ts'
import { describeApi } from './openapi/index.ts'
import { dashboard } from './routes/dashboard.ts'
import { docsRoutes } from './routes/docs.ts'
import { accountRoutes, openRoutes, operatorRoutes } from './routes/index.ts'

export function createApp(given: AppDeps): Koa {
  const { db, dispatch } = given
  const [acceptTogether, acceptPlain] = [openAccepting(db, dispatch), openPlainAccepting(db, dispatch)]
  const deps = { ...given, acceptTogether, acceptPlain }
  const findKey = openKeys(deps.db)
  deps.limits?.waits.add(acceptTogether, acceptPlain, findKey, given.following.read)
  const app = new Koa()
  app.use(logRequests(deps.log))
  app.use(answerProblems(deps.log))
  app.use(readTarget)
  app.use(secureAnswers('/v1'))
  app.use(shareWith(['/v1', '/openapi.json', '/problems'], deps.corsOrigins ?? []))
  app.use(shedWhileSlow(deps.limits))
  app.use(limitGuesses(['/v1', '/ops', '/metrics'], deps.limits))
  app.use(boundBodies('/webhooks', deps.limits))
  app.use(mountRoutes([...openRoutes, ...docsRoutes, describeApi(deps.catalogue)], deps))
  app.use(operatorsOnly('/ops', deps.operator))
  app.use(dashboard('/ops/queues', deps.engine))
  app.use(operatorsOnly('/metrics', deps.operator))
  app.use(mountRoutes(operatorRoutes, deps))
  app.use(authenticate('/v1', findKey))
  app.use(limitRate('/v1', deps.limits))
  app.use(boundBodies('/v1', deps.limits))
  app.use(mountRoutes(accountRoutes, deps))
  app.on('error', (error, ctx?: Koa.Context) => {
    // A client that hangs up in the middle of its answer, or of its events, or that stops to speak HTTP, is no error of ours.
    if (error.code === 'ERR_STREAM_PREMATURE_CLOSE' || error === ctx?.req.socket.errored) return
    deps.log.error({ err: error }, 'answer failed')
  })
  return app
}
