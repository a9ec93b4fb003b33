// Connections to Redis, wherever and whatever it is. How long each may wait is its opener's choice; that a server which is
// gone, though TCP may not notice, is left after 15 s, and that it is tried again for ever, holds for all of them.
import { Cluster, Redis, type RedisOptions } from 'ioredis'
import type { Logger } from '../logger.ts'
import { type Access, parseRedisUrl } from './address.ts'

export type Connection = Redis | Cluster

interface Patience extends Pick<RedisOptions, 'maxRetriesPerRequest' | 'commandTimeout'> {
  /** Whether commands wait for a connection that is not there. */
  enableOfflineQueue: boolean
  /** How often a cluster may send a command elsewhere, or be asked again 100 ms later while a master is replaced. */
  maxRedirections: number
}

/** A consumer's blocking read ends after 5 s; a connection on which nothing ends is dead, though TCP may not notice. */
const SILENCE_MS = 15_000
/** One of several servers that does not answer is passed over sooner than the only one. */
const NEXT_AFTER_MS = 3_000
const retryStrategy = (times: number) => Math.min(times * 100, 2_000)

/**
 * Makes a connection, which comes up when it is told to, or with its first command.
 * @throws TypeError where the URL is none; the settings know better
 */
export function openConnection(url: string, patience: Patience, log: Logger): Connection {
  const connection = makeConnection(url, patience)
  connection.on('error', (error) => log.warn({ err: error }, 'redis connection error'))
  return connection
}

function makeConnection(url: string, patience: Patience): Connection {
  const address = parseRedisUrl(url)
  if (!address) throw new TypeError('this is not the URL of a Redis')
  const { enableOfflineQueue, maxRedirections, ...ofCommands } = patience
  const common = { ...ofCommands, lazyConnect: true, socketTimeout: SILENCE_MS }
  const alone = { ...common, enableOfflineQueue, retryStrategy, reconnectOnError }
  if (address.kind === 'server') return new Redis(address.url, alone)
  const { access, tls } = address
  if (address.kind === 'cluster')
    return new Cluster(address.nodes, {
      lazyConnect: true,
      enableOfflineQueue,
      maxRedirections,
      clusterRetryStrategy: retryStrategy,
      // Certificates are made out to names: they are not replaced by the addresses they have.
      ...(tls && { dnsLookup: (name, found) => found(null, name) }),
      redisOptions: { ...common, ...access, ...(tls && { tls: {} }), connectTimeout: NEXT_AFTER_MS },
    })
  const { sentinels, name, db, ofSentinels } = address
  return new Redis({
    ...alone,
    ...access,
    ...forSentinels(ofSentinels),
    ...(tls && { tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true }),
    sentinels,
    name,
    db,
    connectTimeout: NEXT_AFTER_MS,
    sentinelCommandTimeout: NEXT_AFTER_MS,
    sentinelRetryStrategy: retryStrategy,
    // The sentinels tell when the master changes: a master that hangs is left at once, one that is cut off before it is written to.
    failoverDetector: true,
  })
}

const forSentinels = ({ username, password }: Access) => ({
  ...(username && { sentinelUsername: username }),
  ...(password && { sentinelPassword: password }),
})

/** A master that has become a replica refuses to write: whoever is the master now is asked the same again (2). */
const reconnectOnError = ({ message }: Error) => (message.includes('READONLY') ? 2 : false)
