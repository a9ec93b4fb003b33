// What REDIS_URL says, and where the queues' keys lie on a cluster.
import { expect } from 'chai'
import { clusterPrefix, parseRedisUrl } from '../../../../lib/engine/address.ts'

describe('the address of Redis', () => {
  it('is that of one server, as it stands', () => {
    expect(parseRedisUrl('rediss://a:b@r/1')).to.deep.equal({ kind: 'server', url: 'rediss://a:b@r/1' })
  })

  it('is that of the nodes of a cluster', () => {
    expect(parseRedisUrl('rediss+cluster://errand:p%40s%2Fs:x@r1,[::1]:7001')).to.deep.equal({
      kind: 'cluster',
      nodes: [
        { host: 'r1', port: 6379 },
        { host: '::1', port: 7001 },
      ],
      access: { username: 'errand', password: 'p@s/s:x' },
      tls: true,
    })
  })

  it('is that of sentinels, with the name of the master, and logins for both', () => {
    const url = 'redis+sentinel://:secret@s1,s2:5000/mymaster/3?sentinel_username=w&sentinel_password=p%26q'
    expect(parseRedisUrl(url)).to.deep.equal({
      kind: 'sentinel',
      sentinels: [
        { host: 's1', port: 26379 },
        { host: 's2', port: 5000 },
      ],
      name: 'mymaster',
      db: 3,
      access: { password: 'secret' },
      ofSentinels: { username: 'w', password: 'p&q' },
      tls: false,
    })
  })
})

describe('the prefix of a queue on a cluster', () => {
  it('names the queue in its hash tag', () => {
    expect(clusterPrefix('{errand}', 'orders')).to.equal('{errand.orders}')
    expect(clusterPrefix('a-{b}-{c}', 'orders')).to.equal('a-{b.orders}-{c}')
  })
})
