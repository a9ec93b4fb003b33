// The ticks of a schedule: which expressions and zones are taken, what happens where clocks change, and what an outage leaves.
import { expect } from 'chai'
import fc from 'fast-check'
import type { MissedPolicy } from '../../../../lib/models/schedule.ts'
import { dueTicks, isTimeZone, MOST_MISSED, nextTick, nextTicks, refuseCron } from '../../../../lib/schedules/ticks.ts'

const times = (ticks: Date[]) => ticks.map((tick) => tick.toISOString().replace(':00.000Z', 'Z'))

describe('a cron expression', () => {
  for (const cron of [
    '* * * * *',
    '*/15 9-17 * * mon-fri',
    '0 0 29 2 *',
    '0 0 L * *',
    '0 9 * * MON#1',
    '0 12 1 * +MON',
    '@hourly',
    '@daily',
    '@weekly',
    '@monthly',
    '@yearly',
  ]) {
    it(`is taken: ${cron}`, () => expect(refuseCron(cron)).to.equal(undefined))
  }

  for (const [cron, reason] of [
    ['', /five fields/],
    ['* * * *', /five fields/],
    ['0 * * * * *', /five fields/],
    ['0 0 0 1 1 * 2030', /five fields/],
    ['@reboot', /five fields/],
    ['@secondly', /five fields/],
    ['2030-01-01T00:00:00', /five fields/],
    ['2030-01-01T00:00:00 * * * *', /five fields/],
    ['* * * * *\n', /five fields/],
    ['60 * * * *', /value for minute$/],
    ['* 24 * * *', /value for hour$/],
    ['* * 0 * *', /value for day$/],
    ['* * * 13 *', /value for month$/],
    ['* * * * 8', /value for dayOfWeek$/],
    ['*/0 * * * *', /stepping/],
    ['5-1 * * * *', /larger/],
    ['a b c d e', /illegal/],
    ['0 0 30 2 *', /never comes/],
    ['0 0 31 4,6,9,11 *', /never comes/],
  ] as const) {
    it(`is refused, with the reason: ${JSON.stringify(cron)}`, () => expect(refuseCron(cron)).to.match(reason))
  }
})

