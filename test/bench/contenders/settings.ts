// What a contender is told by its environment, in the names that Errand's own processes use: all get the same.
const given = (name: string): string => {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set`)
  return value
}

export const settings = {
  get databaseUrl() {
    return given('DATABASE_URL')
  },
  get redisUrl() {
    return given('REDIS_URL')
  },
  get stripe() {
    return { key: given('STRIPE_SECRET_KEY'), url: new URL(given('STRIPE_API_URL')) }
  },
  get smtpUrl() {
    return given('SMTP_URL')
  },
  port: Number(process.env.PORT ?? 0),
  /** Jobs that a worker runs at a time. */
  concurrency: Number(process.env.CONCURRENCY ?? 20),
  /** Connections of a process to PostgreSQL. */
  poolSize: Number(process.env.DATABASE_POOL_SIZE ?? 20),
  /** What BullMQ runs on. */
  engine: process.env.ENGINE === 'postgres' ? ('postgres' as const) : ('redis' as const),
}
