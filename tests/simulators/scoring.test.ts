import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AlertEventView } from '../../core/alert-view.ts'
import type { ExpectedAlert, Truth } from '../../simulators/incidents/incident.ts'
import { matchAlerts } from '../../simulators/scoring/match-alerts.ts'
import { toJunit, toText } from '../../simulators/scoring/reports.ts'
import { type Score, toScore } from '../../simulators/scoring/score.ts'
import { createToldAlerts, type ToldAlert } from '../../simulators/scoring/told-alert.ts'

const S = 1000
const MINUTE_S = 60
const HERE = { lat: 30.27, lon: 120.15 }

function aTruth(more: Partial<Truth> & { alerts?: ExpectedAlert[] } = {}): Truth {
  const { startMs = 0, endMs = 60 * S, device = 'smoke-001', kind = 'fire' } = more
  const alerts: ExpectedAlert[] = [{ device, category: 'fire', fromMs: startMs, byMs: endMs }]
  return {
    id: `0-${kind}`,
    kind,
    isIncident: true,
    startMs,
    endMs,
    device,
    place: '平桥街1号',
    position: HERE,
    alerts,
    ...more,
  }
}

function aFault(more: Partial<Truth> = {}): Truth {
  return aTruth({ kind: 'stuck', isIncident: false, alerts: [], ...more })
}

let count = 0
function anAlert(more: Partial<ToldAlert> & { atS?: number } = {}): ToldAlert {
  const { atS = 10, ...rest } = more
  const raisedMs = rest.raisedMs ?? atS * S
  return {
    ...{ id: `a${++count}`, rule: 'smoke-high', category: 'fire', device: 'smoke-001', raisedMs, toldMs: raisedMs },
    ...rest,
  }
}

const outcome = (truths: Truth[], alerts: ToldAlert[]) => {
  const { expectations, consequences, unfounded } = matchAlerts(truths, alerts, Number.POSITIVE_INFINITY)
  return {
    met: expectations.map(({ met }) => met?.id ?? null),
    consequences: consequences.map(({ alert }) => alert.id),
    unfounded: unfounded.map(({ alert }) => alert.id),
  }
}

describe('an expected alert', () => {
  test.each([
    ['is met by one of its device and category in its time', {}, true],
    ['is not met by one of another category', { category: 'gas' }, false],
    ['is not met by one of another device', { device: 'smoke-002' }, false],
    ['is not met by one that was over before', { atS: -5, clearedMs: -1 }, false],
    ['is not met by one that came too late', { atS: 61 }, false],
  ])('%s', (_, more, isMet) => {
    const alert = anAlert(more)
    expect(outcome([aTruth()], [alert]).met).toEqual([isMet ? alert.id : null])
  })

  test('of a picture is met by one of its class only', () => {
    const truth = aTruth({
      alerts: [{ device: 'drone-001', category: 'river', label: 'boat', fromMs: 0, byMs: 60 * S }],
    })
    const seen = (label: string) => anAlert({ device: 'drone-001', category: 'river', label })
    expect(outcome([truth], [seen('debris')]).met).toEqual([null])
    expect(outcome([truth], [seen('boat')]).met).not.toEqual([null])
  })

  test('of a house is met by what is said of that house by that rule', () => {
    const wanted = {
      building: 'house-7',
      category: 'works',
      rule: 'renovation-likely',
      fromMs: 0,
      byMs: 60 * S,
    } as const
    const { device: _, ...house } = anAlert({ category: 'works', rule: 'renovation-likely', building: 'house-7' })
    const truth = aTruth({ kind: 'renovation', alerts: [wanted] })
    expect(outcome([truth], [house]).met).toEqual([house.id])
    expect(outcome([truth], [{ ...house, rule: 'works-approved' }]).met).toEqual([null])
    expect(outcome([truth], [{ ...house, building: 'house-8' }]).met).toEqual([null])
  })

  test('is met by one alert, and one alert meets one of two that are waited for at once', () => {
    const object = (id: string) => aTruth({ id, kind: 'floating' })
    const alert = anAlert()
    expect(outcome([object('one'), object('two')], [alert]).met).toEqual([alert.id, null])
    const [first, second] = [anAlert({ atS: 1 }), anAlert({ atS: 2 })]
    expect(outcome([object('one'), object('two')], [second, first]).met).toEqual([first.id, second.id])
  })

  test('is met by an alert that was raised before and goes on, since nobody is told twice', () => {
    const later = aTruth({ startMs: 100 * S, endMs: 160 * S })
    const open = anAlert()
    expect(outcome([aTruth(), later], [open]).met).toEqual([open.id, open.id])
    expect(outcome([aTruth(), later], [{ ...open, clearedMs: 90 * S }]).met).toEqual([open.id, null])
  })
})

