import { describe, expect, test } from 'vitest'
import { CATEGORIES } from '../../core/category.ts'
import { toGlob } from '../../core/glob.ts'
import { createFleet } from '../../simulators/fleet.ts'
import type { Truth } from '../../simulators/incidents/incident.ts'
import { loadScenario, parseScenario, type Scenario } from '../../simulators/scenario.ts'
import { createTimeline, type Timeline } from '../../simulators/timeline.ts'
import { loadWorld } from '../../simulators/world.ts'
import { type Series, toSeries } from './support/decode.ts'
import { appliesTo, firesAtMs, loadShippedRules } from './support/shipped-rules.ts'

const SEED = 7
const HOUR_MS = 3_600_000
const START_MS = Date.UTC(2026, 2, 1, 2)
const world = loadWorld()
const rules = loadShippedRules()
const sampleRules = rules.filter(({ kind }) => ['threshold', 'rate', 'standard'].includes(kind))

function open(scenario: Scenario, startMs = START_MS): { timeline: Timeline; typeOf: Map<string, string> } {
  const fleet = createFleet(world, SEED, scenario)
  const timeline = createTimeline({ scenario, fleet, world, seed: SEED, startMs })
  return { timeline, typeOf: new Map(fleet.map(({ id, type }) => [id, type])) }
}

/** Every shipped rule that the series trips: rule, device, time. */
function trips(series: Series, typeOf: Map<string, string>) {
  return [...series].flatMap(([key, points]) => {
    const [device = '', metric = ''] = key.split(' ')
    return sampleRules
      .filter((rule) => appliesTo(rule, typeOf.get(device)!, metric))
      .map((rule) => {
        const atMs = firesAtMs(rule, points, series.get(`${device} ${rule.over}`))
        return { rule: rule.id, category: rule.category, device, atMs }
      })
      .filter(({ atMs }) => atMs !== null)
  })
}

describe('an ordinary day', () => {
  const quiet = parseScenario(
    [
      'name: quiet',
      'title: { zh: 平静, en: Quiet }',
      'loopS: 86400',
      'incidents: []',
      'counts: { smoke-detector: 12, gas-detector: 6, thermometer: 4, water-level: 5 }',
      'reportEveryS: { vibration-sensor: 30, drone: 3600 }',
    ].join('\n'),
    'quiet.yaml',
  )

  test.each([
    ['in winter', Date.UTC(2026, 0, 20)],
    ['in spring', Date.UTC(2026, 3, 10)],
    ['in summer', Date.UTC(2026, 6, 25)],
  ])('trips none of the shipped rules %s', (_, startMs) => {
    const { timeline, typeOf } = open(quiet, startMs)
    const series: Series = new Map()
    for (let hour = 0; hour < 24; hour++)
      toSeries(timeline.between(startMs + hour * HOUR_MS, startMs + (hour + 1) * HOUR_MS), series)
    expect(series.size).toBeGreaterThan(200)
    expect(trips(series, typeOf)).toEqual([])
  })
})

describe.each(['demo', 'ci', 'faults'])('the truth of %s', (name) => {
  const scenario = loadScenario(name)
  const endMs = START_MS + scenario.loopS * 1000
  const { timeline, typeOf } = open(scenario)
  const truths = timeline.truth(START_MS, endMs)
  const series = toSeries(timeline.between(START_MS, endMs))
  const tripped = trips(series, typeOf)
  const own = truths.filter(({ kind }) => !['sighting', 'dumping', 'swimmer', 'floating', 'silent'].includes(kind))

  test('expects what the shipped rules say on these very messages, in time', () => {
    const missed = own.flatMap((truth) =>
      truth.alerts.filter((alert) => alert.device !== undefined && !tripsDuring(series, typeOf, alert)),
    )
    expect(missed).toEqual([])
  })

  test('expects one alert of each device that one incident acts on, or one of each class', () => {
    for (const { id, alerts } of truths) {
      const expected = alerts.filter(({ device }) => device !== undefined)
      const once = new Set(expected.map(({ device, category, label }) => `${device} ${category} ${label}`))
      expect(once.size, id).toBe(expected.length)
    }
  })

  test('expects of what residents tell only what somebody told by then', () => {
    const calls = timeline.between(START_MS, endMs).filter((event) => event.kind === 'record')
    for (const { address, rule: id, fromMs } of truths.flatMap(({ alerts }) => alerts)) {
      if (address === undefined) continue
      const { types = [], count = 1 } = rules.find((rule) => rule.id === id)!
      const isOfRule = toGlob(types)
      const told = calls.filter(
        ({ atMs, record }) => atMs <= fromMs && record.address === address && isOfRule(record.type),
      )
      expect(told.length, `${id} ${address}`).toBeGreaterThanOrEqual(count)
    }
  })

  test('covers everything that trips: faults and chance add nothing', () => {
    const isCovered = (trip: (typeof tripped)[number]) =>
      truths.some(
        (truth) =>
          truth.isIncident &&
          (truth.touched?.some(({ deviceId }) => deviceId === trip.device) ||
            truth.alerts.some(({ device }) => device === trip.device)),
      )
    expect(tripped.filter((trip) => !isCovered(trip))).toEqual([])
  })

  test('speaks of categories, classes and devices that exist', () => {
    const labels = new Set(rules.flatMap((rule) => Object.keys(rule.labels ?? {})))
    for (const { alerts } of truths)
      for (const { category, device, building, address, label, rule } of alerts) {
        expect(Object.keys(CATEGORIES)).toContain(category)
        expect([device, building, address].filter((subject) => subject !== undefined)).toHaveLength(1)
        if (device !== undefined) expect(typeOf.has(device)).toBe(true)
        if (rule !== undefined) expect(rules.map(({ id }) => id)).toContain(rule)
        if (label !== undefined) expect([...labels]).toContain(label)
      }
  })

  test('says where each thing happens', () => {
    for (const truth of truths) expect(truth.place, truth.id).toMatch(/号|文津河 K\d\+\d{3}/)
  })
})

/** Does a shipped rule of the category fire on what the device said in that span alone? */
function tripsDuring(series: Series, typeOf: Map<string, string>, alert: Truth['alerts'][number]): boolean {
  const { device, category, fromMs, byMs } = alert
  const said = [...series]
    .filter(([key]) => key.startsWith(`${device} `))
    .map(([key, points]) => [key, points.filter(({ atMs }) => fromMs <= atMs && atMs < byMs)] as const)
  return trips(new Map(said), typeOf).some((trip) => trip.category === category)
}
