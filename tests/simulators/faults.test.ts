import { describe, expect, test } from 'vitest'
import { createFleet } from '../../simulators/fleet.ts'
import { parseScenario } from '../../simulators/scenario.ts'
import { createTimeline, type SimulatedEvent, type Timeline } from '../../simulators/timeline.ts'
import { loadWorld } from '../../simulators/world.ts'
import { decode } from './support/decode.ts'

const world = loadWorld()
const START_MS = Date.UTC(2026, 2, 1, 2)

/** One minute of one hygrometer, gas detector and river station that report once a second, with these faults. */
function minute(...faults: string[]): { timeline: Timeline; events: SimulatedEvent[] } {
  const text = [
    'name: x',
    'title: { zh: 甲, en: x }',
    'loopS: 60',
    'counts: { hygrometer: 1, gas-detector: 3, river-station: 1 }',
    'reportEveryS: { hygrometer: 1, gas-detector: 1, river-station: 1 }',
    'incidents: []',
    `faults: [${faults.join(', ')}]`,
  ].join('\n')
  const scenario = parseScenario(text, 'x.yaml')
  const timeline = createTimeline({
    scenario,
    fleet: createFleet(world, 3, scenario),
    world,
    seed: 3,
    startMs: START_MS,
  })
  return { timeline, events: timeline.between(START_MS, START_MS + 60_000) }
}

interface Message {
  sentS: number
  seq: number | undefined
  atS: number[]
}

/** What a device sends: when (seconds after the start), with which number, and of when. */
function messagesOf(events: SimulatedEvent[], deviceId: string): Message[] {
  return events.flatMap((event) => {
    if (event.kind !== 'readings' || event.deviceId !== deviceId) return []
    const { seq } = JSON.parse(event.payload.toString()) as { seq?: number }
    const times = new Set(decode(event.payload).map(([, { atMs }]) => (atMs - START_MS) / 1000))
    return [{ sentS: (event.atMs - START_MS) / 1000, seq, atS: [...times] }]
  })
}

const doOf = (events: SimulatedEvent[]) =>
  events.flatMap((event) =>
    event.kind === 'readings' && event.deviceId === 'river-001'
      ? decode(event.payload).filter(([metric]) => metric === 'do_mg_l')
      : [],
  )

const numbersOf = (messages: Message[]) => messages.map(({ seq }) => seq!)
const counted = (numbers: number[]) => numbers.map((_, i) => Math.min(...numbers) + i)