describe('an alert that nobody expected', () => {
  const touched = [{ deviceId: 'vib-002', fromMs: 0, toMs: 60 * S }]

  test.each<[string, Truth, Partial<ToldAlert> & { atS?: number }, 'consequence' | 'unfounded']>([
    [
      'a second rule on the same device',
      aTruth({ alerts: [], touched: [{ ...touched[0]!, deviceId: 'smoke-001' }] }),
      {},
      'consequence',
    ],
    ['a neighbour that felt it', aTruth({ touched }), { device: 'vib-002', category: 'structure' }, 'consequence'],
    [
      'what a neighbour tells a while later',
      aTruth({ touched }),
      { device: 'vib-002', atS: 9 * MINUTE_S },
      'consequence',
    ],
    [
      'what a neighbour tells an hour later',
      aTruth({ touched }),
      { device: 'vib-002', atS: 61 * MINUTE_S },
      'unfounded',
    ],
    [
      'several rules together, at its place',
      aTruth(),
      { device: undefined as never, place: '平桥街1号' },
      'consequence',
    ],
    [
      'what is thought of the house next to it',
      aTruth(),
      { device: undefined as never, position: HERE },
      'consequence',
    ],
    ['what is said of another place', aTruth(), { device: undefined as never, place: '平桥街9号' }, 'unfounded'],
    [
      'the silence of a device that lost its power',
      aTruth({ kind: 'silent', alerts: [] }),
      { category: 'device' },
      'consequence',
    ],
    ['the word that a faulty device is faulty', aFault(), { category: 'device' }, 'consequence'],
    ['what a faulty device pretends', aFault(), {}, 'unfounded'],
    [
      'what a picture shows of a class that is not there',
      aTruth({ alerts: [{ device: 'drone-001', category: 'river', label: 'boat', fromMs: 0, byMs: 60 * S }] }),
      { device: 'drone-001', category: 'river', label: 'plume' },
      'unfounded',
    ],
    ['anything on a quiet day', aTruth({ device: 'gas-001' }), { device: 'tilt-001' }, 'unfounded'],
  ])('%s', (_, truth, more, what) => {
    const alert = anAlert({ atS: 70, ...more })
    const { consequences, unfounded } = outcome([truth], [alert])
    expect({ consequences, unfounded }).toEqual({
      consequences: what === 'consequence' ? [alert.id] : [],
      unfounded: what === 'unfounded' ? [alert.id] : [],
    })
  })
})

describe('a score', () => {
  const span = { fromMs: 0, toMs: 3600 * S }
  const late = (atS: number) => anAlert({ atS, toldMs: (atS + 2) * S, clearedMs: (atS + 90) * S })

  test('counts by kind, with delays until dispatch was told', () => {
    const truths = [aTruth(), aTruth({ startMs: 600 * S, endMs: 660 * S }), aFault({ device: 'temp-001' })]
    const score = toScore({ ...span, truths, alerts: [late(10), anAlert({ device: 'temp-001', atS: 30 })] })

    expect(score).toMatchObject({
      ...{ expected: 2, met: 1, recall: 0.5, alerts: 2, unfounded: 1, precision: 0.5, unfoundedPerDay: 24 },
      kinds: [{ kind: 'fire', incidents: 2, expected: 2, met: 1, delayS: { median: 12, p95: 12 } }],
      faults: [{ kind: 'stuck', faults: 1, unfounded: 1 }],
      missed: [{ incident: '0-fire', about: 'smoke-001', from: '1970-01-01T00:10:00.000Z' }],
      unfoundedAlerts: [{ rule: 'smoke-high', device: 'temp-001', fault: '0-stuck' }],
      passed: false,
    })
  })

  test('does not wait for what comes after its end, and forgives what comes early', () => {
    const truth = aTruth({ startMs: 3590 * S, endMs: 3650 * S })
    expect(toScore({ ...span, truths: [truth], alerts: [] })).toMatchObject({ expected: 0, recall: 1, passed: true })
    const early = anAlert({ atS: 3595 })
    expect(toScore({ ...span, truths: [truth], alerts: [early] })).toMatchObject({ consequences: 1, unfounded: 0 })
  })

  test.each([
    [{ recall: 0.6 }, ['recall']],
    [{ recall: 0.5, precision: 0.5 }, []],
    [{ precision: 0.9, falsePerDay: 0 }, ['precision', 'falsePerDay']],
    [{ delayP95S: 11, kinds: { fire: { delayP95S: 13 } } }, ['delayP95S']],
    [{ kinds: { fire: { recall: 1, delayP95S: 1 } } }, ['fire.recall', 'fire.delayP95S']],
  ])('is held against %j', (thresholds, missed) => {
    const truths = [aTruth(), aTruth({ startMs: 600 * S, endMs: 660 * S })]
    const alerts = [late(10), anAlert({ device: 'gas-001', atS: 30 })]
    const score = toScore({ ...span, truths, alerts, thresholds })
    expect(score.thresholds.filter(({ isMet }) => !isMet).map(({ name }) => name)).toEqual(missed)
    expect(score.passed).toBe(missed.length === 0)
  })
})

