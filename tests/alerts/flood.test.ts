import { describe, expect, it } from 'vitest'
import { createFloodWatch, type FloodOptions, type FloodSnapshot } from '../../alerts/flood.ts'
import type { Alert } from '../../core/alert.ts'
import type { FloodLimits } from '../../core/flood.ts'
import type { AlertEvent, FloodEvent } from '../../core/ledger-entry.ts'
import { anEvent } from './an-event.ts'

const LIMITS: FloodLimits = { windowS: 600, enterAbove: 10, leaveBelow: 5 }
const causeOf: FloodOptions['causeOf'] = ({ place = '' }: Alert) => ({ kind: 'building', name: place })
const aWatch = (snapshot?: FloodSnapshot) => createFloodWatch({ limits: LIMITS, causeOf, snapshot })

/** A new alert of device `n` at a second; alerts of one `n` are one alert. */
function raised(n: number, second: number, part: Partial<Alert> = {}): AlertEvent {
  const event = anEvent(n, { subject: { device: `d${n}`, metric: 'v' } })
  return { ...event, atMs: second * 1000, alert: { ...event.alert, place: `东园路${n % 3}号`, ...part } }
}

/** One alert every `everyS` seconds. */
function storm(from: number, count: number, everyS: number, part: Partial<Alert> = {}): AlertEvent[] {
  return Array.from({ length: count }, (_, i) => raised(from + i, (from + i) * everyS, part))
}

const feed = (watch: ReturnType<typeof aWatch>, events: AlertEvent[]) => events.flatMap((event) => watch.observe(event))

describe('a flood', () => {
  it('begins with the eleventh new alert within ten minutes, and names the first-out', () => {
    const watch = aWatch()

    expect(feed(watch, storm(1, 10, 30))).toEqual([])
    const decided = feed(watch, [raised(11, 330)])

    expect(decided).toMatchObject([
      { type: 'flood.began', atMs: 330_000, flood: { firstAtMs: 30_000, beganAtMs: 330_000, first: { ordinal: 1 } } },
    ])
    const { flood, newInWindow } = watch.state(330_000)
    expect(newInWindow).toBe(11)
    expect(flood?.first.subject).toEqual({ device: 'd1', metric: 'v' })
    expect(flood?.order.map(({ ordinal, subject }) => [ordinal, subject.device])).toEqual(
      Array.from({ length: 11 }, (_, i) => [i + 1, `d${i + 1}`]),
    )
  })

  it('does not begin while eleven alerts take longer than ten minutes', () => {
    expect(feed(aWatch(), storm(1, 100, 61))).toEqual([])
  })

  it('ends at the moment when fewer than five are new, whenever time is asked', () => {
    const watch = aWatch()
    feed(watch, storm(1, 20, 10))

    // Alerts came at 10 s … 200 s: the fifth from the end, of 160 s, leaves the window at 760 s.
    expect(watch.advance(759_999)).toEqual([])
    expect(watch.state(759_999).flood).not.toBeNull()
    expect(watch.advance(5_000_000)).toMatchObject([
      { type: 'flood.ended', atMs: 760_000, flood: { endedAtMs: 760_000, raised: 20, alerts: 20 } },
    ])
    expect(watch.state(5_000_000)).toMatchObject({ newInWindow: 0, flood: null, over: [{ raised: 20 }] })
  })

  it('goes on while alerts keep coming at more than the lower number', () => {
    const watch = aWatch()
    feed(watch, storm(1, 11, 1))
    expect(feed(watch, storm(1, 50, 90).slice(1))).toEqual([])
    expect(watch.state(4_500_000).flood?.raised).toBe(60)
  })

  it('counts an alert that comes back as new, but gives it no second ordinal', () => {
    const watch = aWatch()
    const decided = feed(
      watch,
      Array.from({ length: 11 }, (_, i) => raised(1, i)),
    )
    expect(decided).toHaveLength(1)
    expect(watch.state(11_000).flood).toMatchObject({ raised: 11, alerts: 1, order: [{ ordinal: 1, raised: 11 }] })
  })

  it('tells of the sources that raised most when it is over', () => {
    const watch = aWatch()
    feed(watch, [...Array.from({ length: 9 }, (_, i) => raised(7, i)), raised(1, 10), raised(2, 11)])

    const [ended] = watch.advance(10_000_000) as [Extract<FloodEvent, { type: 'flood.ended' }>]

    expect(ended.flood.topSources.map(({ subject, count }) => [subject.device, count])).toEqual([
      ['d7', 9],
      ['d1', 1],
      ['d2', 1],
    ])
    expect(ended.flood.topSources[0]?.share).toBeCloseTo(9 / 11)
  })
})