describe('a time zone', () => {
  it('is a name of the IANA list', () => {
    for (const name of ['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])
      expect(isTimeZone(name), name).to.equal(true)
    for (const name of ['', 'Mars/Olympus', '+02:00', '-0530', 'UTC+1', 'Europe/Berlin ', 'europe', '__proto__', 'Z'])
      expect(isTimeZone(name), name).to.equal(false)
  })
})

describe('the ticks of a schedule', () => {
  const from = (start: string, count: number, cron: string, timezone: string) =>
    times(nextTicks({ cron, timezone }, new Date(start), count))

  it('come strictly after the moment they are asked from', () => {
    const schedule = { cron: '* * * * *', timezone: 'UTC' }
    for (const [after, next] of [
      ['2026-01-01T11:59:59.999Z', '2026-01-01T12:00:00.000Z'],
      ['2026-01-01T12:00:00.000Z', '2026-01-01T12:01:00.000Z'],
      ['2026-01-01T12:00:00.001Z', '2026-01-01T12:01:00.000Z'],
    ] as const)
      expect(nextTick(schedule, new Date(after))?.toISOString()).to.equal(next)
  })

  it('are of the wall clock of their zone, summer and winter', () => {
    expect(from('2026-01-10T00:00:00Z', 1, '0 9 * * *', 'Europe/Berlin')).to.deep.equal(['2026-01-10T08:00Z'])
    expect(from('2026-07-10T00:00:00Z', 1, '0 9 * * *', 'Europe/Berlin')).to.deep.equal(['2026-07-10T07:00Z'])
    expect(from('2026-07-10T00:00:00Z', 1, '0 9 * * *', 'America/New_York')).to.deep.equal(['2026-07-10T13:00Z'])
  })

  // Europe/Berlin: 02:00 becomes 03:00 at 01:00Z. America/New_York: 02:00 becomes 03:00 at 07:00Z.
  describe('where the clock goes forward', () => {
    it('come right after the gap, once, when their hour is named and skipped', () => {
      expect(from('2026-03-28T12:00:00Z', 2, '30 2 * * *', 'Europe/Berlin')).to.deep.equal([
        '2026-03-29T01:00Z',
        '2026-03-30T00:30Z',
      ])
      expect(from('2026-03-08T00:00:00Z', 2, '30 2 * * *', 'America/New_York')).to.deep.equal([
        '2026-03-08T07:00Z',
        '2026-03-09T06:30Z',
      ])
    })

    it('are no fewer when several hours are named', () => {
      expect(from('2026-03-28T20:00:00Z', 2, '30 2,14 * * *', 'Europe/Berlin')).to.deep.equal([
        '2026-03-29T01:00Z',
        '2026-03-29T12:30Z',
      ])
    })

    it('go on by the time that passes when they have a step or *', () => {
      expect(from('2026-03-29T00:29:00Z', 3, '*/30 * * * *', 'Europe/Berlin')).to.deep.equal([
        '2026-03-29T00:30Z',
        '2026-03-29T01:00Z',
        '2026-03-29T01:30Z',
      ])
      expect(from('2026-03-28T12:00:00Z', 1, '*/30 2 * * *', 'Europe/Berlin')).to.deep.equal(['2026-03-30T00:00Z'])
    })
  })

  // Europe/Berlin: 03:00 becomes 02:00 at 01:00Z. America/New_York: 02:00 becomes 01:00 at 06:00Z.
  describe('where the clock goes back', () => {
    it('come once, the first time, when their hour is named and doubled', () => {
      expect(from('2026-10-24T12:00:00Z', 2, '30 2 * * *', 'Europe/Berlin')).to.deep.equal([
        '2026-10-25T00:30Z',
        '2026-10-26T01:30Z',
      ])
      expect(from('2026-11-01T00:00:00Z', 2, '30 1 * * *', 'America/New_York')).to.deep.equal([
        '2026-11-01T05:30Z',
        '2026-11-02T06:30Z',
      ])
      expect(from('2026-10-24T22:00:00Z', 3, '15 1-3 * * *', 'Europe/Berlin')).to.deep.equal([
        '2026-10-24T23:15Z',
        '2026-10-25T00:15Z',
        '2026-10-25T02:15Z',
      ])
    })

    it('do not come again when they are asked for in the second of the two hours', () => {
      expect(from('2026-10-25T01:10:00Z', 1, '30 2 * * *', 'Europe/Berlin')).to.deep.equal(['2026-10-26T01:30Z'])
    })

    it('go on by the time that passes when they have a step or *', () => {
      expect(from('2026-10-25T00:15:00Z', 4, '*/30 * * * *', 'Europe/Berlin')).to.deep.equal([
        '2026-10-25T00:30Z',
        '2026-10-25T01:00Z',
        '2026-10-25T01:30Z',
        '2026-10-25T02:00Z',
      ])
    })
  })

  it('are the same forwards and backwards, each once, whatever the zone and the day', () => {
    const crons = [
      '30 2 * * *',
      '*/20 * * * *',
      '15 1-3 * * *',
      '0 0,12 * * *',
      '*/30 2 * * *',
      '5 0 1 * mon',
      '@daily',
    ]
    const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Cairo', 'America/Havana']
    const days = fc.integer({ min: 0, max: 4 * 365 })
    fc.assert(
      fc.property(fc.constantFrom(...crons), fc.constantFrom(...zones), days, (cron, timezone, day) => {
        const start = new Date(Date.UTC(2025, 0, 1) + day * 86_400_000)
        const forwards = nextTicks({ cron, timezone }, start, 20)
        const last = forwards.at(-1) as Date
        const backwards = dueTicks({ cron, timezone, missed: 'all', nextRunAt: new Date(+start + 1) }, last)
        expect(times(backwards)).to.deep.equal(times(forwards))
        for (const [at, tick] of forwards.slice(1).entries()) expect(+tick).to.be.above(Number(forwards[at]))
      }),
      { numRuns: 100 },
    )
  })
})

describe('what is run of a schedule that is due', () => {
  const due = (missed: MissedPolicy, nextRunAt: string | null, now: string, cron = '0 * * * *') =>
    times(dueTicks({ cron, timezone: 'UTC', missed, nextRunAt: nextRunAt ? new Date(nextRunAt) : null }, new Date(now)))
  const policies = ['skip', 'once', 'all'] as const

  it('is its tick, by any policy, as soon as it has come and not before', () => {
    for (const missed of policies) {
      expect(due(missed, '2026-01-01T12:00Z', '2026-01-01T11:59:59.999Z')).to.deep.equal([])
      expect(due(missed, '2026-01-01T12:00Z', '2026-01-01T12:00:00.000Z')).to.deep.equal(['2026-01-01T12:00Z'])
      expect(due(missed, '2026-01-01T12:00Z', '2026-01-01T12:00:59.999Z')).to.deep.equal(['2026-01-01T12:00Z'])
      expect(due(missed, null, '2026-01-01T12:00:00.000Z')).to.deep.equal([])
    }
  })

  it('is nothing that was missed by “skip”, but what has just come', () => {
    expect(due('skip', '2026-01-01T10:00Z', '2026-01-01T12:30Z')).to.deep.equal([])
    expect(due('skip', '2026-01-01T10:00Z', '2026-01-01T12:00:30Z')).to.deep.equal(['2026-01-01T12:00Z'])
    expect(due('skip', '2026-01-01T12:00Z', '2026-01-01T12:01:00.001Z')).to.deep.equal([])
  })

  it('is the latest alone by “once”', () => {
    expect(due('once', '2026-01-01T10:00Z', '2026-01-01T12:30Z')).to.deep.equal(['2026-01-01T12:00Z'])
  })

  it('is each by “all”, oldest first, up to a bound', () => {
    expect(due('all', '2026-01-01T10:00Z', '2026-01-01T12:30Z')).to.deep.equal([
      '2026-01-01T10:00Z',
      '2026-01-01T11:00Z',
      '2026-01-01T12:00Z',
    ])
    const years = due('all', '2020-01-01T00:00Z', '2026-01-01T00:00Z', '* * * * *')
    expect(years).to.have.length(MOST_MISSED)
    expect(years.at(-1)).to.equal('2026-01-01T00:00Z')
    expect(due('all', '1000-01-01T00:00Z', '2026-01-01T00:00Z', '0 0 29 2 +MON').at(-1)).to.equal('2016-02-29T00:00Z')
  })

  it('is no tick before the one that is next, and nothing where the zone has moved it away', () => {
    expect(due('all', '2026-01-01T11:30Z', '2026-01-01T12:30Z')).to.deep.equal(['2026-01-01T12:00Z'])
    expect(due('once', '2026-01-01T12:15Z', '2026-01-01T12:30Z')).to.deep.equal([])
  })
})