describe('always', () => {
  const device = fc.constantFrom('a', 'b')
  const category = fc.constantFrom('fire', 'water', 'device') as fc.Arbitrary<'fire' | 'water' | 'device'>
  const atMs = fc.nat(3600 * S)
  const truthArb = fc
    .record({ device, category, startMs: atMs, forMs: fc.nat(600 * S), isIncident: fc.boolean() })
    .map(({ device, category, startMs, forMs, isIncident }): Truth => {
      const endMs = startMs + forMs
      const alerts = isIncident ? [{ device, category, fromMs: startMs, byMs: endMs }] : []
      return aTruth({ device, startMs, endMs, isIncident, alerts, kind: isIncident ? category : 'stuck' })
    })
  const alertArb = fc
    .record({ device, category, raisedMs: atMs, lateMs: fc.nat(5000) })
    .map(({ lateMs, ...alert }) => ({
      ...anAlert(alert),
      toldMs: alert.raisedMs + lateMs,
    }))
  const runArb = fc.record({
    truths: fc.array(truthArb, { maxLength: 12 }),
    alerts: fc.array(alertArb, { maxLength: 12 }),
  })
  const span = { fromMs: 0, toMs: 4200 * S }

  test('shares are shares, each expected alert is counted once, and each alert is something', () => {
    fc.assert(
      fc.property(runArb, ({ truths, alerts }) => {
        const score = toScore({ truths, alerts, ...span })
        for (const share of [score.recall, score.precision, ...score.kinds.map(({ recall }) => recall)]) {
          expect(share).toBeGreaterThanOrEqual(0)
          expect(share).toBeLessThanOrEqual(1)
        }
        expect(score.expected).toBe(truths.flatMap((truth) => truth.alerts).length)
        expect(score.met + score.missed.length).toBe(score.expected)
        expect(score.kinds.reduce((sum, { met }) => sum + met, 0)).toBe(score.met)
        const { expectations, consequences, unfounded } = matchAlerts(truths, alerts, Number.POSITIVE_INFINITY)
        const meant = new Set(expectations.flatMap(({ met }) => met ?? []))
        expect(meant.size + consequences.length + unfounded.length).toBe(alerts.length)
      }),
    )
  })

  test('the order in which alerts come, and alerts told twice, make no difference', () => {
    fc.assert(
      fc.property(runArb, fc.infiniteStream(fc.nat()), ({ truths, alerts }, ranks) => {
        const shuffled = alerts
          .map((alert) => ({ alert, rank: ranks.next().value as number }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ alert }) => alert)
        expect(toScore({ truths, alerts: shuffled, ...span })).toEqual(toScore({ truths, alerts, ...span }))
      }),
    )
  })

  test('an alert about nothing changes nothing of what is met, and never raises precision', () => {
    fc.assert(
      fc.property(runArb, alertArb, ({ truths, alerts }, one) => {
        const before = toScore({ truths, alerts, ...span })
        const after = toScore({ truths, alerts: [...alerts, { ...one, device: 'nobody' }], ...span })
        expect(after).toMatchObject({ met: before.met, unfounded: before.unfounded + 1 })
        expect(after.precision).toBeLessThanOrEqual(before.precision)
      }),
    )
  })

  test('who hears nothing but the truth, in time, has everything', () => {
    fc.assert(
      fc.property(fc.array(truthArb, { maxLength: 12 }), (truths) => {
        const alerts = truths.flatMap((truth) =>
          truth.alerts.map(({ device = '', category, fromMs }) => anAlert({ device, category, raisedMs: fromMs })),
        )
        expect(toScore({ truths, alerts, ...span })).toMatchObject({
          recall: 1,
          precision: 1,
          missed: [],
          unfounded: 0,
        })
      }),
    )
  })
})

