import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import type { Pose } from '../../../core/detection.ts'
import { isRefusal } from '../../../core/refusal.ts'
import { createCorrelator } from '../../../detectors/vision/block/correlate.ts'
import { loadGrey } from '../../../detectors/vision/block/load-grey.ts'
import { createPair, fitsOf } from '../../../detectors/vision/block/pair.ts'
import { createPhoto, type Photo } from '../../../detectors/vision/block/photo.ts'
import { createPhotoBlock } from '../../../detectors/vision/block/photo-block.ts'
import { solveSymmetric } from '../../../detectors/vision/block/solve.ts'
import { isClear, turnedPhotos } from '../../../detectors/vision/block/turned.ts'
import { readFrameHeader } from '../../../ingest/frame-pose.ts'

const FRAMES = new URL('../../fixtures/frames/', import.meta.url)

/** By its position and angles only: what the file says of who turned it is left out. */
async function photo(number: string, change: Partial<Pose> = {}): Promise<Photo> {
  const jpeg = await readFile(new URL(`beach-dji-${number}.jpg`, FRAMES))
  const header = await readFrameHeader(jpeg)
  if (isRefusal(header)) throw new Error(header.detail)
  const { turned: _, ...pose } = header.pose
  const size = { width: header.widthPx, height: header.heightPx }
  return createPhoto((await loadGrey(jpeg, 1e8))!, size, { ...pose, ...change })!
}

test('a shift between two rasters is found', () => {
  const side = 64
  const noise = Float32Array.from({ length: (side + 20) ** 2 }, (_, at) => (at * 7919 + ((at * at) % 613)) % 256)
  const part = (left: number, top: number) =>
    Float32Array.from({ length: side * side }, (_, at) => {
      return noise[(top + Math.floor(at / side)) * (side + 20) + left + (at % side)]!
    })
  const correlator = createCorrelator(side)

  const [a, b] = [part(10, 10), part(13, 8)].map(correlator.spectrumOf) as [Float64Array, Float64Array]
  const { north, east, peak } = correlator.shiftOf(a, b, 0.5, 5)

  expect({ north, east }).toEqual({ north: 1, east: 1.5 })
  expect(peak).toBeGreaterThan(10)
})

test('pictures tell that both are upside down, that neither is, and which of two is', async () => {
  const [down, up, alsoDown] = [await photo('0025'), await photo('0020'), await photo('0026')]
  const best = (a: Photo, b: Photo) => {
    const { aTurned, bTurned } = fitsOf(createPair(a, b))[0]!
    return [aTurned, bTurned]
  }

  expect(best(down, alsoDown)).toEqual([true, true])
  expect(best(up, alsoDown)).toEqual([false, true])
  expect(best(up, await photo('0021'))).toEqual([false, false])
})

test('a compass that is off is put right by what the pictures share', async () => {
  const { photos, tiePoints } = createPhotoBlock([await photo('0025'), await photo('0026')])
  const yaw = photos.map(({ view }) => view.yawDeg)

  const { photos: wrong } = createPhotoBlock([await photo('0025'), await photo('0026', { gimbalYawDeg: -132 + 5 })])

  expect(tiePoints).toBeGreaterThan(10)
  const apart = (of: number[]) => of[1]! - of[0]!
  expect(Math.abs(apart(wrong.map(({ view }) => view.yawDeg)) - apart(yaw))).toBeLessThan(1)
})

test('two pictures of one place do not tell', async () => {
  const one = await photo('0020')

  expect(isClear(fitsOf(createPair(one, one)))).toBe(false)
})

test('tags count only where no clear pair speaks', () => {
  const peakOf = (aTurned: boolean, peak: number) => ({ aTurned, bTurned: aTurned, yawDeg: 0, north: 0, east: 0, peak })

  expect(turnedPhotos([true, false], [])).toEqual([true, false])
  expect(turnedPhotos([true, false], [{ a: 0, b: 1, fits: [peakOf(false, 7), peakOf(true, 6)] }])).toEqual([
    true,
    false,
  ])
  expect(turnedPhotos([true, true], [{ a: 0, b: 1, fits: [peakOf(false, 12), peakOf(true, 6)] }])).toEqual([
    false,
    false,
  ])
})

test('a system of equations is solved, one without a solution is not', () => {
  const matrix = [Float64Array.of(4, 2), Float64Array.of(2, 3)]

  const [x, y] = solveSymmetric(matrix, Float64Array.of(10, 9))!

  expect([x, y]).toEqual([expect.closeTo(1.5, 9), expect.closeTo(2, 9)])
  expect(solveSymmetric([Float64Array.of(1, 2), Float64Array.of(2, 1)], Float64Array.of(1, 1))).toBeNull()
})
