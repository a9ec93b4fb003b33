// Settings of a process: environment in, one frozen object out. The only reader of process.env in product code;
// every problem is reported at once, so a deployment is mended in one go.
import { z } from 'zod'
import { hasHashTag, parseRedisUrl } from './engine/address.ts'
import { ConfigError } from './errors.ts'
import { typeLimitsSetting } from './limits/job-limits.ts'
import { quotaSetting } from './limits/quota.ts'

const milliseconds = (fallback: number) => z.coerce.number().int().positive().default(fallback)
const postgresUrl = z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' })
const redisUrl = z.string().refine((url) => parseRedisUrl(url) !== undefined, {
  error:
    'must be redis://host:port, redis+cluster://host:port,host:port… or redis+sentinel://host:port,…/name (rediss… with TLS)',
})

/** Separated by commas: the new one and the old one, while one is being replaced. */
const secrets = z
  .string()
  .transform((list) => list.split(',').map((secret) => secret.trim()))
  .refine((list) => list.every((secret) => secret.length >= 16), 'must have at least 16 characters each')

/** Whether it is an origin exactly as browsers send it: compared as text, anything else would never match. */
const isOrigin = (text: string) => /^https?:[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text

const origins = z
  .string()
  .transform((list) => list.split(',').map((origin) => origin.trim()))
  .refine((list) => list.every(isOrigin), 'must be origins like https://shop.example, separated by commas')

const isCluster = (url: unknown) => typeof url === 'string' && parseRedisUrl(url)?.kind === 'cluster'

const Shared = z
  .object({
    DATABASE_URL: postgresUrl,
    DATABASE_POOL_SIZE: z.coerce.number().int().min(2).max(200).default(20),
    REDIS_URL: redisUrl.optional(),
    QUEUE_PREFIX: z
      .string()
      .regex(/^[\w{}-]+$/)
      .default('{errand}'),
    DISPATCH_WINDOW: z.coerce.number().int().min(1).max(100_000).default(1_000),
    LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
    SHUTDOWN_TIMEOUT_MS: milliseconds(25_000),
  })
  .refine(({ REDIS_URL, QUEUE_PREFIX }) => !isCluster(REDIS_URL) || hasHashTag(QUEUE_PREFIX), {
    path: ['QUEUE_PREFIX'],
    error:
      'must have a part in braces, like {errand}: BullMQ needs all keys of a queue in one slot of the Redis Cluster, and only what is in braces decides about it',
    // Also when other variables are wrong: everything is said at once.
    when: () => true,
  })

const Web = Shared.safeExtend({
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  HOST: z.string().default('0.0.0.0'),
  OPERATOR_EMAIL: z.email().optional(),
  OPERATOR_PASSWORD: z.string().min(12, 'must have at least 12 characters').optional(),
  STRIPE_WEBHOOK_SECRET: secrets.optional(),
  // Whose pages may use the API from a browser.
  CORS_ORIGINS: origins.default([]),
  RATE_LIMIT_PER_KEY: quotaSetting('12000/60'),
  RATE_LIMIT_PER_ACCOUNT: quotaSetting('24000/60'),
  RATE_LIMIT_GUESSES: quotaSetting('100/60'),
  // How many proxies of ours add to X-Forwarded-For; 0 where callers connect to us.
  PROXY_HOPS: z.coerce.number().int().min(0).max(10).default(0),
  SHED_WAITING: z.coerce.number().int().min(1).max(100_000).default(5_000),
  SHED_WAIT_MS: milliseconds(5_000),
  BODIES_MAX_BYTES: z.coerce
    .number()
    .int()
    .min(16 * 1024 * 1024)
    .default(64 * 1024 * 1024),
  BODY_TIMEOUT_MS: z.coerce.number().int().min(100).max(300_000).default(30_000),
  // How many requests may wait for jobs at once, in each process: a connection and some 20 kB each.
  FOLLOWERS_MAX: z.coerce.number().int().min(1).max(100_000).default(5_000),
  FOLLOWERS_PER_ACCOUNT: z.coerce.number().int().min(1).max(100_000).default(2_500),
  // Of each queue; 0: no bound.
  BACKLOG_MAX: z.coerce.number().int().min(0).default(1_000_000),
}).refine((env) => !env.OPERATOR_EMAIL === !env.OPERATOR_PASSWORD, {
  path: ['OPERATOR_PASSWORD'],
  error: 'OPERATOR_EMAIL and OPERATOR_PASSWORD are set together',
  // Also when other variables are wrong: everything is said at once.
  when: () => true,
})

const Worker = Shared.safeExtend({
  STRIPE_SECRET_KEY: z.string().min(1),
  STRIPE_API_URL: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' }).optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'must be an smtp:// or smtps:// URL' }),
  MAIL_FROM: z.string().default('Errand <orders@errand.example>'),
  // Shorter than an attempt of emails.send may take.
  SMTP_TIMEOUT_MS: z.coerce.number().int().min(100).max(50_000).default(45_000),
  CONCURRENCY: z.coerce.number().int().min(1).max(1000).default(20),
  LEASE_MS: milliseconds(15_000),
  SWEEP_INTERVAL_MS: milliseconds(500),
  DISPATCH_GRACE_MS: milliseconds(10_000),
  TYPE_LIMITS: typeLimitsSetting,
  ACCOUNT_CONCURRENCY: z.coerce.number().int().min(0).max(100_000).default(0),
  RECUR_EVERY_MS: z.coerce.number().int().min(100).optional(),
})

export type SharedConfig = Readonly<z.infer<typeof Shared>>
export type WebConfig = Readonly<z.infer<typeof Web>>
export type WorkerConfig = Readonly<z.infer<typeof Worker>>
type Environment = Record<string, string | undefined>

/** Settings every process needs. @throws ConfigError naming each bad variable. */
export const loadSharedConfig = (env: Environment = process.env): SharedConfig => load(Shared, env)

/** Settings of the `web` process. @throws ConfigError naming each bad variable. */
export const loadWebConfig = (env: Environment = process.env): WebConfig => load(Web, env)

/** Settings of the `worker` process. @throws ConfigError naming each bad variable. */
export const loadWorkerConfig = (env: Environment = process.env): WorkerConfig => load(Worker, env)

function load<T extends z.ZodType>(schema: T, env: Environment): Readonly<z.infer<T>> {
  // An empty variable (`REDIS_URL=`) means unset, as in every shell script.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const result = schema.safeParse(given)
  if (result.success) return Object.freeze(result.data)
  const problems = result.error.issues.map((issue) => {
    const name = issue.path.join('.')
    return `  ${name}: ${given[name] === undefined ? 'is missing' : issue.message}`
  })
  throw new ConfigError(`The environment is not complete:\n${problems.join('\n')}`)
}