describe('what a dispatch system was told', () => {
  const event = (type: string, at: string, alert: object) =>
    ({
      ...{ id: '1', type, at },
      alert: {
        id: 'x',
        rule: 'smoke-high',
        category: 'fire',
        subject: { device: 'smoke-001' },
        raisedAt: at,
        ...alert,
      },
    }) as unknown as AlertEventView

  test('is each alert once, told when it was first told, with its end', () => {
    const told = createToldAlerts()
    told.hear(event('alert.raised', '2026-03-01T02:00:01Z', {}))
    told.hear(event('alert.raised', '2026-03-01T02:00:01Z', {}))
    told.hear(event('alert.raised', '2026-03-01T02:00:02Z', { id: 'path', test: true }))
    const cleared = { raisedAt: '2026-03-01T02:00:01Z', clearedAt: '2026-03-01T02:00:09Z' }
    told.hear(event('alert.cleared', '2026-03-01T02:00:10Z', cleared))

    expect(told.all()).toEqual([
      {
        ...{ id: 'x', rule: 'smoke-high', category: 'fire', device: 'smoke-001' },
        ...{ raisedMs: Date.UTC(2026, 2, 1, 2, 0, 1), toldMs: Date.UTC(2026, 2, 1, 2, 0, 1) },
        clearedMs: Date.UTC(2026, 2, 1, 2, 0, 9),
      },
    ])
  })
})

describe('a report', () => {
  const NAME = { scenario: 'ci', seed: 1 }
  const score: Score = toScore({
    ...{ fromMs: 0, toMs: 3600 * S, thresholds: { recall: 1, delayP95S: 20 } },
    truths: [aTruth(), aTruth({ kind: 'gas', device: 'gas-001' }), aFault({ device: 'temp-001' })],
    alerts: [anAlert({ id: 'one' }), anAlert({ id: 'two', device: 'temp-001', atS: 30 })],
  })

  test('is a table for people', () => {
    expect(toText(NAME, score)).toMatchInlineSnapshot(`
      "ci, seed 1: 60 min simulated

      incident  times  alerts  recall  median  95 %
      fire          1     1/1   100 %    10 s  10 s
      gas           1     0/1     0 %
      all           2     1/2    50 %    10 s  10 s

      fault  times  false alerts
      stuck      1             1

      2 alerts: 1 of 2 expected, 0 more of what happened, 1 false
      recall 50 %, precision 50 %, false alerts a day 24
        missed  0-gas gas-001 fire
        false   smoke-high temp-001 1970-01-01T00:00:30.000Z (0-stuck)
        ✗ recall 50 %, wanted at least 100 %
        ✓ delayP95S 10, wanted at most 20
      failed
      "
    `)
  })

  test('is JUnit XML whose failures are thresholds and faults', () => {
    const xml = toJunit(NAME, score)
    expect(xml).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites>
        <testsuite name="ci, seed 1" tests="5" failures="2" skipped="1">
          <testcase classname="ci.faults" name="stuck raises nothing">
            <failure message="1 times, 1 false alerts"></failure>
          </testcase>
          <testcase classname="ci.thresholds" name="recall">
            <failure message="recall 50 %, wanted at least 100 %"></failure>
          </testcase>
          <testcase classname="ci.thresholds" name="delayP95S">
            <system-out>delayP95S 10, wanted at most 20</system-out>
          </testcase>
          <testcase classname="ci.incidents" name="fire">
            <system-out>1 of 1 expected alerts, median 10 s</system-out>
          </testcase>
          <testcase classname="ci.incidents" name="gas">
            <skipped message="0 of 1 expected alerts"></skipped>
          </testcase>
        </testsuite>
      </testsuites>
      "
    `)
  })
})
