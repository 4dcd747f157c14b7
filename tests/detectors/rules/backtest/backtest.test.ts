import { describe, expect, it } from 'vitest'
import type { Device } from '../../../../core/device.ts'
import type { Observation } from '../../../../core/observation.ts'
import { createBacktest } from '../../../../detectors/rules/backtest/backtest.ts'
import { createDayOf } from '../../../../detectors/rules/backtest/day-of.ts'
import { createFloodCount } from '../../../../detectors/rules/backtest/flood-count.ts'
import type { RuleSet } from '../../../../detectors/rules/rule.ts'
import { aDevice, rulesOf } from '../play.ts'

const MINUTE = 60_000
/** Midnight in Shanghai. */
const FROM = Date.UTC(2026, 1, 28, 16)
const HOUR = 60 * MINUTE

const threshold = (id: string, rest: string) =>
  `  - { id: ${id}, title: { zh: 热, en: Hot }, category: other, kind: threshold, where: { metric: v }, ${rest} }\n`
const HOT = rulesOf(`rules:\n${threshold('hot', 'severities: { minor: 30, major: 40 }')}`)
const HOTTER = rulesOf(`rules:\n${threshold('hot', 'severities: { minor: 35, major: 45 }')}`)

/** Values of metric `v`, one a minute from `FROM` on; null: nothing comes. */
function track(
  values: (number | null)[],
  device = 'd1',
  startMs = FROM,
): Omit<Observation & { kind: 'readings' }, 'seq'>[] {
  return values.flatMap((value, i) => {
    const atMs = startMs + i * MINUTE
    if (value === null) return []
    return [
      {
        kind: 'readings' as const,
        arrivalMs: atMs,
        deviceId: device,
        messageSeq: null,
        samples: [{ metric: 'v', atMs, value }],
      },
    ]
  })
}

interface Play {
  rules: RuleSet
  inForce?: RuleSet
  devices?: Device[]
  sent: ReturnType<typeof track>
  judgedFromMs?: number
  toMs?: number
}
function play({
  rules,
  inForce,
  devices = [aDevice({ registeredAtMs: 0, place: '东园' })],
  sent,
  judgedFromMs = FROM,
  toMs = FROM + 48 * HOUR,
}: Play) {
  const dayOf = createDayOf('Asia/Shanghai')
  const backtest = createBacktest({ rules, inForce: inForce ?? null, devices, judgedFromMs, fromMs: FROM, toMs, dayOf })
  for (const [i, each] of sent.toSorted((a, b) => a.arrivalMs - b.arrivalMs).entries())
    backtest.observe({ ...each, seq: i + 1 })
  return backtest.finish()
}

