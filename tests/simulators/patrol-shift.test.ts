import { describe, expect, test } from 'vitest'
import { readFlightProgress } from '../../ingest/dji/flight-progress.ts'
import { NO_OSD, takeOsd } from '../../ingest/dji/osd.ts'
import { createFleet } from '../../simulators/fleet.ts'
import { pixelAt } from '../../simulators/patrol/camera.ts'
import type { PhotoOrder } from '../../simulators/patrol/studio.ts'
import { createStudio } from '../../simulators/patrol/studio.ts'
import { createStudioThread } from '../../simulators/patrol/studio-thread.ts'
import { drainedBy, leanIn } from '../../simulators/patrol/wind.ts'
import { loadScenario, parseScenario } from '../../simulators/scenario.ts'
import { createTimeline, type SimulatedEvent } from '../../simulators/timeline.ts'
import { distanceBetweenM, loadWorld } from '../../simulators/world.ts'

const SEED = 4
const START_MS = Date.UTC(2026, 2, 1, 2)
const MINUTE_MS = 60_000
const world = loadWorld()
/** A flight of 100 s, ten seconds of rest, and a swimmer half way. */
const scenario = parseScenario(
  [
    'name: x',
    'title: { zh: 甲, en: x }',
    'loopS: 600',
    'counts: { smoke-detector: 1 }',
    'reportEveryS: { drone: 1 }',
    'frameEveryS: 5',
    'patrol: { fromM: 1000, toM: 1300, heightM: 60, speedMS: 6, restS: 10 }',
    'incidents:',
    '  - { kind: sighting, atS: 20, forS: 20, shows: [person, debris] }',
  ].join('\n'),
  'x.yaml',
)
const fleet = createFleet(world, SEED, scenario)
const open = () => createTimeline({ scenario, fleet, world, seed: SEED, startMs: START_MS })
const timeline = open()
const events = timeline.between(START_MS, START_MS + 5 * MINUTE_MS).filter(({ deviceId }) => deviceId === 'drone-001')
const photos = events.filter((event) => event.kind === 'photo')
const progress = events
  .filter((event) => event.kind === 'flight')
  .filter(({ topic }) => topic === 'events')
  .map(({ atMs, payload }) => {
    const { data, bid } = JSON.parse(payload.toString()) as { data: Record<string, unknown>; bid: string }
    return { atMs, ...readFlightProgress(data, bid) }
  })

/** What the drone says of itself on the DJI topic `osd`. */
const osdOf = (all: SimulatedEvent[]) =>
  all
    .filter((event) => event.kind === 'flight')
    .filter(({ topic }) => topic === 'osd')
    .map(({ atMs, payload }) => ({ atMs, ...(JSON.parse(payload.toString()) as { data: Record<string, unknown> }) }))

