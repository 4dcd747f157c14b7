import { describe, expect, it } from 'vitest'
import { createStatistics, type Statistics, type StatisticsSnapshot } from '../../alerts/statistics.ts'
import type { Alert } from '../../core/alert.ts'
import type { FloodRecord, FloodState } from '../../core/flood.ts'
import type { AlertEvent, AlertEventType } from '../../core/ledger-entry.ts'
import { anEvent } from './an-event.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const CALM: FloodState = {
  limits: { windowS: 600, enterAbove: 10, leaveBelow: 5 },
  newInWindow: 0,
  flood: null,
  over: [],
}

/** A change of the alert of device `n` at `atMs`. */
function event(n: number, atMs: number, type: AlertEventType = 'alert.raised', part: Partial<Alert> = {}): AlertEvent {
  const made = anEvent(n, { subject: { device: `d${n}` } })
  return { ...made, type, atMs, alert: { ...made.alert, raisedAtMs: atMs, ...part } }
}

function feed(events: AlertEvent[], statistics: Statistics = createStatistics()): Statistics {
  for (const one of events) statistics.observe(one)
  return statistics
}

const at = (statistics: Statistics, nowMs: number, open: Alert[] = [], floods = CALM) =>
  statistics.at(nowMs, { open, floods })

describe('the rate of alerts', () => {
  it('is told per ten minutes: now, on the mean, and at the worst', () => {
    const burst = Array.from({ length: 12 }, (_, n) => event(n + 1, 2 * HOUR + n * MINUTE))
    const statistics = feed([event(99, HOUR), ...burst])

    const { per10Min, raised, fromMs } = at(statistics, 3 * HOUR)

    expect({ per10Min, raised, fromMs }).toEqual({
      raised: 13,
      fromMs: HOUR,
      per10Min: { now: 0, mean: 13 / 12, max: 10 },
    })
    expect(at(statistics, 2 * HOUR + 11 * MINUTE).per10Min.now).toBe(10)
  })

  it('forgets what is a day old', () => {
    const statistics = feed([event(1, HOUR), event(2, 20 * HOUR)])
    expect(at(statistics, 24 * HOUR).raised).toBe(2)
    expect(at(statistics, 26 * HOUR)).toMatchObject({ raised: 1, fromMs: 3 * HOUR, per10Min: { max: 1 } })
    expect(at(statistics, 50 * HOUR)).toMatchObject({ raised: 0, topSources: [], rules: [] })
  })

  it('spreads over the severities', () => {
    const severities = ['warning', 'warning', 'warning', 'critical'] as const
    const statistics = feed(severities.map((severity, n) => event(n, HOUR, 'alert.raised', { severity })))
    expect(at(statistics, HOUR).severities).toMatchObject({
      critical: { count: 1, share: 0.25 },
      major: { count: 0, share: 0 },
      warning: { count: 3, share: 0.75 },
    })
    expect(statistics.raisedEver()).toEqual({ critical: 1, major: 0, minor: 0, warning: 3 })
  })
})

describe('chattering', () => {
  it.each([
    { title: 'is three times within a minute', seconds: [0, 30, 59], count: 1 },
    { title: 'is not three times in a longer time', seconds: [0, 30, 60], count: 0 },
    { title: 'is not twice', seconds: [0, 1], count: 0 },
    { title: 'is counted for each time that ends three in a minute', seconds: [0, 10, 20, 30, 40], count: 3 },
  ])('$title', ({ seconds, count }) => {
    const statistics = feed(seconds.map((second) => event(1, HOUR + second * 1000)))
    const { chattering } = at(statistics, 2 * HOUR)
    expect(chattering.items.map((one) => [one.subject.device, one.count])).toEqual(count === 0 ? [] : [['d1', count]])
  })
})

describe('stale alerts', () => {
  it('are those active for more than a day, the longest first', () => {
    const open = [3, 1, 2].map((n) => event(n, n * HOUR).alert)
    const statistics = feed(open.map((alert) => ({ ...event(1, alert.raisedAtMs), alert })))

    const { stale } = at(statistics, DAY + 2 * HOUR, open)

    expect(stale.items.map(({ subject, activeSinceMs }) => [subject.device, activeSinceMs])).toEqual([
      ['d1', HOUR],
      ['d2', 2 * HOUR],
    ])
  })

  it('are counted from when they came back, and are not those that have ended', () => {
    const first = event(1, HOUR)
    const ended = event(2, HOUR, 'alert.cleared', { state: 'cleared' })
    const back = { ...event(1, 20 * HOUR), alert: first.alert }
    const statistics = feed([first, { ...first, type: 'alert.cleared', atMs: 2 * HOUR }, back, event(2, HOUR), ended])

    expect(at(statistics, 30 * HOUR, [first.alert, ended.alert]).stale).toEqual({ count: 0, items: [] })
    expect(at(statistics, 45 * HOUR, [first.alert]).stale.items).toMatchObject([{ activeSinceMs: 20 * HOUR }])
  })
})