describe('a back-test', () => {
  it('counts alerts as they would have been raised: per day, place, rule and worst severity, and how long they lasted', () => {
    const sent = track([20, 35, 45, 35, 20, 20, 35, 20])
    const { after, readings, devices } = play({ rules: HOT, sent })

    expect({ readings, devices }).toEqual({ readings: 8, devices: 1 })
    expect(after).toMatchObject({
      alerts: 2,
      perDay: [
        { day: '2026-03-01', alerts: 2 },
        { day: '2026-03-02', alerts: 0 },
      ],
      perPlace: [{ place: '东园', alerts: 2 }],
      perRule: [
        { rule: 'hot', alerts: 2, bySeverity: { major: 1, minor: 1 }, activeMs: 4 * MINUTE, longestMs: 3 * MINUTE },
      ],
      bySeverity: { major: 1, minor: 1 },
      activeMs: 4 * MINUTE,
      longest: { raisedAtMs: FROM + MINUTE, clearedAtMs: FROM + 4 * MINUTE, severity: 'major' },
      stillActive: 0,
    })
  })

  it('counts an alert on the day it was raised, in the service’s time zone, and what fires still until the end', () => {
    const sent = track([20, 35], 'd1', FROM + 23 * HOUR + 58 * MINUTE)
    const { after } = play({ rules: HOT, sent })

    expect(after.perDay).toEqual([
      { day: '2026-03-01', alerts: 1 },
      { day: '2026-03-02', alerts: 0 },
    ])
    expect(after).toMatchObject({ stillActive: 1, activeMs: 24 * HOUR + MINUTE, longest: { clearedAtMs: null } })
  })

  it('tells what is new, gone, changed and the same against the rules in force', () => {
    //                  gone       changed              milder          the same for the cold rule
    const sent = track([32, 20, 20, 32, 37, 37, 20, 20, 42, 20, 20, -5, 20])
    const cold = threshold('cold', 'below: 0, severity: warning')
    const icy = threshold('icy', 'below: -1, severity: minor')
    const inForce = rulesOf(`rules:\n${threshold('hot', 'severities: { minor: 30, major: 40 }')}${cold}`)
    const rules = rulesOf(`rules:\n${threshold('hot', 'severities: { minor: 35, major: 45 }')}${cold}${icy}`)

    const { diff, before, after } = play({ rules, inForce, sent })

    expect([before?.alerts, after.alerts]).toEqual([4, 4])
    expect(diff).toMatchObject({ same: 1, added: 1, vanished: 1, changed: 2, complete: true })
    expect(diff?.perRule).toEqual([
      { rule: 'cold', before: 1, after: 1, added: 0, vanished: 0, changed: 0 },
      { rule: 'hot', before: 3, after: 2, added: 0, vanished: 1, changed: 2 },
      { rule: 'icy', before: 0, after: 1, added: 1, vanished: 0, changed: 0 },
    ])
    expect(diff?.addedFirst.map(({ rule }) => rule)).toEqual(['icy'])
    expect(diff?.vanishedFirst).toMatchObject([{ raisedAtMs: FROM, clearedAtMs: FROM + MINUTE }])
    expect(diff?.changedFirst).toMatchObject([
      { before: { raisedAtMs: FROM + 3 * MINUTE }, after: { raisedAtMs: FROM + 4 * MINUTE, severity: 'minor' } },
      { before: { severity: 'major' }, after: { severity: 'minor', raisedAtMs: FROM + 8 * MINUTE } },
    ])
  })

  it('says that equal rules make no difference', () => {
    const { diff, before, after } = play({ rules: HOT, inForce: HOT, sent: track([20, 35, 20, 45]) })
    expect(before).toEqual(after)
    expect(diff).toMatchObject({ same: 2, added: 0, vanished: 0, changed: 0 })
  })

  it('has what began before under way, counts only its time within, and does not call it new', () => {
    const sent = track([35, 35, 35, 20, 35], 'd1', FROM - 2 * MINUTE)
    const warm = play({ rules: HOT, inForce: HOTTER, sent, judgedFromMs: FROM - HOUR })

    expect(warm.after).toMatchObject({ alerts: 1, stillActive: 1 })
    expect(warm.after.perRule).toMatchObject([{ alerts: 1, bySeverity: { minor: 1 } }])
    expect(warm.after.activeMs).toBe(MINUTE + 48 * HOUR - 2 * MINUTE)
    expect(warm.diff).toMatchObject({ added: 2 })
  })

  it('knows a device from its registration, or from its first word when that was filled in, and misses no other', () => {
    const silent = rulesOf(
      'rules:\n  - { id: quiet, title: { zh: 静, en: Quiet }, category: device, kind: no-data, after: 10m, severity: warning }',
    )
    const devices = [
      aDevice({ id: 'old', registeredAtMs: 0 }),
      aDevice({ id: 'new', registeredAtMs: FROM + HOUR }),
      aDevice({ id: 'filled-in', registeredAtMs: FROM + 1000 * HOUR }),
      aDevice({ id: 'never', registeredAtMs: FROM + 1000 * HOUR }),
    ]
    const sent = [...track([1, 1], 'filled-in', FROM + 30 * MINUTE), ...track([1], 'new', FROM + HOUR + MINUTE)]
    const { diff } = play({ rules: silent, inForce: rulesOf('rules: []'), devices, sent })

    expect(diff?.addedFirst.map(({ subject, raisedAtMs }) => [subject.device, (raisedAtMs - FROM) / MINUTE])).toEqual([
      ['old', 10],
      ['filled-in', 41],
      ['new', 71],
    ])
  })

  it('does not count what came so late that it is history', () => {
    const late = track([45], 'd1', FROM).map((each) => ({ ...each, arrivalMs: FROM + 2 * HOUR }))
    const { after } = play({ rules: HOT, sent: [...late, ...track([20], 'd1', FROM + 2 * HOUR + MINUTE)] })
    expect(after).toMatchObject({ alerts: 0, historical: 1 })
  })
})

describe('the time in a flood of alerts', () => {
  const minutes = (raised: number[], untilMinute: number, fromMinute = 0) => {
    const count = createFloodCount({ windowS: 600, enterAbove: 10, leaveBelow: 5 }, fromMinute * MINUTE)
    for (const minute of raised) count.raised(minute * MINUTE)
    return count.total(untilMinute * MINUTE)
  }
  const burst = (from: number, count: number, every: number) =>
    Array.from({ length: count }, (_, i) => from + i * every)

  it.each([
    ['ten in ten minutes are none', burst(0, 10, 0.5), 60, { floods: 0, minutes: 0 }],
    [
      'eleven are one, from the eleventh until fewer than five are left',
      burst(0, 11, 0.5),
      60,
      { floods: 1, minutes: 8 },
    ],
    ['eleven that take longer are none', burst(0, 30, 1), 60, { floods: 0, minutes: 0 }],
    ['it lasts while they keep coming', burst(0, 11, 0.5).concat(burst(6, 30, 1.5)), 100, { floods: 1, minutes: 48.5 }],
    ['two apart are two', burst(0, 11, 0.5).concat(burst(60, 11, 0.5)), 100, { floods: 2, minutes: 16 }],
    ['one that is on at the end lasts until then', burst(0, 11, 0.5), 7, { floods: 1, minutes: 2 }],
  ])('%s', (_what, raised, until, expected) => {
    expect(minutes(raised, until)).toEqual(expected)
  })

  it('counts one from before only within the time asked for', () => {
    expect(minutes(burst(0, 11, 0.5), 60, 10)).toEqual({ floods: 0, minutes: 3 })
  })
})

it('a back-test makes findings of the pictures of its time', () => {
  const rules = rulesOf(`rules:
  - { id: dumped, title: { zh: 堆, en: Dumped }, category: river, kind: finding, labels: { dump_pile: minor } }
`)
  const sent = [0, 1, 2].map((minute) => ({
    ...{ kind: 'analysis' as const, deviceId: 'd1', frameId: `f${minute}`, state: 'analysed' as const, model: 'm' },
    ...{ atMs: FROM + minute * MINUTE, arrivalMs: FROM + minute * MINUTE },
    detections: [
      { label: 'dump_pile', score: 0.8, box: [0, 0, 9, 9] as [number, number, number, number], position: SPOT },
    ],
  }))
  expect(play({ rules, sent: sent as never }).after).toMatchObject({ alerts: 1, perRule: [{ rule: 'dumped' }] })
})

const SPOT = { lat: 30, lon: 120 }
