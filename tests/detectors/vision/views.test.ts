import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Looking, planViews, starts } from '../../../detectors/vision/views.ts'

const FREE: Looking = {
  input: { width: 640, height: 640 },
  passes: [640, 320],
  free: true,
  alignment: 'top-left',
  mostTiles: 12,
  overlapPx: 64,
  gsdCm: 2,
}
const FIXED: Looking = { ...FREE, input: { width: 320, height: 320 }, passes: [], free: false }
const HD = { width: 1920, height: 1080 }
const TWELVE_MEGAPIXELS = { width: 4000, height: 3000 }

function counted(looking: Looking, picture: { width: number; height: number }, gsdCm?: number) {
  const { working, views } = planViews(picture, looking, gsdCm)
  return { working, tiles: views.filter(({ isTile }) => isTile).length, whole: views.filter((view) => !view.isTile) }
}

describe('a picture of the size of a tile', () => {
  test('is looked at whole, once for each pass', () => {
    const { working, tiles, whole } = counted(FREE, { width: 640, height: 640 })

    expect({ working, tiles }).toEqual({ working: { width: 640, height: 640 }, tiles: 0 })
    expect(whole.map(({ input }) => input)).toEqual([
      { width: 640, height: 640 },
      { width: 320, height: 320 },
    ])
  })

  test('has as little padding as the grid of the network allows', () => {
    const { whole } = counted(FREE, { width: 640, height: 360 })

    expect(whole.map(({ input }) => input)).toEqual([
      { width: 640, height: 384 },
      { width: 320, height: 192 },
    ])
  })

  test('is looked at once where the graph has one size', () => {
    expect(counted({ ...FIXED, mostTiles: 0 }, { width: 640, height: 640 }).whole).toHaveLength(1)
  })
})

describe('a larger picture', () => {
  test('is cut into tiles at its own scale while they are few, and looked at whole as well', () => {
    const { working, tiles, whole } = counted(FREE, HD)

    expect({ working, tiles, whole: whole.length }).toEqual({ working: HD, tiles: 8, whole: 2 })
  })

  test('is shrunk until the tiles are few enough', () => {
    const { working, tiles } = counted(FREE, TWELVE_MEGAPIXELS)

    expect(tiles).toBeLessThanOrEqual(12)
    expect(working.width).toBeGreaterThan(2300)
  })

  test('that is finer than the model needs is shrunk to the resolution of the model', () => {
    expect(counted(FREE, TWELVE_MEGAPIXELS, 1).working).toEqual({ width: 2000, height: 1500 })
    expect(counted(FREE, TWELVE_MEGAPIXELS, 0.3)).toMatchObject({ working: { width: 600, height: 450 }, tiles: 0 })
  })

  test('that is coarser is not enlarged', () => {
    expect(counted(FREE, HD, 8).working).toEqual(HD)
  })

  test('may have more tiles where its resolution is known', () => {
    const { working, tiles } = counted(FREE, TWELVE_MEGAPIXELS, 2)

    expect(tiles).toBeGreaterThan(12)
    expect(tiles).toBeLessThanOrEqual(24)
    expect(working.width).toBeGreaterThan(3000)
  })

  test('is not cut for a model that wants none of it', () => {
    expect(counted({ ...FREE, mostTiles: 0 }, TWELVE_MEGAPIXELS)).toMatchObject({
      working: { width: 1280, height: 960 },
      tiles: 0,
    })
  })
})

test('tiles lie inside the picture, are equally large, overlap by what was asked for and leave nothing out', () => {
  const side = fc.integer({ min: 1, max: 12_000 })
  const looking = fc.constantFrom(FREE, FIXED)

  fc.assert(
    fc.property(
      side,
      side,
      looking,
      fc.option(fc.double({ min: 0.1, max: 9, noNaN: true })),
      (width, height, how, gsd) => {
        const { working, views } = planViews({ width, height }, how, gsd ?? undefined)
        const tiles = views.filter(({ isTile }) => isTile).map(({ region }) => region)
        expect(tiles.length).toBeLessThanOrEqual(24)
        for (const tile of tiles) {
          expect(tile.left >= 0 && tile.left + tile.width <= working.width).toBe(true)
          expect(tile.top >= 0 && tile.top + tile.height <= working.height).toBe(true)
          expect([tile.width, tile.height]).toEqual([tiles[0]!.width, tiles[0]!.height])
        }
        expect(views.some(({ isTile }) => !isTile)).toBe(true)
      },
    ),
  )
  fc.assert(
    fc.property(side, fc.integer({ min: 320, max: 1280 }), (length, tile) => {
      const at = starts(length, tile, 64)
      expect(at[0]).toBe(0)
      expect(at.at(-1)! + tile).toBeGreaterThanOrEqual(length)
      for (const [i, start] of at.entries()) if (i > 0) expect(start - at[i - 1]!).toBeLessThanOrEqual(tile - 64)
    }),
  )
})