describe('a drone on patrol', () => {
  test('tells of each flight as a dock does: it begins, goes on, ends', () => {
    const first = progress.filter((word) => 'flightId' in word && word.flightId === `patrol-${START_MS}`)
    expect(first.map((word) => 'state' in word && word.state)).toEqual([...Array(5).fill('flying'), 'ended'])
    expect(first.at(-1)).toMatchObject({ atMs: START_MS + 100_000, status: 'ok', percent: 100, mediaCount: 21 })
    expect(new Set(progress.map((word) => 'flightId' in word && word.flightId)).size).toBe(3)
  })

  test('sends a picture every few seconds while it flies, and none from the ground', () => {
    const taken = photos.map(({ order }) => order.picture.takenMs - START_MS)
    expect(taken.length).toBeGreaterThan(50)
    for (const ms of taken) expect(ms % 110_000).toBeLessThanOrEqual(100_000)
    for (const { atMs, order } of photos) expect(atMs).toBeGreaterThan(order.picture.takenMs)
  })

  test('says where it is every second, at height while it flies', () => {
    const said = osdOf(events).map(({ atMs, data }) => {
      const { samples, faults } = takeOsd(NO_OSD, data, atMs)
      expect(faults).toEqual([])
      const values = Object.fromEntries(samples.map(({ metric, value }) => [metric, value]))
      return { ms: atMs - START_MS, ...values }
    }) as { ms: number; lat: number; lon: number; rel_alt_m: number; battery_pct: number; gimbal_pitch_deg: number }[]
    expect(said).toHaveLength(300)
    expect(said.every(({ gimbal_pitch_deg: pitch }) => pitch < -85)).toBe(true)
    for (const { ms, rel_alt_m: heightM } of said) {
      if (ms % 110_000 < 100_000) expect(Math.abs(heightM - 60), `${ms}`).toBeLessThan(4)
      else expect(heightM, `${ms}`).toBeLessThan(3)
    }
    const [start, later] = [said[0]!, said[40]!]
    expect(distanceBetweenM(start, later)).toBeGreaterThan(200)
    expect(later.battery_pct).toBeLessThan(start.battery_pct)
  })

  test('leans against the wind that it tells of, and runs down faster in it', () => {
    const [calm, strong] = [
      { speedMS: 1, fromDeg: 90 },
      { speedMS: 10, fromDeg: 90 },
    ]
    expect(leanIn(strong, 90).pitchDeg).toBeLessThan(-10)
    expect(leanIn(strong, 270).pitchDeg).toBeGreaterThan(10)
    expect(leanIn(strong, 0).rollDeg).toBeGreaterThan(10)
    expect(Math.abs(leanIn(calm, 90).pitchDeg)).toBeLessThan(0.2)
    expect(drainedBy(strong) / drainedBy(calm)).toBeGreaterThan(1.5)
    const winds = osdOf(events).map(({ data }) => [Number(data.wind_speed), Number(data.wind_direction)] as const)
    expect(winds.every(([speed, way]) => speed >= 8 && speed <= 120 && way >= 1 && way <= 8)).toBe(true)
    expect(new Set(winds.map(([speed]) => speed)).size).toBeGreaterThan(3)
  })

  test('finds the river changed on every other flight', () => {
    const on = (flight: number) =>
      new Set(
        photos
          .filter(({ order }) => Math.floor((order.picture.takenMs - START_MS) / 110_000) === flight)
          .flatMap(({ order }) => order.objects.map(({ id, lengthM }) => `${id} ${lengthM.toFixed(3)}`))
          .filter((id) => !id.includes('sighting')),
      )
    expect(on(1)).not.toEqual(on(0))
    expect([...on(2)].filter((id) => on(0).has(id)).length).toBeGreaterThan(3)
  })

  test('passes over what a sighting puts on the water, where the truth says', () => {
    const [truth] = timeline.truth(START_MS, START_MS + MINUTE_MS).filter(({ kind }) => kind === 'sighting')
    expect(truth!.alerts.map(({ label }) => label)).toEqual(['person', 'debris'])
    const seen = photos.filter(({ order }) => isInPicture(order, 'person'))
    expect(seen.length).toBeGreaterThanOrEqual(2)
    for (const { order } of seen) {
      const person = order.objects.find(({ label }) => label === 'person')!
      expect(distanceBetweenM(truth!.position, world.course.plane.toPosition(person))).toBeLessThan(15)
      expect(order.picture.takenMs).toBeLessThan(truth!.endMs)
    }
  })

  test('is the same messages in whatever steps time is asked for', () => {
    const again = open()
    const steps: SimulatedEvent[] = []
    for (let ms = 0; ms < 2 * MINUTE_MS; ms += 700) steps.push(...again.between(START_MS + ms, START_MS + ms + 700))
    const plain = (all: SimulatedEvent[]) => all.filter(({ kind }) => kind === 'photo' || kind === 'flight')
    const whole = timeline.between(START_MS, START_MS + Math.ceil((2 * MINUTE_MS) / 700) * 700)
    expect(JSON.stringify(plain(steps))).toBe(JSON.stringify(plain(whole)))
  })

  test('has every flight’s things in the truth', () => {
    const floating = timeline.truth(START_MS, START_MS + MINUTE_MS).filter(({ kind }) => kind === 'floating')
    expect(floating.length).toBeGreaterThan(5)
    for (const { place } of floating) expect(place).toMatch(/^文津河 K1\+\d{3}$/)
  })
})

test('a studio in a thread gives the same JPEG as one in this thread, and says when it is closed', async () => {
  const { order } = photos[3]!
  const small = { ...order, camera: { widthPx: 160, heightPx: 120, focalPx: 107 } }
  const thread = createStudioThread({ seed: SEED })
  const [there, here] = await Promise.all([thread.shoot(small), createStudio({ seed: SEED }).shoot(small)])
  expect(there.equals(here)).toBe(true)
  await thread.close()
  await thread.close()
  await expect(thread.shoot(small)).rejects.toMatchObject({ code: 'stopped' })
}, 120_000)

test('with a patrol a sighting says what it shows, without one it names its picture', () => {
  const faults = (text: string) => {
    const head = `name: x\ntitle: { zh: 甲, en: x }\nloopS: 60\n`
    return () => parseScenario(`${head}${text}`, 'x.yaml')
  }
  const patrol = 'patrol: { fromM: 0, toM: 500, heightM: 60, speedMS: 6, restS: 10 }\n'
  const sighting = (what: string) => `incidents:\n  - { kind: sighting, atS: 1, forS: 5, ${what} }\n`
  expect(faults(`${patrol}${sighting('picture: river-boat.jpg')}`)).toThrow('say what it shows')
  expect(faults(sighting('shows: [boat]'))).toThrow('name its picture')
  expect(faults(`${patrol.replace('500', '0')}incidents: []`)).toThrow('toM must be beyond fromM')
  expect(loadScenario('demo').patrol).toBeDefined()
})

/** Is the middle of a thing of the class inside? */
function isInPicture({ camera, picture, objects }: PhotoOrder, label: string): boolean {
  return objects.some((object) => {
    const pixel = object.label === label ? pixelAt(camera, picture.pose, object) : null
    return pixel !== null && pixel.x > 0 && pixel.y > 0 && pixel.x < camera.widthPx && pixel.y < camera.heightPx
  })
}
