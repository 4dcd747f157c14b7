import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { Pose } from '../../../core/detection.ts'
import { isRefusal } from '../../../core/refusal.ts'
import { assetPath } from '../../../core/source-path.ts'
import {
  type AnalysePicture,
  createAnalysePicture,
  type PictureContext,
} from '../../../detectors/vision/analyse-picture.ts'
import type { AnalysedPicture, AnalysisResult } from '../../../detectors/vision/analysis-result.ts'
import { iou } from '../../../detectors/vision/box.ts'
import { loadModel } from '../../../detectors/vision/load-model.ts'
import { type Network, openNetwork } from '../../../detectors/vision/network.ts'
import { readFrameHeader } from '../../../ingest/frame-pose.ts'

const FRAMES = fileURLToPath(new URL('../../fixtures/frames/', import.meta.url))
const BOAT = path.join(FRAMES, 'river-boat.jpg')
const NO_POSE: PictureContext = {}

type Annotations = Record<string, { label: string; box: [number, number, number, number] }[]>
const annotations = JSON.parse(await readFile(path.join(FRAMES, 'annotations.json'), 'utf8')) as Annotations

let network: Network
let analyse: AnalysePicture
let folder: string
beforeAll(async () => {
  const model = await loadModel(assetPath('detectors/models/manifest.yaml'))
  network = await openNetwork(model)
  analyse = createAnalysePicture({ network, model, maxPixels: 100_000_000 })
  folder = await mkdtemp(path.join(tmpdir(), 'huying-frames-'))
})
afterAll(async () => {
  await network.close()
  await rm(folder, { recursive: true })
})

async function analyseBytes(bytes: Buffer): Promise<AnalysisResult> {
  const file = path.join(folder, 'frame')
  await writeFile(file, bytes)
  return analyse(file, NO_POSE)
}

function analysed(result: AnalysisResult): AnalysedPicture {
  if (result.state === 'refused') throw new Error(`refused: ${result.reason}`)
  return result
}

function corners([x, y, width, height]: [number, number, number, number]) {
  return { x1: x, y1: y, x2: x + width, y2: y + height }
}

describe('the shipped model', () => {
  test.each(Object.entries(annotations))('finds what is in %s, and nothing else', async (name, objects) => {
    const { detections } = analysed(await analyse(path.join(FRAMES, name), NO_POSE))

    expect(detections.map((found) => found.label).sort()).toEqual(objects.map((object) => object.label).sort())
    for (const object of objects) {
      const overlaps = detections
        .filter((found) => found.label === object.label)
        .map((found) => iou(corners(found.box), corners(object.box)))
      expect(Math.max(...overlaps)).toBeGreaterThan(0.5)
    }
  })
})

