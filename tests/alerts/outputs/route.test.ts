import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { createLocalTime, WEEKDAYS, type Weekday } from '../../../alerts/outputs/local-time.ts'
import { createRouter, isWithin, namesTests, type RouteSpec } from '../../../alerts/outputs/route.ts'
import { CATEGORIES } from '../../../core/category.ts'
import type { AlertEvent } from '../../../core/ledger-entry.ts'
import { SEVERITIES } from '../../../core/severity.ts'
import { anEvent } from '../an-event.ts'

const local = createLocalTime('Asia/Shanghai')
const at = (iso: string) => Date.parse(iso)

function event(alert: Partial<AlertEvent['alert']> = {}, over: Partial<AlertEvent> = {}): AlertEvent {
  const made = anEvent(1)
  return { ...made, ...over, alert: { ...made.alert, ...alert } }
}
const to = (route: RouteSpec, one: AlertEvent) => [...createRouter(route, local)(one)]

describe('a tree of routes', () => {
  const tree: RouteSpec = {
    to: 'platform',
    routes: [
      { match: { category: 'fire' }, to: ['siren', 'platform'], continue: true },
      { match: { place: '东园路' }, to: 'sign' },
      {
        match: { minSeverity: 'major' },
        routes: [{ match: { category: 'river' }, to: 'river-office' }],
      },
    ],
  }

  test.each([
    ['goes to the root where no route fits', { category: 'gas', severity: 'minor' }, ['platform']],
    [
      'goes on to the next route where it says so',
      { category: 'fire', place: '东园路45号' },
      ['siren', 'platform', 'sign'],
    ],
    ['stops at the first route that fits', { category: 'river', place: '东园路45号' }, ['sign']],
    ['goes into the routes below', { category: 'river', severity: 'critical' }, ['river-office']],
    ['goes to the branch itself where none below fits', { category: 'gas', severity: 'major' }, ['platform']],
  ] as const)('%s', (_, alert, expected) => {
    expect(to(tree, event(alert))).toEqual(expected)
  })

  it('may send to nobody', () => {
    expect(
      to({ to: 'all', routes: [{ match: { category: 'device' }, to: [] }] }, event({ category: 'device' })),
    ).toEqual([])
  })
})

describe('a route', () => {
  const fits = (match: NonNullable<RouteSpec['match']>, one: AlertEvent) =>
    to({ to: [], routes: [{ match, to: 'here' }] }, one).length === 1

  test.each([
    ['severity', { severity: ['major', 'minor'] }, event({ severity: 'minor' }), event({ severity: 'critical' })],
    ['least severity', { minSeverity: 'major' }, event({ severity: 'critical' }), event({ severity: 'minor' })],
    ['rule, by glob', { rule: 'smoke*' }, event({ rule: 'smoke-high' }), event({ rule: 'gas' })],
    ['device, by glob', { device: 'smoke-?' }, event(), event({ subject: { place: 'x' } })],
    [
      'beginning of the place',
      { place: ['上塘', '东园'] },
      event({ place: '东园路1号' }),
      event({ place: '新东园路' }),
    ],
    ['grid', { grid: 'G1' }, event({ area: { grid: 'G1' } }), event()],
    [
      'community',
      { community: '文晖' },
      event({ area: { community: '文晖' } }),
      event({ area: { community: '其他' } }),
    ],
    ['reach', { reach: '上塘段' }, event({ area: { reach: '上塘段' } }), event({ area: { reach: '下塘段' } })],
    ['department', { department: '消防' }, event({ department: '消防' }), event({ department: '水务' })],
    [
      'department that it was assigned to',
      { department: '消防' },
      event({ department: '水务', assigned: { to: { department: '消防' }, by: '王', atMs: 1 } }),
      event({ department: '消防', assigned: { to: { department: '水务' }, by: '王', atMs: 1 } }),
    ],
    ['test', { test: true }, event({ test: true }), event()],
    ['no test', { test: false }, event(), event({ test: true })],
    [
      'time of day',
      { time: { from: '22:00', to: '06:00' } },
      event({}, { atMs: at('2026-11-22T23:00:00+08:00') }),
      event({}, { atMs: at('2026-11-22T12:00:00+08:00') }),
    ],
    [
      'one of several times',
      { time: [{ days: 'sun' }, { from: '18:00', days: ['mon', 'tue'] }] },
      event({}, { atMs: at('2026-11-23T18:00:00+08:00') }),
      event({}, { atMs: at('2026-11-23T17:59:59+08:00') }),
    ],
  ] as [string, NonNullable<RouteSpec['match']>, AlertEvent, AlertEvent][])(
    'asks for %s',
    (_, match, fitting, other) => {
      expect([fits(match, fitting), fits(match, other)]).toEqual([true, false])
    },
  )

  it('counts a change of severity with both, so that who is told of an alert hears that it is no longer so bad', () => {
    expect(fits({ severity: 'critical' }, event({ severity: 'minor' }, { severityBefore: 'critical' }))).toBe(true)
  })

  it('asks for everything that it names', () => {
    expect(fits({ severity: 'major', category: 'gas' }, event({ severity: 'major', category: 'fire' }))).toBe(false)
  })
})

