import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { assetPath } from '../../core/source-path.ts'
import { groundPosition } from '../../detectors/vision/ground.ts'
import { readFrameHeader } from '../../ingest/frame-pose.ts'
import { cameraOf, groundAt, pixelAt, pixelToGround } from '../../simulators/patrol/camera.ts'
import { expose } from '../../simulators/patrol/expose.ts'
import { layObjects } from '../../simulators/patrol/ground-picture.ts'
import { createPatrolFlight, openPatrolGround } from '../../simulators/patrol/patrol.ts'
import { type FlightOrder, NO_FAULTS, PATROL_CAMERA, picturesOf } from '../../simulators/patrol/patrol-flight.ts'
import { distanceM } from '../../simulators/patrol/plane.ts'
import { createScene, objectsOn } from '../../simulators/patrol/scene.ts'
import { TEXTURES } from '../../simulators/patrol/texture.ts'
import type { WorldFeature } from '../../simulators/world/feature.ts'

const SEED = 5
const START_MS = Date.UTC(2026, 4, 4, 1)
const map = JSON.parse(readFileSync(assetPath('simulators/world/wenjin.geojson'), 'utf8')) as {
  features: WorldFeature[]
}
const ground = await openPatrolGround(map, SEED)
const { course } = ground
const scene = createScene({ course, seed: SEED, fromM: 1000, toM: 1600 })
const SMALL = cameraOf(320, 240, 24)

function order(changes: Partial<FlightOrder> = {}): FlightOrder {
  return {
    ...{ flightId: 'flight-1', course, seed: SEED, startMs: START_MS, fromM: 1000, toM: 1600, legs: 1 },
    ...{ heightM: 60, speedMS: 6, pitchDeg: -89, detours: [], everyS: 5, camera: PATROL_CAMERA, faults: NO_FAULTS },
    ...changes,
  }
}

const poses = fc.record({
  eastM: fc.double({ min: -1000, max: 1000, noNaN: true }),
  northM: fc.double({ min: -1000, max: 1000, noNaN: true }),
  heightM: fc.double({ min: 20, max: 120, noNaN: true }),
  yawDeg: fc.double({ min: 0, max: 359, noNaN: true }),
  pitchDeg: fc.double({ min: -90, max: -50, noNaN: true }),
  rollDeg: fc.double({ min: -5, max: 5, noNaN: true }),
})
const pixels = fc.record({ x: fc.integer({ min: 0, max: 320 }), y: fc.integer({ min: 0, max: 240 }) })

describe('the camera', () => {
  test('sees a point of the ground at the pixel whose ray ends there', () => {
    fc.assert(
      fc.property(poses, pixels, (pose, pixel) => {
        const point = groundAt(pixelToGround(SMALL, pose), pixel)!
        const back = pixelAt(SMALL, pose, point)!
        expect(Math.hypot(back.x - pixel.x, back.y - pixel.y)).toBeLessThan(1e-6)
      }),
    )
  })

  test('projects as the service reads its tags, though neither knows the other', () => {
    fc.assert(
      fc.property(poses, pixels, (pose, pixel) => {
        const told = {
          position: course.plane.toPosition(pose),
          relativeAltitudeM: pose.heightM,
          gimbalYawDeg: pose.yawDeg,
          gimbalPitchDeg: pose.pitchDeg,
          gimbalRollDeg: pose.rollDeg,
          focalPx: SMALL.focalPx,
        }
        const position = groundPosition(pixel, { width: 320, height: 240 }, told)
        const truth = groundAt(pixelToGround(SMALL, pose), pixel)!
        if (position) expect(distanceM(course.plane.toGround(position), truth)).toBeLessThan(0.1)
      }),
    )
  })
})