describe('a picture', () => {
  test('has its detections drawn into a JPEG of the part around them', async () => {
    const { annotated, detections } = analysed(await analyse(path.join(FRAMES, 'pond-dummy-cone.jpg'), NO_POSE))

    const { width, height, format } = await sharp(annotated!).metadata()
    expect(format).toBe('jpeg')
    expect(Math.max(width, height)).toBeLessThanOrEqual(1600)
    expect(detections).toHaveLength(2)
    expect(await coloursOf(annotated!)).toEqual(expect.arrayContaining(['#f0e442', '#e69f00']))
  })

  test('has everything that might be a person noted, also what is too doubtful to be reported, but not litter', async () => {
    const pond = analysed(await analyse(path.join(FRAMES, 'pond-dummy-cone.jpg'), {}))
    const river = analysed(await analyse(path.join(FRAMES, 'river-boat.jpg'), {}))

    const person = pond.detections.find(({ label }) => label === 'person')!
    expect(pond.people).toHaveLength(1)
    expect(iou(corners(pond.people![0]!), corners(person.box))).toBeGreaterThan(0.9)
    expect(river.people!.length).toBeGreaterThanOrEqual(1)
    for (const [x, y, width, height] of [...pond.people!, ...river.people!]) {
      expect([x, y, width, height].every(Number.isInteger)).toBe(true)
      expect(x >= 0 && y >= 0 && x + width <= 640 && y + height <= 640).toBe(true)
    }
  })

  test('without detections has none', async () => {
    const result = analysed(await analyse(path.join(FRAMES, 'river-quiet.jpg'), NO_POSE))

    expect(result).toMatchObject({ detections: [], annotated: null, widthPx: 640, heightPx: 640 })
  })

  test('has boxes in its own pixels, whatever its size', async () => {
    const large = await sharp(BOAT).resize(1920, 1920).jpeg().toBuffer()

    const { detections, widthPx } = analysed(await analyseBytes(large))

    expect(widthPx).toBe(1920)
    const boat = detections.find((found) => found.label === 'boat')!
    expect(iou(corners(boat.box), corners([68 * 3, 416 * 3, 60 * 3, 125 * 3]))).toBeGreaterThan(0.8)
  })

  test('is looked at in sensor axes: an orientation tag turns neither it nor its boxes', async () => {
    const tagged = await sharp(BOAT)
      .resize(640, 480, { fit: 'fill' })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer()
    const plain = await sharp(BOAT).resize(640, 480, { fit: 'fill' }).jpeg().toBuffer()

    const withTag = analysed(await analyseBytes(tagged))

    expect(withTag).toMatchObject({ widthPx: 640, heightPx: 480 })
    expect(withTag.detections).toEqual(analysed(await analyseBytes(plain)).detections)
    expect(withTag.detections.length).toBeGreaterThan(0)
  })

  test.each(['b-w', 'cmyk'] as const)('in %s is looked at like any other', async (space) => {
    const picture = await sharp(BOAT).toColourspace(space).jpeg().toBuffer()

    const { detections, annotated } = analysed(await analyseBytes(picture))

    expect(detections.map((found) => found.label)).toContain('boat')
    expect((await sharp(annotated!).metadata()).channels).toBe(3)
  })

  test('with a pose has its detections placed on the ground', async () => {
    const pose = { position: { lat: 31.2, lon: 121.5 }, relativeAltitudeM: 60, gimbalYawDeg: 0, gimbalPitchDeg: -90 }

    const { detections, ground } = analysed(await analyse(BOAT, { pose }))

    // The boat lies left of and below the middle: west and south of a drone that faces north.
    const boat = detections.find((found) => found.label === 'boat')!.position!
    expect(boat.lat).toBeLessThan(31.2)
    expect(boat.lon).toBeLessThan(121.5)
    expect(Math.hypot(boat.lat - 31.2, boat.lon - 121.5)).toBeLessThan(0.001)
    // 60 × 125 pixels of 640, that show 90 m.
    const { areaM2, sizeM, radiusM } = detections.find((found) => found.label === 'boat')!
    expect(areaM2).toBeGreaterThan(100)
    expect(areaM2).toBeLessThan(200)
    expect(sizeM![0]).toBeGreaterThan(2 * sizeM![1] * 0.9)
    expect(radiusM).toBeGreaterThan(2)
    expect(ground!.gsdCm).toBeCloseTo(14, 0)
    expect(ground!.footprint).toHaveLength(4)
  })

  test('without a pose has no ground, but a quality and a look for each detection', async () => {
    const { detections, ground, quality } = analysed(await analyse(BOAT, NO_POSE))

    expect(ground).toBeUndefined()
    expect(quality.sharpness).toBeGreaterThan(0)
    expect(detections.every(({ look, position }) => look!.length === 12 && position === undefined)).toBe(true)
  })
})

/** Colours of the box palette that occur in a picture, JPEG noise allowed for. */
async function coloursOf(jpeg: Buffer): Promise<string[]> {
  const pixels = await sharp(jpeg).raw().toBuffer()
  const near = (hex: string) => {
    const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as [number, number, number]
    let count = 0
    for (let at = 0; at < pixels.length; at += 3) {
      const distance = Math.abs(pixels[at]! - r) + Math.abs(pixels[at + 1]! - g) + Math.abs(pixels[at + 2]! - b)
      if (distance < 40) count++
    }
    return count > 50
  }
  return ['#f0e442', '#56b4e9', '#e69f00', '#d55e00', '#009e73', '#cc79a7'].filter(near)
}

describe('a picture that is stored upside down', () => {
  const BEACH = { width: 640, height: 360 }
  const file = (number: string) => path.join(FRAMES, `beach-dji-${number}.jpg`)
  /** Position and angles only, not who turned it. */
  async function poseOf(number: string): Promise<Pose> {
    const header = await readFrameHeader(await readFile(file(number)))
    if (isRefusal(header)) throw new Error(header.detail)
    const { turned: _, ...pose } = header.pose
    return pose
  }
  const lookAt = async (number: string, before: string) => {
    const neighbour = { jpegPath: file(before), size: BEACH, pose: await poseOf(before) }
    return analysed(await analyse(file(number), { pose: await poseOf(number), neighbour }))
  }

  test('is found by the one before it, and its ground lies the other way round', async () => {
    const { pose, ground } = await lookAt('0026', '0025')
    const alone = analysed(await analyse(file('0026'), { pose: await poseOf('0026') }))

    expect(pose?.turned).toBe(true)
    expect(alone.pose).toBeUndefined()
    expect(ground!.footprint[0].lat).toBeCloseTo(alone.ground!.footprint[2].lat, 4)
  })

  test('is not suspected where it is not', async () => {
    expect((await lookAt('0021', '0020')).pose).toBeUndefined()
  })

  test('is taken as told when the one before is gone', async () => {
    const neighbour = { jpegPath: path.join(folder, 'gone.jpg'), size: BEACH, pose: await poseOf('0025') }

    const result = analysed(await analyse(file('0026'), { pose: await poseOf('0026'), neighbour }))

    expect(result.pose).toBeUndefined()
  })
})