test.each([
  ['a night belongs to the day on which it begins', 'fri', '23:00', true],
  ['also after midnight', 'sat', '05:59', true],
  ['it ends when it ends', 'sat', '06:00', false],
  ['the next night is another one', 'sat', '22:00', false],
  ['the early hours of its day belong to the night before', 'fri', '02:00', false],
])('%s', (_, weekday, clock, expected) => {
  const [hour = 0, minute = 0] = clock.split(':').map(Number)
  const local = { weekday: weekday as Weekday, minute: hour * 60 + minute }
  expect(isWithin({ from: '22:00', to: '06:00', days: 'fri' }, local)).toBe(expected)
})

it('says whether a tree has something to say of tests', () => {
  expect(namesTests({ to: 'a', routes: [{ match: { category: 'x' }, routes: [{ match: { test: true } }] }] })).toBe(
    true,
  )
  expect(namesTests({ to: 'a', routes: [{ match: { test: false } }] })).toBe(false)
})

const clock = fc.integer({ min: 0, max: 24 * 60 }).map((minute) => {
  const [hours, minutes] = [Math.floor(minute / 60), minute % 60]
  return `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`
})
const time = fc.record(
  { from: clock.filter((one) => one !== '24:00'), to: clock, days: fc.subarray([...WEEKDAYS], { minLength: 1 }) },
  { requiredKeys: [] },
)
const match = fc.record(
  {
    severity: fc.subarray([...SEVERITIES], { minLength: 1 }),
    minSeverity: fc.constantFrom(...SEVERITIES),
    category: fc.subarray(Object.keys(CATEGORIES), { minLength: 1 }),
    time,
  },
  { requiredKeys: [] },
)
const { route } = fc.letrec<{ route: RouteSpec }>((tie) => ({
  route: fc.record(
    {
      match,
      to: fc.subarray(['a', 'b', 'c', 'd']),
      continue: fc.boolean(),
      routes: fc.array(tie('route'), { maxLength: 3 }),
    },
    { requiredKeys: [] },
  ),
}))
const anyEvent = fc
  .record({
    atMs: fc.integer({ min: 0, max: 4e12 }),
    severity: fc.constantFrom(...SEVERITIES),
    category: fc.constantFrom(...Object.keys(CATEGORIES)),
  })
  .map(({ atMs, ...alert }) => event(alert, { atMs }))

describe('whatever the tree', () => {
  it('an event goes to the root’s own outputs, or to those of routes all of whose ancestors fit', () => {
    fc.assert(
      fc.property(route, anyEvent, (tree, one) => {
        const root = { ...tree, match: {} }
        expect(new Set(to(root, one))).toEqual(new Set(expectedOf(root, [], one)))
      }),
    )
  })

  it('a time and the times outside it cover the week without overlap', () => {
    fc.assert(
      fc.property(
        clock,
        clock,
        fc.integer({ min: 0, max: 1439 }),
        fc.constantFrom(...WEEKDAYS),
        (a, b, minute, weekday) => {
          fc.pre(a !== '24:00' && b !== '24:00' && a !== b)
          const here = { minute, weekday }
          expect(isWithin({ from: a, to: b }, here)).toBe(!isWithin({ from: b, to: a }, here))
        },
      ),
    )
  })
})

/** The tree walked in the plainest way: which routes fit, cut behind the first that does not go on. */
function expectedOf(spec: RouteSpec, above: string[], one: AlertEvent): string[] {
  const own = spec.to === undefined ? above : [spec.to].flat()
  const fitting = (spec.routes ?? []).filter(
    ({ match = {} }) => to({ to: [], routes: [{ match, to: 'x' }] }, one).length,
  )
  const last = fitting.findIndex((route) => !route.continue)
  const entered = last < 0 ? fitting : fitting.slice(0, last + 1)
  return entered.length === 0 ? own : entered.flatMap((route) => expectedOf(route, own, one))
}
