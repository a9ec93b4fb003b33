// Lists as Stripe answers them: every entry once, whichever way they are gone through.
import { expect } from 'chai'
import fc from 'fast-check'
import { StripeError } from '../../../../../lib/local/simulator/errors.ts'
import { list } from '../../../../../lib/local/simulator/lists.ts'
import { errorOf } from '../../../error-of.ts'

/** Oldest first, two in each second. */
const entriesOf = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `e${index}`, created: Math.floor(index / 2) }))
const idsOf = (entries: { id: string }[]) => entries.map(({ id }) => id)

describe('a list of the simulator', () => {
  const entries = entriesOf(25)
  const newestFirst = idsOf(entries).reverse()

  it('goes through everything once, newest first, page by page', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), (limit) => {
        const seen: string[] = []
        for (let more = true; more; ) {
          const query = { limit: String(limit), ...(seen.length && { starting_after: seen.at(-1) }) }
          const page = list(entries, '/v1/e', query)
          seen.push(...idsOf(page.data))
          more = page.has_more
        }
        expect(seen).to.deep.equal(newestFirst)
      }),
    )
  })

  it('goes back through everything newer than an entry, once, the nearest page first', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 24 }), (limit, from) => {
        const seen: string[] = []
        for (let more = true; more; ) {
          const page = list(entries, '/v1/e', { limit: String(limit), ending_before: seen[0] ?? `e${from}` })
          seen.unshift(...idsOf(page.data))
          more = page.has_more
        }
        expect(seen).to.deep.equal(newestFirst.slice(0, 24 - from))
      }),
    )
  })

  it('has pages of ten, and of a hundred at most', () => {
    expect(list(entries, '/v1/e', {}).data).to.have.length(10)
    expect(list(entriesOf(150), '/v1/e', { limit: '1000' }).data).to.have.length(100)
  })

  for (const [query, expected] of [
    [{ 'created[gte]': '12' }, ['e24']],
    [{ 'created[gt]': '10' }, ['e24', 'e23', 'e22']],
    [{ 'created[gte]': '11' }, ['e24', 'e23', 'e22']],
    [{ 'created[lt]': '1' }, ['e1', 'e0']],
    [{ 'created[lte]': '1', limit: '3' }, ['e3', 'e2', 'e1']],
    [{ 'created[gt]': '3', 'created[lt]': '5' }, ['e9', 'e8']],
    [{ created: '4' }, ['e9', 'e8']],
    [{ 'created[gte]': '4', starting_after: 'e9' }, ['e8']],
    [{ 'created[lte]': '4', ending_before: 'e7' }, ['e9', 'e8']],
    [{ 'created[gte]': '13' }, []],
  ] as const) {
    it(`of ${JSON.stringify(query)} has just those`, () => {
      expect(idsOf(list(entries, '/v1/e', query).data)).to.deep.equal(expected)
    })
  }

  it('knows whether there is more of what is wanted', () => {
    const more = (query: Record<string, string>) => list(entries, '/v1/e', query).has_more
    expect([more({ 'created[gte]': '11', limit: '3' }), more({ 'created[gte]': '11', limit: '2' })]).to.deep.equal([
      false,
      true,
    ])
  })

  it('takes any of several values', () => {
    const filters = { ids: (entry: { id: string }, id: string) => entry.id === id }
    for (const query of [{ 'ids[0]': 'e1', 'ids[1]': 'e3' }, { 'ids[]': ['e1', 'e3'] }])
      expect(idsOf(list(entries, '/v1/e', query, filters).data)).to.deep.equal(['e3', 'e1'])
  })

  it('refuses what it does not know, rather than leaving it out', async () => {
    for (const [query, code] of [
      [{ customer: 'cus_1' }, 'parameter_unknown'],
      [{ 'created[near]': '1' }, 'parameter_unknown'],
      [{ starting_after: 'e99' }, 'resource_missing'],
      [{ ending_before: 'e99' }, 'resource_missing'],
    ] as const) {
      const { status, body } = await errorOf(StripeError, () => list(entries, '/v1/e', query))
      expect([status, body.error.code]).to.deep.equal([400, code])
    }
  })
})
