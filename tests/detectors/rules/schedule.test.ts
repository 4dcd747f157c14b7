import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { parse } from 'yaml'
import { assetPath } from '../../../core/source-path.ts'
import { checkShape } from '../../../detectors/rules/files/check-shape.ts'
import { CALENDAR, type CalendarSpec, calendarObjections, toCalendar } from '../../../detectors/rules/parts/calendar.ts'
import {
  createSchedule,
  SCHEDULE,
  type ScheduleSpec,
  scheduleObjections,
} from '../../../detectors/rules/parts/schedule.ts'

const SHIPPED = parse(readFileSync(assetPath('detectors/rules/calendars/cn.yaml'), 'utf8')) as {
  calendars: CalendarSpec[]
}
const CN = toCalendar(SHIPPED.calendars[0]!)
const schedule = (spec: ScheduleSpec) => createSchedule(spec, spec.calendar === 'cn' ? CN : null)
const shanghai = (text: string) => Date.parse(`${text}+08:00`)
const iso = (ms: number, offset = '+08:00') => {
  const hours = Number(offset.slice(0, 3))
  return new Date(ms + hours * 3_600_000).toISOString().slice(0, 16)
}

describe('a schedule in Shanghai', () => {
  const office = schedule({ intervals: [{ days: 'workdays', from: '08:00', to: '18:00' }], calendar: 'cn' })

  test.each([
    ['a Thursday at work', '2026-11-19T08:00', true],
    ['just before opening', '2026-11-19T07:59:59.999', false],
    ['the end does not belong to it', '2026-11-19T18:00', false],
    ['a Saturday', '2026-11-21T10:00', false],
    ['a Thursday that is a holiday', '2026-10-01T10:00', false],
    ['a Saturday that is worked', '2026-10-10T10:00', true],
    ['a Sunday that is worked', '2026-09-20T17:59', true],
    ['a Thursday of a year that nobody knows yet', '2027-10-07T10:00', true],
  ])('%s', (_, at, open) => expect(office.isOpen(shanghai(at))).toBe(open))

  it('says when it changes, over a long holiday too', () => {
    expect(iso(office.nextChangeMs(shanghai('2026-09-30T12:00')))).toBe('2026-09-30T18:00')
    expect(iso(office.nextChangeMs(shanghai('2026-09-30T18:00')))).toBe('2026-10-08T08:00')
    expect(iso(office.nextChangeMs(shanghai('2026-10-10T18:00')))).toBe('2026-10-12T08:00')
  })

  it('has several intervals a day, and one over midnight belongs to the day on which it begins', () => {
    const many = schedule({
      intervals: [
        { days: 'workdays', from: '07:00', to: '09:00' },
        { days: 'workdays', from: '17:00', to: '19:00' },
        { days: ['fri', 'sat'], from: '22:00', to: '06:00' },
      ],
    })
    const open = (at: string) => many.isOpen(shanghai(at))
    expect([open('2026-11-20T08:00'), open('2026-11-20T12:00'), open('2026-11-20T18:00')]).toEqual([true, false, true])
    expect([open('2026-11-20T23:00'), open('2026-11-21T05:59'), open('2026-11-21T06:00')]).toEqual([true, true, false])
    expect([open('2026-11-22T05:00'), open('2026-11-22T23:00'), open('2026-11-20T05:00')]).toEqual([true, false, false])
    expect(iso(many.nextChangeMs(shanghai('2026-11-20T23:00')))).toBe('2026-11-21T06:00')
  })

  it('24:00 is the end of the day: two whole days join without a gap', () => {
    const weekend = schedule({ intervals: [{ days: ['sat', 'sun'], from: '00:00', to: '24:00' }] })
    expect(iso(weekend.nextChangeMs(shanghai('2026-11-18T00:00')))).toBe('2026-11-21T00:00')
    expect(iso(weekend.nextChangeMs(shanghai('2026-11-21T00:00')))).toBe('2026-11-23T00:00')
  })

  it('rest days are the days without work, holidays only those of the calendar', () => {
    const rest = schedule({ intervals: [{ days: 'restdays' }], calendar: 'cn' })
    const holidays = schedule({ intervals: [{ days: 'holidays' }], calendar: 'cn' })
    const days = ['2026-10-01', '2026-10-10', '2026-11-21', '2026-11-20'].map((day) => shanghai(`${day}T12:00`))
    expect(days.map(rest.isOpen)).toEqual([true, false, true, false])
    expect(days.map(holidays.isOpen)).toEqual([true, false, false, false])
  })

  it('except means outside of the intervals', () => {
    const night = schedule({ intervals: [{ from: '08:00', to: '18:00' }], except: true })
    expect([night.isOpen(shanghai('2026-11-20T12:00')), night.isOpen(shanghai('2026-11-20T20:00'))]).toEqual([
      false,
      true,
    ])
    expect(iso(night.nextChangeMs(shanghai('2026-11-20T20:00')))).toBe('2026-11-21T08:00')
  })

  it('never changes when it is always open', () => {
    const always = schedule({ intervals: [{ from: '00:00', to: '24:00' }] })
    expect(always.nextChangeMs(shanghai('2026-11-20T20:00'))).toBe(Number.POSITIVE_INFINITY)
    expect(always.isOpen(shanghai('2026-12-31T23:59'))).toBe(true)
  })
})

