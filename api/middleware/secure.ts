// The security headers. Pages get all that helmet knows; answers of the API are data that no browser shows or runs, and get
// what matters for data (OWASP REST Security Cheat Sheet): a third of the headers is a third of their bytes and their work.
import type { Middleware } from 'koa'
import helmet from 'koa-helmet'
import { isUnder } from './prefix.ts'

/** Nothing from other hosts. `upgrade-insecure-requests` would break a dashboard that is served over plain HTTP. */
const pages = helmet({
  contentSecurityPolicy: {
    directives: {
      styleSrc: ["'self'", "'unsafe-inline'"],
      fontSrc: ["'self'", 'data:'],
      upgradeInsecureRequests: null,
    },
  },
})

const data = helmet({
  contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  referrerPolicy: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xFrameOptions: { action: 'deny' },
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
})

export const secureAnswers =
  (apiPrefix: string): Middleware =>
  (ctx, next) =>
    isUnder(apiPrefix, ctx.path) ? data(ctx, next) : pages(ctx, next)
