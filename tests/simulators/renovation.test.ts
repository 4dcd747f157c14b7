import { describe, expect, test } from 'vitest'
import type { RecordEntry, Sample } from '../../core/observation.ts'
import { createFleet } from '../../simulators/fleet.ts'
import { makeHouses } from '../../simulators/quarter/houses.ts'
import { recordsBetween, withoutSensors } from '../../simulators/quarter/records.ts'
import { parseScenario } from '../../simulators/scenario.ts'
import { createTimeline, type SimulatedEvent } from '../../simulators/timeline.ts'
import { loadWorld } from '../../simulators/world.ts'
import { createHouseWorld, DAY_MS, type Step } from '../fixtures/house-world.ts'
import { decode } from './support/decode.ts'

const world = loadWorld()
const SEED = 1
const scenario = parseScenario(
  [
    'name: x',
    'title: { zh: 甲, en: x }',
    'loopS: 600',
    'houses: { recordEveryS: 30 }',
    'counts: { smoke-detector: 0, water-leak: 0, river-station: 0, drone: 0, vibration-sensor: 8 }',
    'incidents:',
    '  - { kind: renovation, filed: false, atS: 5, forS: 500 }',
    '  - { kind: renovation, filed: true, atS: 8, forS: 500 }',
  ].join('\n'),
  'x.yaml',
)
const fleet = createFleet(world, SEED, scenario)

function play(startMs: number, minutes: number) {
  const timeline = createTimeline({ scenario, fleet, world, seed: SEED, startMs })
  const endMs = startMs + minutes * 60_000
  return { events: timeline.between(startMs, endMs), truths: timeline.truth(startMs, startMs + 60_000) }
}

/** As the service takes it in: the official spelling of an address is that of its house. */
function toStep(event: SimulatedEvent, houseAt: ReadonlyMap<string, string>): Step[] {
  const { atMs } = event
  if (event.kind === 'readings') {
    const samples = decode(event.payload).map(([metric, point]): Sample => ({ metric, ...point }))
    return [{ atMs, arrival: { kind: 'readings', deviceId: event.deviceId, messageSeq: null, samples } }]
  }
  if (event.kind !== 'record') return []
  const { recordId, type: recordType, at, address, body } = event.record
  const building = houseAt.get(address)
  const of = { kind: 'record', deviceId: 'office', recordId, recordType, atMs: Date.parse(at), address } as const
  const arrival: RecordEntry = { ...of, body: building === undefined ? body : { ...body, building } }
  return [{ atMs, arrival }]
}

describe('a renovation', () => {
  test.each([
    ['at night', '2026-03-04T02:00:00+08:00'],
    ['on a working day', '2026-03-04T15:00:00+08:00'],
    ['on a Sunday evening', '2026-03-08T20:00:00+08:00'],
  ])('begun %s is likely within three minutes where nobody filed it, and known where somebody did', (_, start) => {
    const startMs = Date.parse(start)
    const { events, truths } = play(startMs, 4)
    const houses = makeHouses(world, SEED, fleet)
    const houseAt = new Map(houses.map(({ address, id }) => [address, id]))
    const quarter = createHouseWorld(houses)
    const before = recordsBetween(withoutSensors(houses), { seed: SEED, everyS: 7200 }, startMs - 60 * DAY_MS, startMs)
    quarter.run(
      [...before.map((event) => ({ ...event, atMs: startMs })), ...events].flatMap((event) => toStep(event, houseAt)),
    )
    quarter.advance(startMs + 240_000)

    const alerts = truths.flatMap((truth) => truth.alerts)
    const [unfiled, filed] = alerts.map(({ building }) => building!)
    expect(alerts.map(({ rule }) => rule)).toEqual(['renovation-likely', 'works-approved'])
    expect(quarter.changesOf(unfiled!)).toContain('likely')
    expect(quarter.changesOf(filed!)).toContain('approved')
    expect(quarter.changesOf(filed!)).not.toContain('likely')
    const warned = quarter.news.filter(({ change }) => change === 'likely')
    expect(warned.map(({ suspicion }) => suspicion.building)).toEqual([unfiled])
    expect(warned[0]!.atMs - startMs).toBeLessThan(180_000)
    const kinds = warned[0]!.suspicion.evidence.map(({ kind }) => kind)
    expect(kinds).toEqual(expect.arrayContaining(['lease.signed', 'drilling', 'dust', 'tools']))
  })

  test('its sensors say nothing new before all that they kept is sent', () => {
    const startMs = Date.parse('2026-03-04T15:00:00+08:00')
    const { events, truths } = play(startMs, 2)
    const address = truths[0]!.place
    for (const { id } of fleet.filter(({ place }) => place === address)) {
      const times = events.flatMap((event) =>
        event.kind === 'readings' && event.deviceId === id ? decode(event.payload).map(([, { atMs }]) => atMs) : [],
      )
      expect(times).toEqual([...times].sort((a, b) => a - b))
    }
  })

  test('the past is the same when it is told again later that day, and the house is another one on another day', () => {
    const at = (start: string) => play(Date.parse(start), 1)
    const [once, again, tomorrow] = ['03-04T15:00:00', '03-04T16:30:00', '03-05T15:00:00'].map((time) =>
      at(`2026-${time}+08:00`),
    )
    const past = ({ events, truths }: ReturnType<typeof play>) =>
      new Map(
        events.flatMap((event) => {
          const isOfHouse = fleet.some(({ id, place }) => id === event.deviceId && place === truths[0]!.place)
          if (event.kind !== 'readings' || !isOfHouse) return []
          return decode(event.payload).map(([metric, { atMs, value }]) => [
            `${event.deviceId} ${metric} ${atMs}`,
            value,
          ])
        }),
      )
    const [first, second] = [past(once!), past(again!)]
    const midnightMs = Date.parse('2026-03-04T00:00:00+08:00')
    const old = [...first].filter(([key]) => Number(key.split(' ')[2]) <= midnightMs)
    expect(old.length).toBeGreaterThan(1000)
    for (const [key, value] of old) expect(second.get(key), key).toBe(value)
    expect(tomorrow!.truths[0]!.place).not.toBe(once!.truths[0]!.place)
  })
})