describe('the scene', () => {
  test('lies in the water, each thing on its own', () => {
    for (const [i, { object }] of scene.entries()) {
      expect(course.bank(object, 40)(object), object.id).toBeLessThan(-1)
      for (const { object: other } of scene.slice(i + 1)) expect(distanceM(object, other)).toBeGreaterThan(9)
    }
  })

  test('is another a week later: some things are gone, some have grown, some are new', () => {
    const [first, second] = [objectsOn(scene, 0), objectsOn(scene, 1)]
    const ids = (objects: typeof first) => new Set(objects.map(({ id }) => id))
    expect(first.filter(({ id }) => !ids(second).has(id)).length).toBeGreaterThan(3)
    expect(second.filter(({ id }) => !ids(first).has(id)).length).toBeGreaterThan(3)
    const grown = second.filter(({ id, lengthM }) => first.some((was) => was.id === id && was.lengthM < lengthM))
    expect(grown.map(({ label }) => label)).toEqual(expect.arrayContaining(['algae', 'plume']))
  })
})

describe('a picture', () => {
  const low = order({ heightM: 30, camera: cameraOf(480, 360, 24) })
  const { order: flown, pictures, objects, shown } = createPatrolFlight(ground, low, objectsOn(scene, 0)).truth

  test('shows every object where the truth says, to two pixels', () => {
    const bare = ground.bare
    const full = layObjects(ground.bare, objects)
    const inside = pictures.flatMap((picture) => shown.get(picture.number)!.map((seen) => ({ picture, seen })))
    const labels = new Set(objects.map(({ label }) => label))
    expect(labels.size).toBe(5)
    const whole = [...labels].map((label) => inside.find(({ seen }) => seen.share === 1 && seen.label === label)!)
    for (const { picture, seen } of whole) {
      const still = { ...picture.exposure, smearPx: 0 }
      const without = expose(bare, flown.camera, picture.pose, still)
      const box = changedBox(without, expose(full, flown.camera, picture.pose, still), flown.camera.widthPx, seen.box)
      const [x, y, width, height] = seen.box
      // The thin ends of drawn things fade out.
      const slackPx = seen.label === 'plume' || seen.label === 'algae' ? 9 : 2.5
      for (const [is, wanted] of [
        [box.left, x],
        [box.top, y],
        [box.right, x + width],
        [box.bottom, y + height],
      ] as const)
        expect(Math.abs(is - wanted), `${seen.objectId} in ${picture.number}`).toBeLessThan(slackPx)
    }
  }, 120_000)

  test('is the same bytes whenever and in whatever order it is drawn', async () => {
    const small = order({ camera: SMALL, heightM: 30 })
    const flight = createPatrolFlight(ground, small, objectsOn(scene, 0))
    const again = createPatrolFlight(ground, small, objectsOn(scene, 0))
    const [first, tenth] = [flight.truth.pictures[0]!, flight.truth.pictures[9]!]
    const jpeg = await flight.shoot(tenth)
    await again.shoot(first)
    expect((await again.shoot(tenth)).equals(jpeg)).toBe(true)
    const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex').slice(0, 16)
    const bare = expose(layObjects(ground.bare, flight.truth.objects), SMALL, tenth.pose, tenth.exposure)
    expect(sha256(bare)).toMatchInlineSnapshot(`"7304eeceb32e26af"`)
  })

  test('tells pose, lens and time as a DJI camera does', async () => {
    const flight = createPatrolFlight(ground, order({ camera: SMALL, heightM: 30 }), [])
    const picture = flight.truth.pictures[4]!
    const header = await readFrameHeader(await flight.shoot(picture))
    if (!('pose' in header)) throw new Error('refused')
    expect(header).toMatchObject({ widthPx: 320, heightPx: 240, atMs: picture.takenMs })
    const told = course.plane.toGround(header.pose.position!)
    expect(distanceM(told, picture.toldPose)).toBeLessThan(0.02)
    expect(header.pose.gimbalPitchDeg).toBeCloseTo(picture.toldPose.pitchDeg, 1)
    expect(header.pose.focalPx).toBeCloseTo(SMALL.focalPx, 3)
  })

  test('of a leg that is stored upside down is turned, and nothing in it says so', async () => {
    const faults = { ...NO_FAULTS, turnedLeg: true }
    const upright = createPatrolFlight(ground, order({ camera: SMALL, heightM: 30, legs: 2 }), [])
    const turned = createPatrolFlight(ground, order({ camera: SMALL, heightM: 30, legs: 2, faults }), [])
    const last = upright.truth.pictures.at(-1)!
    const raw = (jpeg: Buffer, angle: number) => sharp(jpeg).rotate(angle).raw().toBuffer()
    const [a, b] = await Promise.all([
      upright.shoot(last).then((jpeg) => raw(jpeg, 0)),
      turned.shoot(turned.truth.pictures.at(-1)!).then((jpeg) => raw(jpeg, 180)),
    ])
    const difference = a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length
    expect(difference).toBeLessThan(4)
    expect(turned.truth.pictures.at(-1)!.toldPose).toEqual(last.toldPose)
    expect(turned.truth.pictures[0]!.turned).toBe(false)
  })
})

