// What test/run.ts tells the tests: where PostgreSQL is, which template to copy, and which engine to use.
import type { EngineKind } from '../../lib/engine/index.ts'

const required = (name: string): string => {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set; start the tests with \`npm test\` (see test/run.ts)`)
  return value
}

export const environment = {
  get postgresUrl() {
    return required('TEST_POSTGRES_URL')
  },
  get templateDatabase() {
    return required('TEST_TEMPLATE')
  },
  get engine() {
    return required('TEST_ENGINE') as EngineKind
  },
  /** Set for the Redis engine alone. */
  get redisUrl() {
    return this.engine === 'redis' ? required('TEST_REDIS_URL') : undefined
  },
}
