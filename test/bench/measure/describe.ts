// What a run was made on, for whoever reads its figures.
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { promisify } from 'node:util'
import { CONCURRENCY, POOL_SIZE, type Stack } from './stack.ts'

const settings = ['fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers', 'max_connections']
const packages = ['bullmq', 'koa', 'pg', 'knex', 'objection', 'ioredis', 'autocannon']
const contenders = ['pg-boss', 'graphile-worker']

/** @returns machine, versions and settings, in words */
export async function describe(stack: Stack): Promise<Record<string, string>> {
  const client = await stack.connect(await stack.database('described'))
  const { rows } = await client.query(
    `SELECT name, current_setting(name) AS value FROM pg_settings WHERE name = ANY($1)`,
    [settings],
  )
  const { rows: version } = await client.query('SHOW server_version')
  const redis = await stack.redisClient(stack.redis('described')).info('server')
  const git = await promisify(execFile)('git', ['rev-parse', '--short', 'HEAD']).catch(() => ({ stdout: 'unknown' }))
  const versions = [
    ...packages.map((name) => versionOf(name, 'node_modules')),
    ...contenders.map((name) => versionOf(name, 'test/bench/contenders/libraries/node_modules')),
  ]
  return {
    machine: `${cpus().length} × ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform}`,
    errand: git.stdout.trim(),
    node: `${process.version}; Errand: node --enable-source-maps dist/…; contenders: node --import tsx; NODE_ENV=production`,
    postgresql: `${version[0].server_version}; ${rows.map(({ name, value }) => `${name}=${value}`).join(', ')}`,
    redis: `${/redis_version:(\S+)/.exec(redis)?.[1]}; no persistence`,
    processes: `one web, one worker; CONCURRENCY=${CONCURRENCY}, DATABASE_POOL_SIZE=${POOL_SIZE}, LOG_LEVEL=warn`,
    packages: (await Promise.all(versions)).join(', '),
  }
}

const versionOf = (name: string, folder: string) =>
  readFile(`${folder}/${name}/package.json`, 'utf8').then(
    (text) => `${name} ${JSON.parse(text).version}`,
    () => `${name} not installed`,
  )
