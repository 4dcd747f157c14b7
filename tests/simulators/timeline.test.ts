import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createFleet } from '../../simulators/fleet.ts'
import { loadScenario, parseScenario } from '../../simulators/scenario.ts'
import { createTimeline, type SimulatedEvent, type Timeline } from '../../simulators/timeline.ts'
import { loadWorld } from '../../simulators/world.ts'
import { decode } from './support/decode.ts'

const world = loadWorld()
const START_MS = Date.UTC(2026, 2, 1, 2)
const ci = loadScenario('ci')

function timelineOf(seed: number, scenario = ci): Timeline {
  return createTimeline({ scenario, fleet: createFleet(world, seed, scenario), world, seed, startMs: START_MS })
}

function only(entries: string) {
  const text = `name: x\ntitle: { zh: 甲, en: x }\nloopS: 60\n${entries}`
  const scenario = parseScenario(text, 'x.yaml')
  return { ...scenario, reportEveryS: ci.reportEveryS!, counts: ci.counts! }
}

function digest(events: SimulatedEvent[]): string {
  const hash = createHash('sha256')
  for (const event of events) {
    hash.update(`${event.kind} ${event.atMs} ${event.deviceId} `)
    if (event.kind === 'readings') hash.update(event.payload)
    if (event.kind === 'frame') hash.update(event.take())
    if (event.kind === 'record') hash.update(JSON.stringify(event.record))
  }
  return hash.digest('hex')
}

const readingsFrom = (events: SimulatedEvent[], deviceId: string) =>
  events.filter((event) => event.kind === 'readings').filter((event) => event.deviceId === deviceId)

describe('determinism', () => {
  test('the same seed and times give the same bytes, pictures included', () => {
    const hour = () => digest(timelineOf(5).between(START_MS, START_MS + 60_000))
    expect(hour()).toBe(hour())
  })

  test('it makes no difference in which steps time is asked for', () => {
    const whole = timelineOf(5).between(START_MS, START_MS + 70_000)
    const stepped = timelineOf(5)
    const steps: SimulatedEvent[] = []
    for (let ms = 0; ms < 70_000; ms += 700) steps.push(...stepped.between(START_MS + ms, START_MS + ms + 700))
    expect(digest(steps)).toBe(digest(whole))
  })

  test('another seed gives other bytes and other places', () => {
    const [five, six] = [timelineOf(5), timelineOf(6)]
    expect(digest(five.between(START_MS, START_MS + 5000))).not.toBe(digest(six.between(START_MS, START_MS + 5000)))
    const places = (timeline: Timeline) => timeline.truth(START_MS, START_MS + 60_000).map(({ place }) => place)
    expect(places(five)).not.toEqual(places(six))
  })

  // Guards the bytes across machines and versions of Node: only integer hashing and rounded values go into messages.
  test('the bytes of ten seconds are these', () => {
    expect(digest(timelineOf(5).between(START_MS, START_MS + 10_000))).toMatchInlineSnapshot(
      `"ae6dff3984e2185d0252e99a14408059e59e791a3112f907f8169461c2a6306a"`,
    )
  })

  test('the next round strikes elsewhere', () => {
    const timeline = timelineOf(5)
    const fire = (round: number) =>
      timeline.truth(START_MS + round * 60_000, START_MS + (round + 1) * 60_000).find(({ kind }) => kind === 'fire')!
    expect(new Set([0, 1, 2, 3, 4, 5].map((round) => fire(round).device)).size).toBeGreaterThan(1)
    expect(fire(1).startMs - fire(0).startMs).toBe(60_000)
  })
})

