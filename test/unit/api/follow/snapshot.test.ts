// Entity tags of jobs, and how they are compared.
import { expect } from 'chai'
import { matches } from '../../../../api/follow/snapshot.ts'
import { jobWith, snapshotOf } from './jobs.ts'

describe('the entity tag of a job', () => {
  it('is strong, the same for the same bytes, and another when anything that is shown is another', () => {
    const { etag, json } = snapshotOf({})
    expect(etag).to.match(/^"[\x21\x23-\x7e]+"$/)
    expect(snapshotOf({}).etag).to.equal(etag)
    // What clients do not see does not count: leases are renewed all the time.
    expect(snapshotOf({ leaseExpiresAt: new Date(), dispatchNumber: 7, input: { a: 1 } }).json).to.equal(json)
    const others = [
      snapshotOf({ state: 'running' }),
      snapshotOf({ progress: { done: 1, total: 2, message: null } }),
      snapshotOf({ needsAttention: 'look' }),
      snapshotOf({}, [jobWith({ id: 'step' })]),
      snapshotOf({}, [jobWith({ id: 'step', state: 'running' })]),
    ]
    expect(new Set([etag, ...others.map((each) => each.etag)])).to.have.length(others.length + 1)
  })

  it('is found in an If-None-Match, by weak comparison (RFC 9110 §13.1.2)', () => {
    const tag = '"2a-abc/+"'
    for (const header of [tag, `W/${tag}`, '*', `"other", ${tag}`, `"other",W/${tag},"more"`, ` ${tag} `])
      expect(matches(header, tag), header).to.equal(true)
    for (const header of [undefined, '', '"2a-abc"', '2a-abc/+', `"${tag}"`, '"*"', 'W/"other"'])
      expect(matches(header, tag), header).to.equal(false)
  })
})