describe('faults', () => {
  test('every fault is told in the truth by its kind, and raises nothing', () => {
    const { timeline } = minute(
      '{ kind: drift, atS: 5, forS: 20 }',
      '{ kind: back-fill, atS: 5, forS: 20, type: hygrometer }',
      '{ kind: clock-jump, atS: 30, forS: 20, type: gas-detector }',
    )
    const truths = timeline.truth(START_MS, START_MS + 60_000)
    expect(truths.map(({ kind, isIncident, alerts, refusal }) => [kind, isIncident, alerts, refusal])).toEqual([
      ['drift', false, [], undefined],
      ['back-fill', false, [], undefined],
      ['clock-jump', false, [], 'time_out_of_range'],
    ])
  })

  test('drift: the reading leaves the truth more and more, and is back after the calibration', () => {
    const well = doOf(minute().events)
    const drifting = doOf(minute('{ kind: drift, atS: 10, forS: 40 }').events)
    const off = drifting.map(([, { value }], i) => value - well[i]![1].value)
    expect(off[5]).toBe(0)
    expect(off[30]).toBeCloseTo(-0.25, 1)
    expect(off[49]).toBeCloseTo(-0.49, 1)
    expect(off[55]).toBe(0)
  })

  test('re-ordering: every other message comes after the next one, and none is lost', () => {
    const messages = messagesOf(
      minute('{ kind: reorder, atS: 10, forS: 20, type: gas-detector, device: gas-001 }').events,
      'gas-001',
    )
    const numbers = numbersOf(messages)
    expect(numbers).not.toEqual(counted(numbers))
    expect([...numbers].sort((a, b) => a - b)).toEqual(counted(numbers))
    expect(messages.filter(({ sentS, atS }) => sentS - atS[0]! > 1)).toHaveLength(10)
  })

  test('a clock that jumps is right at every other message, and else two days ahead and behind by turns', () => {
    const { events } = minute('{ kind: clock-jump, atS: 10, forS: 8, device: gas-001 }')
    const errors = messagesOf(events, 'gas-001').map(({ sentS, atS }) => Math.round((atS[0]! - sentS) / 86_400))
    expect(errors.filter((days) => days !== 0).sort()).toEqual([-2, -2, 2, 2])
    expect(
      errors
        .slice(0, 10)
        .concat(errors.slice(18))
        .every((days) => days === 0),
    ).toBe(true)
  })

  test.each(['hygro-001', 'gas-001'])(
    'back-fill: %s loses its connection, and then sends all that it kept, oldest first',
    (id) => {
      const { events } = minute(`{ kind: back-fill, atS: 10, forS: 20, device: ${id} }`)
      const own = events.filter(({ deviceId }) => deviceId === id)
      const links = own.flatMap((event) => (event.kind === 'link' ? [[event.atMs - START_MS, event.isUp]] : []))
      expect(links).toEqual([
        [10_000, false],
        [30_000, true],
      ])
      const messages = messagesOf(events, id)
      const batch = messages.filter(({ atS }) => atS.length > 1)
      expect(batch.map(({ sentS, atS }) => [sentS, atS.length])).toEqual([[30, 20]])
      expect(messages.filter(({ sentS }) => sentS >= 10 && sentS < 30)).toEqual([])
      const times = messages.flatMap(({ atS }) => atS)
      expect(times).toEqual([...times].sort((a, b) => a - b))
      expect(times).toHaveLength(60)
    },
  )

  test('flood: one device sends its readings many times a second', () => {
    const { events } = minute('{ kind: flood, atS: 10, forS: 5, perS: 20 }')
    const mad = messagesOf(events, 'river-001').filter(({ seq }) => seq === undefined)
    expect(mad).toHaveLength(100)
    expect(mad.every(({ sentS }) => sentS >= 10 && sentS < 15)).toBe(true)
    expect(messagesOf(events, 'gas-001')).toHaveLength(60)
  })

  test('all of them come out the same in whatever steps time is asked for, over the end of a round too', () => {
    const { timeline } = minute(
      '{ kind: flood, atS: 0, forS: 3 }',
      '{ kind: back-fill, atS: 40, forS: 20, type: hygrometer }',
      '{ kind: reorder, atS: 30, forS: 30, device: gas-001 }',
      '{ kind: reconnect-storm, atS: 0, forS: 20, devices: 3 }',
    )
    const told = (events: SimulatedEvent[]) =>
      events.map((event) => `${event.atMs} ${event.deviceId} ${event.kind === 'readings' ? event.payload : event.kind}`)
    const steps: SimulatedEvent[] = []
    for (let ms = 0; ms < 130_000; ms += 1300) steps.push(...timeline.between(START_MS + ms, START_MS + ms + 1300))
    expect(told(steps).sort()).toEqual(told(timeline.between(START_MS, START_MS + 130_000)).sort())
  })

  test('reconnect storm: many connections break at once, again and again, and all come back', () => {
    const { events } = minute('{ kind: reconnect-storm, atS: 10, forS: 20, devices: 4 }')
    const links = events.filter((event) => event.kind === 'link')
    const track = (id: string) =>
      links
        .filter(({ deviceId }) => deviceId === id)
        .map((event) => (event.isUp ? '^' : 'v'))
        .join('')
    const ids = [...new Set(links.map(({ deviceId }) => deviceId))]
    expect(ids).toHaveLength(4)
    expect(ids.map(track)).toEqual(Array(4).fill('v^v^v^v^'))
    expect(new Set(links.filter(({ isUp }) => !isUp).map(({ atMs }) => atMs)).size).toBe(4)
  })
})
