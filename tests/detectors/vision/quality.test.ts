import path from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, test } from 'vitest'
import { lookOf } from '../../../detectors/vision/look.ts'
import { measureQuality } from '../../../detectors/vision/quality.ts'
import type { Raster } from '../../../detectors/vision/raster.ts'

const BEACH = path.join(fileURLToPath(new URL('../../fixtures/frames/', import.meta.url)), 'beach-dji-0018.jpg')

async function rasterOf(picture: Sharp): Promise<Raster> {
  const { data, info } = await picture.toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, data }
}

function plain(width: number, height: number, rgb: [number, number, number]): Raster {
  return { width, height, data: Uint8Array.from({ length: width * height * 3 }, (_, at) => rgb[at % 3]!) }
}

describe('the quality of a picture', () => {
  test('tells a sharp one from a blurred one of the same scene', async () => {
    const sharpOne = measureQuality(await rasterOf(sharp(BEACH)))
    const blurred = measureQuality(await rasterOf(sharp(BEACH).blur(3)))

    expect(sharpOne.sharpness).toBeGreaterThan(10 * blurred.sharpness)
    expect(sharpOne.brightness).toBeCloseTo(blurred.brightness, 1)
  })

  test('tells how much of it is burnt out or black', () => {
    expect(measureQuality(plain(20, 10, [255, 255, 255]))).toEqual({ sharpness: 0, brightness: 1, clipped: 1 })
    expect(measureQuality(plain(20, 10, [0, 0, 0]))).toEqual({ sharpness: 0, brightness: 0, clipped: 1 })
    expect(measureQuality(plain(20, 10, [120, 120, 120])).clipped).toBe(0)
  })

  test('is a number even for one pixel', () => {
    expect(measureQuality(plain(1, 1, [9, 9, 9])).sharpness).toBe(0)
  })
})

describe('the look of a thing', () => {
  const whole = { x1: 0, y1: 0, x2: 20, y2: 10 }
  const distance = (a: number[], b: number[]) => a.reduce((sum, value, at) => sum + Math.abs(value - b[at]!), 0)

  test('is twelve numbers from 0 to 255', () => {
    const look = lookOf(plain(20, 10, [200, 40, 40]), whole)

    expect(look).toHaveLength(12)
    expect(look.every((value) => Number.isInteger(value) && value >= 0 && value <= 255)).toBe(true)
  })

  test('is nearer for the same colour in another light than for another colour', () => {
    const red = lookOf(plain(20, 10, [200, 40, 40]), whole)
    const darkRed = lookOf(plain(20, 10, [140, 28, 28]), whole)
    const green = lookOf(plain(20, 10, [40, 200, 40]), whole)

    expect(distance(red, darkRed)).toBeLessThan(distance(red, green) / 2)
  })

  test('is of what lies in the box, also of one on the edge of the picture', () => {
    const raster = plain(20, 10, [200, 40, 40])
    raster.data.fill(0, 0, 10 * 20 * 3 - 3)

    expect(lookOf(raster, { x1: 19, y1: 9, x2: 25, y2: 12 })).toEqual(lookOf(plain(20, 10, [200, 40, 40]), whole))
  })
})