describe('a flight', () => {
  test('without faults leaves no gap and shows each object at least twice', () => {
    const { truth } = createPatrolFlight(ground, order(), objectsOn(scene, 0))
    expect(truth.gaps).toEqual([])
    for (const { id } of truth.objects) {
      const times = [...truth.shown.values()].filter((all) => all.some(({ objectId }) => objectId === id)).length
      expect(times, id).toBeGreaterThanOrEqual(1)
    }
  })

  test('knows which metres it did not fly, not photograph, or only smeared', () => {
    const faults = { ...NO_FAULTS, unphotographed: [{ fromM: 1100, toM: 1200 }] }
    const { truth } = createPatrolFlight(ground, order({ faults, detours: [{ fromM: 1350, toM: 1450 }] }), [])
    expect(truth.gaps.map(({ reason }) => reason)).toEqual(expect.arrayContaining(['not_photographed', 'not_flown']))
    const [first] = truth.gaps
    expect(first!.fromM).toBeGreaterThan(1100)
    expect(first!.toM).toBeLessThan(1200)
    const smeared = createPatrolFlight(ground, order({ faults: { ...NO_FAULTS, smeared: 1 } }), []).truth
    expect(smeared.gaps).toEqual([{ fromM: 1000, toM: 1600, reason: 'blurred' }])
  })

  test('loses and delays the share of its pictures that it is told to', () => {
    const faults = { ...NO_FAULTS, lost: 0.2, late: 0.3 }
    const pictures = picturesOf(order({ fromM: 0, toM: 3000, everyS: 1, faults }))
    const lost = pictures.filter(({ arrivesMs }) => arrivesMs === null)
    const late = pictures.filter(({ arrivesMs, takenMs }) => arrivesMs !== null && arrivesMs - takenMs > 30_000)
    expect(lost.length / pictures.length).toBeCloseTo(0.2, 1)
    expect(late.length / pictures.length).toBeCloseTo(0.24, 1)
  })

  test('believes itself to be a metre or two from where it is', () => {
    const errors = picturesOf(order({ fromM: 0, toM: 3000 })).map(({ pose, toldPose }) => distanceM(pose, toldPose))
    const worst = Math.max(...errors)
    expect(worst).toBeGreaterThan(0.3)
    expect(worst).toBeLessThan(5)
  })
})

test('every cut-out and texture is credited', () => {
  const credits = readFileSync(assetPath('simulators/patrol/CREDITS.md'), 'utf8')
  for (const name of [...ground.cutouts.keys(), ...TEXTURES]) expect(credits).toContain(`\`${name}\``)
})

/** Where two pictures differ, near a box. */
function changedBox(a: Uint8Array, b: Uint8Array, widthPx: number, [x, y, width, height]: readonly number[]) {
  const found = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity }
  const margin = 12
  for (let row = Math.max(0, Math.floor(y! - margin)); row < y! + height! + margin; row++) {
    for (let column = Math.max(0, Math.floor(x! - margin)); column < x! + width! + margin; column++) {
      const at = (row * widthPx + column) * 3
      if (column >= widthPx || at + 2 >= a.length) continue
      const change = Math.max(...[0, 1, 2].map((channel) => Math.abs(a[at + channel]! - b[at + channel]!)))
      if (change < 14) continue
      found.left = Math.min(found.left, column)
      found.top = Math.min(found.top, row)
      found.right = Math.max(found.right, column + 1)
      found.bottom = Math.max(found.bottom, row + 1)
    }
  }
  return found
}