/** The shipped pictures hold what the model knows; pasted into a large frame they are what a drone's picture is. */
async function largeFrame(width: number, height: number, at: { left: number; top: number }): Promise<Buffer> {
  const scene = await readFile(path.join(FRAMES, 'pond-dummy-cone.jpg'))
  const water = { create: { width, height, channels: 3 as const, background: '#5b6257' } }
  return sharp(water)
    .composite([{ input: scene, ...at }])
    .jpeg({ quality: 92 })
    .toBuffer()
}

describe('a large picture', () => {
  let tiled: AnalysePicture
  let untiled: AnalysePicture
  beforeAll(async () => {
    const model = await loadModel(assetPath('detectors/models/manifest.yaml'))
    const withTiles = (most: number) =>
      createAnalysePicture({ network, model: { ...model, tiles: { most } }, maxPixels: 100_000_000 })
    tiled = withTiles(24)
    untiled = withTiles(0)
  })

  async function tiledLook(bytes: Buffer, look = tiled): Promise<AnalysisResult> {
    const file = path.join(folder, 'large')
    await writeFile(file, bytes)
    return look(file, NO_POSE)
  }

  test('shows small things in tiles that it does not show whole', async () => {
    const picture = await largeFrame(3200, 3200, { left: 0, top: 0 })

    const inTiles = analysed(await tiledLook(picture)).detections
    const whole = analysed(await tiledLook(picture, untiled)).detections

    expect(whole.map(({ label }) => label)).not.toContain('person')
    expect(inTiles.map(({ label }) => label)).toContain('person')
  })

  test('shows a thing once, wherever tiles meet', async () => {
    for (const left of [100, 260, 420]) {
      const { detections } = analysed(await tiledLook(await largeFrame(1400, 900, { left, top: 100 })))
      const people = detections.filter(({ label, score }) => label === 'person' && score > 0.5)

      expect(people).toHaveLength(1)
      expect(iou(corners(people[0]!.box), corners([left + 292, 533, 67, 100]))).toBeGreaterThan(0.6)
    }
  })

  test('that was cut off is refused, tiles or not', async () => {
    const picture = await largeFrame(1920, 1080, { left: 0, top: 0 })

    expect(await tiledLook(picture.subarray(0, picture.length / 2))).toEqual({
      state: 'refused',
      reason: 'undecodable',
    })
  })

  test('of more than the allowed pixels is refused before any tile is cut', async () => {
    const bomb = Buffer.from(await largeFrame(1920, 1080, { left: 0, top: 0 }))
    const sof = startOfFrame(bomb)
    bomb.writeUInt16BE(20_000, sof + 5)
    bomb.writeUInt16BE(20_000, sof + 7)

    expect(await tiledLook(bomb)).toEqual({ state: 'refused', reason: 'too_large' })
  })
})

describe('a poisoned picture is refused', () => {
  const whole = readFile(BOAT)

  test.each([0.3, 0.6, 0.9])('cut off after %d of its bytes', async (part) => {
    const jpeg = await whole
    expect(await analyseBytes(jpeg.subarray(0, jpeg.length * part))).toEqual({
      state: 'refused',
      reason: 'undecodable',
    })
  })

  test('with a header that claims 3.6 gigapixels', async () => {
    const bomb = Buffer.from(await whole)
    const sof = startOfFrame(bomb)
    bomb.writeUInt16BE(60_000, sof + 5)
    bomb.writeUInt16BE(60_000, sof + 7)

    expect(await analyseBytes(bomb)).toEqual({ state: 'refused', reason: 'too_large' })
  })

  test('with a width of nought', async () => {
    const empty = Buffer.from(await whole)
    empty.writeUInt16BE(0, startOfFrame(empty) + 7)

    expect(await analyseBytes(empty)).toEqual({ state: 'refused', reason: 'undecodable' })
  })

  test.each([
    ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), 'not_a_jpeg'],
    ['noise', Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 7919) % 251)), 'not_a_jpeg'],
    ['noise after a JPEG signature', Buffer.from([0xff, 0xd8, 0xff, ...Array(500).fill(0x55)]), 'undecodable'],
    ['nothing', Buffer.alloc(0), 'empty'],
  ])('%s', async (_, bytes, reason) => {
    expect(await analyseBytes(bytes)).toEqual({ state: 'refused', reason })
  })

  test('that is another format', async () => {
    expect(await analyseBytes(await sharp(BOAT).png().toBuffer())).toEqual({ state: 'refused', reason: 'not_a_jpeg' })
  })

  test('that is not there', async () => {
    expect(await analyse(path.join(folder, 'none.jpg'), NO_POSE)).toEqual({ state: 'refused', reason: 'missing' })
  })
})

/** Where the SOF0 or SOF2 marker stands. */
function startOfFrame(jpeg: Buffer): number {
  let at = 2
  while (!(jpeg[at] === 0xff && (jpeg[at + 1] === 0xc0 || jpeg[at + 1] === 0xc2))) at += 2 + jpeg.readUInt16BE(at + 2)
  return at
}