it('is not made by alerts that are kept quiet: they ask nothing of anybody', () => {
  const watch = aWatch()
  const quiet = storm(1, 30, 1).map((event) => ({ ...event, push: false as const }))
  expect(feed(watch, quiet)).toEqual([])
  expect(watch.state(60_000).newInWindow).toBe(0)
})

describe('groups of a flood', () => {
  it('gather alerts of one place and category with the worst, the number and the newest', () => {
    const watch = aWatch()
    feed(watch, [...storm(1, 10, 1, { severity: 'minor' }), raised(11, 11, { category: 'water', severity: 'minor' })])
    feed(watch, [raised(12, 12, { severity: 'major' })])
    watch.observe({ ...raised(3, 13), type: 'alert.cleared', alert: { ...raised(3, 3).alert, ...CLOSED } })

    const groups = watch.state(13_000).flood?.groups

    expect(
      groups?.map(({ cause, category, count, open, worst }) => [cause.name, category, count, open, worst]),
    ).toEqual([
      ['东园路1号', 'fire', 4, 4, 'minor'],
      ['东园路0号', 'fire', 4, 3, 'major'],
      ['东园路2号', 'fire', 3, 3, 'minor'],
      ['东园路2号', 'water', 1, 1, 'minor'],
    ])
    expect(groups?.[1]?.newest.atMs).toBe(12_000)
  })

  it('never hide an alert of level 1, one that became it, or one that lives depend on', () => {
    const watch = aWatch()
    feed(watch, [raised(1, 1, { severity: 'critical' }), ...storm(2, 11, 1, { severity: 'minor' })])
    watch.observe({ ...raised(5, 20, { severity: 'critical' }), type: 'alert.updated' })
    watch.observe(raised(13, 20, { severity: 'warning', lifeSafety: true }))

    const flood = watch.state(20_000).flood

    expect(flood?.apart.map(({ subject }) => subject.device)).toEqual(['d1', 'd5', 'd13'])
    expect(flood?.groups.reduce((sum, { count }) => sum + count, 0)).toBe(10)
  })
})

const CLOSED = { state: 'cleared', acknowledged: true } as const

describe('a restart', () => {
  const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

  it('knows the flood from its snapshot and the ledger after it, and writes nothing twice', () => {
    const watch = aWatch()
    const entries = [...storm(1, 5, 1)]
    feed(watch, entries)
    const stored = copy(watch.snapshot())
    const later = storm(6, 8, 1)
    const began = feed(watch, later)
    const ledger = [...later.slice(0, 6), ...began, ...later.slice(6)]
    for (const entry of began) watch.observe(entry)

    const after = aWatch(stored)
    for (const entry of ledger) after.observe(copy(entry))

    expect(after.unwritten()).toEqual([])
    expect(after.snapshot()).toEqual(watch.snapshot())
  })

  it('writes what was decided and lost before it was durable', () => {
    const after = aWatch()
    feed(after, storm(1, 11, 1))
    expect(after.unwritten().map(({ type }) => type)).toEqual(['flood.began'])

    const again = aWatch(copy(after.snapshot()))
    expect(again.unwritten()).toEqual(after.unwritten())
    for (const entry of again.unwritten()) again.observe(entry)
    expect(again.unwritten()).toEqual([])
  })

  it('ends a flood at its own moment when nothing ran meanwhile, and starts the next afresh', () => {
    const watch = aWatch()
    feed(watch, storm(1, 12, 1))
    const after = aWatch(copy(watch.snapshot()))

    const [ended] = after.observe(raised(50, 90_000))

    expect(ended).toMatchObject({ type: 'flood.ended', atMs: 608_000 })
    expect(after.state(90_000_000)).toMatchObject({ newInWindow: 1, flood: null })
  })

  it('takes the word of the ledger where it saw the moments in another order', () => {
    const watch = aWatch()
    const began = feed(watch, storm(1, 12, 1))
    const ended = watch.advance(700_000)
    const after = aWatch()
    for (const entry of [...began, ...ended]) after.observe(entry)
    expect(after.state(700_000)).toMatchObject({ flood: null, over: [{ id: 'flood-11000', raised: 12 }] })
    expect(after.unwritten()).toEqual([])
  })
})