describe('messages', () => {
  test('count upwards without gaps, and go on counting when the simulation starts again', () => {
    const seqs = (startMs: number) =>
      readingsFrom(timelineOf(5, only('incidents: []')).between(startMs, startMs + 30_000), 'gas-001').map(
        ({ payload }) => (JSON.parse(payload.toString()) as { seq: number }).seq,
      )
    const first = seqs(START_MS)
    const second = seqs(START_MS + 30_000)
    expect(first).toHaveLength(30)
    for (const [i, seq] of [...first, ...second].entries()) expect(seq).toBe(first[0]! + i)
  })

  test('are plain JSON from most devices and SenML from some', () => {
    const events = timelineOf(5).between(START_MS, START_MS + 1000)
    const text = (id: string) => readingsFrom(events, id)[0]!.payload.toString()
    expect(JSON.parse(text('smoke-002'))).toEqual({
      at: expect.stringMatching(/^2026-03-01T02:00:00\.\d{3}Z$/),
      seq: expect.any(Number),
      values: expect.objectContaining({ smoke_dbm: expect.any(Number), temp_c: expect.any(Number) }),
    })
    expect((JSON.parse(text('hygro-002')) as unknown[]).slice(0, 3)).toEqual([
      { bn: 'hygro-002/', bt: expect.any(Number), n: 'rh_pct', u: '%RH', v: expect.any(Number) },
      { n: 'temp_c', u: 'Cel', v: expect.any(Number) },
      { n: 'moisture_pct', v: expect.any(Number) },
    ])
  })

  test('come at 20 to 60 a second in the demo', () => {
    const events = timelineOf(5, loadScenario('demo')).between(START_MS, START_MS + 60_000)
    expect(events.length / 60).toBeGreaterThan(20)
    expect(events.length / 60).toBeLessThan(60)
  })
})

describe('faults', () => {
  const during = (fault: string, device: string, forMs = 40_000) =>
    readingsFrom(
      timelineOf(5, only(`incidents: []\nfaults:\n  - ${fault}`)).between(START_MS, START_MS + forMs),
      device,
    )
  const valuesOf = (events: { payload: Buffer }[], metric: string) =>
    events.flatMap(({ payload }) => decode(payload).filter(([name]) => name === metric)).map(([, { value }]) => value)

  test('a stuck sensor repeats one value and then goes on', () => {
    const temps = valuesOf(during('{ kind: stuck, atS: 10, forS: 20, device: temp-001 }', 'temp-001'), 'temp_c')
    expect(new Set(temps.slice(11, 29)).size).toBe(1)
    expect(new Set(temps.slice(31)).size).toBeGreaterThan(1)
  })

  test('a spike is one wrong value', () => {
    const oxygen = valuesOf(during('{ kind: spike, atS: 10, forS: 5, device: river-001 }', 'river-001'), 'do_mg_l')
    expect(oxygen.filter((value) => value === 0)).toHaveLength(1)
  })

  test('a drop-out leaves a gap', () => {
    expect(during('{ kind: drop-out, atS: 10, forS: 5, device: sump-001 }', 'sump-001')).toHaveLength(35)
  })

  test('a duplicate is the same message twice', () => {
    const events = during('{ kind: duplicate, atS: 10, forS: 5, device: gas-001 }', 'gas-001')
    expect(events).toHaveLength(45)
    expect(new Set(events.map(({ payload }) => payload.toString())).size).toBe(40)
  })

  test('a malformed payload is no JSON', () => {
    const events = during('{ kind: malformed, atS: 10, forS: 5, device: sump-001 }', 'sump-001')
    expect(events.filter(({ payload }) => decode(payload).length === 0)).toHaveLength(5)
  })

  test('a clock that forgot the time says so, and its truth names the refusal', () => {
    const fault = '{ kind: clock, atS: 10, forS: 5, device: gas-001 }'
    const years = during(fault, 'gas-001').map(({ payload }) => new Date(decode(payload)[0]![1].atMs).getUTCFullYear())
    expect(years.filter((year) => year < 2000)).toHaveLength(5)
    const [truth] = timelineOf(5, only(`incidents: []\nfaults:\n  - ${fault}`)).truth(START_MS, START_MS + 60_000)
    expect(truth).toMatchObject({ kind: 'clock', isIncident: false, alerts: [], refusal: 'time_out_of_range' })
  })
})

describe('a device that loses power', () => {
  const silent = only('incidents:\n  - { kind: silent, atS: 10, forS: 20, device: smoke-003 }')

  test('breaks its connection, says nothing, and comes back', () => {
    const events = timelineOf(5, silent)
      .between(START_MS, START_MS + 40_000)
      .filter(({ deviceId }) => deviceId === 'smoke-003')
    const track = events.map((event) => (event.kind === 'link' ? (event.isUp ? '^' : 'v') : 'r')).join('')
    expect(track).toBe(`${'r'.repeat(10)}v^${'r'.repeat(10)}`)
  })
})