describe('the top ten', () => {
  it('are the sources that raised most, with their share', () => {
    const events = Array.from({ length: 12 }, (_, n) =>
      Array.from({ length: n + 1 }, (_, i) => event(n, HOUR + i * MINUTE)),
    ).flat()

    const { topSources, topSourcesShare } = at(feed(events), 2 * HOUR)

    expect(topSources.map(({ count }) => count)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3])
    expect(topSources[0]).toMatchObject({ subject: { device: 'd11' }, share: 12 / 78 })
    expect(topSourcesShare).toBeCloseTo(75 / 78)
  })
})

describe('the time that people and conditions take', () => {
  it('is the mean per rule', () => {
    const statistics = feed([
      event(1, HOUR),
      event(2, HOUR),
      event(1, HOUR + 10_000, 'alert.acknowledged', { acknowledged: true }),
      event(2, HOUR + 30_000, 'alert.acknowledged', { acknowledged: true }),
      event(1, HOUR + MINUTE, 'alert.cleared', { state: 'cleared' }),
    ])
    expect(at(statistics, 2 * HOUR).rules).toMatchObject([
      { rule: 'smoke', raised: 2, acknowledged: { count: 2, meanS: 20 }, cleared: { count: 1, meanS: 60 } },
    ])
  })

  it('begins again when an acknowledged alert became worse', () => {
    const statistics = feed([
      event(1, HOUR),
      event(1, HOUR + 10_000, 'alert.acknowledged', { acknowledged: true }),
      { ...event(1, HOUR + 50_000, 'alert.updated'), severityBefore: 'minor' },
      event(1, HOUR + 90_000, 'alert.acknowledged', { acknowledged: true }),
    ])
    expect(at(statistics, 2 * HOUR).rules[0]?.acknowledged).toEqual({ count: 2, meanS: 25 })
  })

  it('is unknown, not zero, where there was none', () => {
    expect(at(feed([event(1, HOUR)]), HOUR).rules[0]?.cleared).toEqual({ count: 0, meanS: null })
  })
})

describe('false alarms', () => {
  const falseAlarm = { reason: 'weather', by: '王', atMs: HOUR + 5000 } as const
  const marked = (n: number) => event(n, HOUR + 5000, 'alert.false_alarm', { acknowledged: true, falseAlarm })

  it('are counted per rule, each once, and count as seen', () => {
    const statistics = feed([event(1, HOUR), event(2, HOUR), marked(1), marked(1)])
    expect(at(statistics, 2 * HOUR)).toMatchObject({
      falseAlarms: 1,
      rules: [{ raised: 2, falseAlarms: 1, acknowledged: { count: 1, meanS: 5 } }],
    })
  })

  it('are not counted when the mark was taken back', () => {
    const statistics = feed([event(1, HOUR), marked(1), event(1, HOUR + 9000, 'alert.reopened')])
    expect(at(statistics, 2 * HOUR)).toMatchObject({ falseAlarms: 0, rules: [{ falseAlarms: 0 }] })
  })
})

it('tells which part of the day was flood', () => {
  const over = { beganAtMs: 3 * HOUR, endedAtMs: 4 * HOUR } as FloodRecord
  const statistics = feed([event(1, 0)])
  expect(at(statistics, 10 * HOUR, [], { ...CALM, over: [over] })).toMatchObject({ floods: 1, floodShare: 0.1 })
})

it('goes on from its snapshot as if there had been no restart', () => {
  const events = Array.from({ length: 60 }, (_, n) =>
    event(n % 7, n * 20 * MINUTE, (['alert.raised', 'alert.acknowledged', 'alert.cleared'] as const)[n % 3]),
  )
  const whole = feed(events)
  const half = JSON.parse(JSON.stringify(feed(events.slice(0, 31)).snapshot())) as StatisticsSnapshot
  expect(at(feed(events.slice(31), createStatistics(half)), DAY)).toEqual(at(whole, DAY))
})

it('stays bounded however many sources there are, and keeps those that raised last', () => {
  const statistics = createStatistics()
  for (let n = 0; n < 5_200; n++)
    statistics.observe(event(1, HOUR + n, 'alert.raised', { subject: { device: `x${n}` } }))
  const { sources } = statistics.snapshot()
  expect([sources.length, sources[0]?.subject.device]).toEqual([5_000, 'x200'])
})
