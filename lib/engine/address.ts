// Where Redis is, read from REDIS_URL: one server, the nodes of a cluster, or the sentinels that know who the master is.
// The grammar of the latter is that of Prefect (docs.prefect.io, prefect_redis.connection), Redis-Sentinel-Url and RedisVL:
// redis+sentinel://[user:password@]host[:port][,host[:port]…]/name[/db][?sentinel_username=…&sentinel_password=…]

interface Node {
  host: string
  port: number
}

export interface Access {
  username?: string
  password?: string
}

export type RedisAddress =
  | { kind: 'server'; url: string }
  | { kind: 'cluster'; nodes: Node[]; access: Access; tls: boolean }
  | { kind: 'sentinel'; sentinels: Node[]; name: string; db: number; access: Access; ofSentinels: Access; tls: boolean }

const SEVERAL = /^redis(s?)\+(cluster|sentinel):\/\/(?:([^@/?#]*)@)?([^@/?#]+)(?:\/([^?#]*))?(?:\?([^#]*))?$/
const NODE = /^([\w.-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?$/i
const ports = { cluster: 6379, sentinel: 26379 }
const parametersOfSentinels = ['sentinel_username', 'sentinel_password']

/** @returns undefined where the text is no address. A cluster has neither a name nor numbered databases. */
export function parseRedisUrl(text: string): RedisAddress | undefined {
  if (/^rediss?:\/\//.test(text)) return URL.canParse(text) ? { kind: 'server', url: text } : undefined
  const [, s, kind, login, hosts, path = '', query = ''] = SEVERAL.exec(text) ?? []
  if ((kind !== 'cluster' && kind !== 'sentinel') || !hosts) return undefined
  const nodes = hosts.split(',').map((host) => parseNode(host, ports[kind]))
  const access = parseLogin(login)
  if (!nodes.every((node) => node !== undefined) || !access) return undefined
  const tls = s === 's'
  if (kind === 'cluster') return path || query ? undefined : { kind, nodes, access, tls }
  const [, name, db = '0'] = /^([\w.-]+)(?:\/(\d{1,5}))?$/.exec(path) ?? []
  const more = new URLSearchParams(query.replaceAll('+', '%2B'))
  if (!name || [...more.keys()].some((key) => !parametersOfSentinels.includes(key))) return undefined
  const ofSentinels = accessOf(more.get('sentinel_username'), more.get('sentinel_password'))
  return { kind, sentinels: nodes, name, db: Number(db), access, ofSentinels, tls }
}

/**
 * The prefix of a queue's keys on a cluster. Its hash tag, which puts all keys of a queue on one master as BullMQ needs it
 * (docs.bullmq.io/patterns/redis-cluster), names the queue: the queues spread over the masters. With `{errand}` and a dot
 * every one of three masters has some, and the queues of an order are on all of them.
 */
export const clusterPrefix = (prefix: string, queue: string): string => prefix.replace(HASH_TAG, `$1.${queue}}`)

/** Whether the part in braces alone decides where a key lies. https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#hash-tags */
export const hasHashTag = (prefix: string): boolean => HASH_TAG.test(prefix)
const HASH_TAG = /^([^{]*\{[^}]+)\}/

function parseNode(text: string, usualPort: number): Node | undefined {
  const [, host, port = usualPort] = NODE.exec(text) ?? []
  if (!host || Number(port) < 1 || Number(port) > 65_535) return undefined
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) }
}

/** Percent-encoded, as in every URL. */
function parseLogin(login = ''): Access | undefined {
  const [username, ...rest] = login.split(':')
  try {
    return accessOf(decodeURIComponent(username ?? ''), decodeURIComponent(rest.join(':')))
  } catch {
    return undefined
  }
}

const accessOf = (username?: string | null, password?: string | null): Access => ({
  ...(username && { username }),
  ...(password && { password }),
})