describe('a schedule where clocks change (Berlin, 29 March and 25 October 2026)', () => {
  const berlin = (intervals: ScheduleSpec['intervals']) => schedule({ zone: 'Europe/Berlin', intervals })

  it('keeps local time: 08:00 is 07:00 UTC in winter and 06:00 in summer', () => {
    const office = berlin([{ from: '08:00', to: '18:00' }])
    expect(iso(office.nextChangeMs(Date.UTC(2026, 2, 28, 0)), '+00:00')).toBe('2026-03-28T07:00')
    expect(iso(office.nextChangeMs(Date.UTC(2026, 2, 29, 0)), '+00:00')).toBe('2026-03-29T06:00')
  })

  it('a night loses an hour in spring and has one more in autumn', () => {
    const night = berlin([{ from: '22:00', to: '06:00' }])
    const hours = (eveningUtc: number) => (night.nextChangeMs(eveningUtc) - eveningUtc) / 3_600_000
    expect([hours(Date.UTC(2026, 2, 28, 21)), hours(Date.UTC(2026, 9, 24, 20))]).toEqual([7, 9])
  })

  it('a time that the clocks skip comes as much later, one that they repeat counts the first time', () => {
    const early = berlin([{ from: '02:30', to: '04:00' }])
    expect(iso(early.nextChangeMs(Date.UTC(2026, 2, 29, 0)), '+00:00')).toBe('2026-03-29T01:30')
    expect(iso(early.nextChangeMs(Date.UTC(2026, 9, 25, 0)), '+00:00')).toBe('2026-10-25T00:30')
  })

  it('an interval that lies in the hour that is skipped is moved behind it', () => {
    const skipped = berlin([{ from: '02:15', to: '02:45' }])
    expect(iso(skipped.nextChangeMs(Date.UTC(2026, 2, 29, 0)), '+00:00')).toBe('2026-03-29T01:15')
    expect(iso(skipped.nextChangeMs(Date.UTC(2026, 2, 29, 1, 15)), '+00:00')).toBe('2026-03-29T01:45')
  })
})

