import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { assetPath } from '../../../core/source-path.ts'
import type { Box } from '../../../detectors/vision/box.ts'
import { coverOf, renderShown, wholePicture } from '../../../detectors/vision/redact.ts'

const FRAMES = assetPath('tests/fixtures/frames')
const POND = readFileSync(join(FRAMES, 'pond-dummy-cone.jpg'))
const SIZE = { width: 640, height: 640 }
const MAX_PIXELS = 100_000_000
const annotations = JSON.parse(readFileSync(join(FRAMES, 'annotations.json'), 'utf8')) as Record<
  string,
  { label: string; box: [number, number, number, number] }[]
>

function boxOf(label: string): Box {
  const [x, y, width, height] = annotations['pond-dummy-cone.jpg']!.find((object) => object.label === label)!.box
  return { x1: x, y1: y, x2: x + width, y2: y + height }
}

/** Mean absolute difference to the original inside a box, 0…255. */
async function differenceIn({ x1, y1, x2, y2 }: Box, shown: Buffer): Promise<number> {
  const region = { left: Math.round(x1), top: Math.round(y1), width: Math.round(x2 - x1), height: Math.round(y2 - y1) }
  const [a, b] = await Promise.all(
    [POND, shown].map((jpeg) => sharp(jpeg).extract(region).greyscale().raw().toBuffer()),
  )
  return a!.reduce((sum, value, i) => sum + Math.abs(value - b![i]!), 0) / a!.length
}

describe('a picture that is shown', () => {
  it('has people covered and everything else as it was', async () => {
    const shown = await renderShown(POND, { crop: wholePicture(SIZE), cover: [boxOf('person')] }, MAX_PIXELS)

    expect(await differenceIn(boxOf('person'), shown)).toBeGreaterThan(8)
    expect(await differenceIn(boxOf('debris'), shown)).toBeLessThan(4)
    expect(await sharp(shown).metadata()).toMatchObject({ format: 'jpeg', width: 640, height: 640 })
  })

  it('is covered in a crop that shows only a part of the person, at another scale', async () => {
    const { x1, y1, x2, y2 } = boxOf('person')
    const crop = { left: Math.floor((x1 + x2) / 2), top: Math.floor(y1), width: 60, height: 60 }
    const view = { ...crop, shown: { width: 120, height: 120 } }
    const [open, covered] = await Promise.all(
      [[], [{ x1, y1, x2, y2 }]].map((cover) => renderShown(POND, { crop: view, cover }, MAX_PIXELS)),
    )
    expect(open!.equals(covered!)).toBe(false)
  })

  it('says nothing of the camera: place and time stay with the original', async () => {
    const beach = readFileSync(join(FRAMES, 'beach-dji-0018.jpg'))
    expect((await sharp(beach).metadata()).exif).toBeDefined()

    const shown = await renderShown(
      beach,
      { crop: wholePicture({ width: 640, height: 360 }, 320), cover: [] },
      MAX_PIXELS,
    )

    const { exif, xmp, width } = await sharp(shown).metadata()
    expect({ exif, xmp, width }).toEqual({ exif: undefined, xmp: undefined, width: 320 })
  })

  it('can be made whatever the boxes are', async () => {
    const side = fc.double({ min: -900, max: 1600, noNaN: true })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(side, side, side, side), { maxLength: 4 }), async (corners) => {
        const cover = corners.map(([a, b, c, d]) => ({
          x1: Math.min(a, c),
          y1: Math.min(b, d),
          x2: Math.max(a, c),
          y2: Math.max(b, d),
        }))
        const shown = await renderShown(POND, { crop: wholePicture(SIZE, 64), cover }, MAX_PIXELS)
        expect((await sharp(shown).metadata()).width).toBe(64)
      }),
      { numRuns: 40 },
    )
  })
})

describe('who is covered', () => {
  const swimmer = { x1: 100, y1: 100, x2: 120, y2: 140 }
  const same = { x1: 102, y1: 98, x2: 121, y2: 139 }
  const neighbour = { x1: 118, y1: 100, x2: 138, y2: 140 }

  it('is everybody, when nobody is shown for what they do', () => {
    expect(coverOf([swimmer, neighbour], null)).toEqual([swimmer, neighbour])
  })

  it('is everybody but the person who is shown, however often that one was seen', () => {
    expect(coverOf([swimmer, same, neighbour], swimmer)).toEqual([neighbour])
  })
})