describe('any schedule', () => {
  const clock = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map(([h, m]) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`)
  const weekday = fc.constantFrom(...(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const))
  const interval = fc
    .record({ days: fc.uniqueArray(weekday, { minLength: 1 }), from: clock, to: fc.oneof(clock, fc.constant('24:00')) })
    .filter(({ from, to }) => from !== to)
  const spec = fc.record({
    zone: fc.constantFrom('Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'UTC'),
    intervals: fc.array(interval, { minLength: 1, maxLength: 4 }),
    except: fc.boolean(),
  })
  const at = fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2027, 0, 1) })

  it('stays as it is until its next change, and changes there', () => {
    fc.assert(
      fc.property(spec, at, fc.nat(7 * 86_400_000), (given, atMs, part) => {
        const one = createSchedule(given, null)
        const nextMs = one.nextChangeMs(atMs)
        if (nextMs === Number.POSITIVE_INFINITY) return
        expect(nextMs).toBeGreaterThan(atMs)
        expect(one.isOpen(atMs + (part % (nextMs - atMs)))).toBe(one.isOpen(atMs))
        expect(one.isOpen(nextMs)).toBe(!one.isOpen(atMs))
      }),
      { numRuns: 100 },
    )
  })

  it('is open exactly when the wall clock says so, whatever was asked before', () => {
    const names = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
    fc.assert(
      fc.property(spec, fc.array(at, { minLength: 1, maxLength: 10 }), (given, moments) => {
        const zone = given.zone === 'UTC' ? 'UTC' : 'Asia/Shanghai'
        const one = createSchedule({ ...given, zone }, null)
        for (const atMs of moments) {
          const wall = new Date(atMs + (zone === 'UTC' ? 0 : 8 * 3_600_000))
          const time = wall.toISOString().slice(11, 16)
          const [today, yesterday] = [names[wall.getUTCDay()]!, names[(wall.getUTCDay() + 6) % 7]!]
          const isInside = given.intervals.some(({ days, from, to }) => {
            const listed = days as string[]
            if (from < to) return listed.includes(today) && from <= time && time < to
            return (listed.includes(today) && from <= time) || (listed.includes(yesterday) && time < to)
          })
          expect(one.isOpen(atMs)).toBe(isInside !== given.except)
        }
      }),
      { numRuns: 100 },
    )
  })
})

describe('what is wrong with a schedule', () => {
  const faultsOf = (spec: object) => {
    const misfits = checkShape(SCHEDULE, spec)
    const found = misfits.length > 0 ? misfits : scheduleObjections(spec as ScheduleSpec, new Set(['cn']))
    return found.map(({ path, message }) => `${path.join('.')}: ${message}`)
  }

  test.each([
    [{ zone: 'Asia/Peking', intervals: [{}] }, 'zone: Asia/Peking is not a time zone, for example Asia/Shanghai'],
    [{ calendar: 'de', intervals: [{ days: 'workdays' }] }, 'calendar: there is no calendar de; known are cn'],
    [{ intervals: [{ days: 'holidays' }] }, 'intervals.0.days: holidays needs a calendar, for example calendar: cn'],
    [
      { intervals: [{ days: ['workdays', 'someday'] }] },
      'intervals.0.days: days must be one of workdays, restdays, holidays, mon, tue, wed, thu, fri, sat, sun, or a list of them, not ["workdays","someday"]',
    ],
    [
      { intervals: [{ from: '08:00', to: '25:00' }] },
      'intervals.0.to: to must be a time of day such as 08:00; 24:00 is the end of the day, not "25:00"',
    ],
    [
      { intervals: [{ from: '08:00', to: '08:00' }] },
      'intervals.0.to: to is the same as from; the whole day is 00:00 to 24:00',
    ],
    [{ intervals: [{ from: '24:00', to: '08:00' }] }, 'intervals.0.from: from cannot be 24:00; write 00:00'],
    [{ intervals: [{ on: 'mon' }] }, 'intervals.0.on: unknown key on; known are days, from, to'],
    [{ intervals: [] }, 'intervals: intervals must be a list of intervals, each with days, from and to, not []'],
    [{}, ': intervals is missing'],
  ])('%j', (spec, fault) => expect(faultsOf(spec)).toEqual([fault]))
})

describe('calendars', () => {
  it('the shipped one is well formed and knows 2025 and 2026', () => {
    expect(checkShape(CALENDAR, SHIPPED.calendars[0])).toEqual([])
    expect(calendarObjections(SHIPPED.calendars[0]!)).toEqual([])
    expect([2024, 2025, 2026, 2027].map(CN.knows)).toEqual([false, true, true, false])
  })

  it('days that cannot be are named', () => {
    const spec: CalendarSpec = {
      id: 'mine',
      years: {
        2026: {
          holidays: ['2026-02-30', '2026-05-03..2026-05-01', '2025-01-01', '2026-10-01..2026-12-01', '2026-05-01'],
          workdays: ['2026-05-01'],
        },
      },
    }
    expect(calendarObjections(spec).map(({ path, message }) => `${path.join('.')}: ${message}`)).toMatchInlineSnapshot(`
      [
        "years.2026.holidays.0: 2026-02-30 names a day that does not exist",
        "years.2026.holidays.1: 2026-05-03..2026-05-01 ends before it begins",
        "years.2026.holidays.2: 2025-01-01 is not in 2026",
        "years.2026.holidays.3: 2026-10-01..2026-12-01 is longer than 31 days",
        "years.2026.workdays.0: 2026-05-01 is both a holiday and a workday",
      ]
    `)
  })

  it('a day may belong to the year before or after: new year’s holidays run over the end', () => {
    const spec: CalendarSpec = { id: 'mine', years: { 2023: { holidays: ['2022-12-31..2023-01-02'] } } }
    expect(calendarObjections(spec)).toEqual([])
  })
})
