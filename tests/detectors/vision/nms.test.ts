import fc from 'fast-check'
import { expect, test } from 'vitest'
import { iou, type RawDetection } from '../../../detectors/vision/box.ts'
import { MAX_DETECTIONS, suppress } from '../../../detectors/vision/nms.ts'

function seen(x1: number, score: number, classIndex = 0): RawDetection {
  return { x1, y1: 0, x2: x1 + 10, y2: 10, classIndex, score }
}

const detection = fc
  .record({
    x: fc.integer({ min: 0, max: 60 }),
    y: fc.integer({ min: 0, max: 60 }),
    width: fc.integer({ min: 1, max: 30 }),
    height: fc.integer({ min: 1, max: 30 }),
    classIndex: fc.integer({ min: 0, max: 2 }),
    score: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ x, y, width, height, classIndex, score }) => {
    return { x1: x, y1: y, x2: x + width, y2: y + height, classIndex, score }
  })

test('of overlapping boxes of one class the best stays', () => {
  expect(suppress([seen(1, 0.6), seen(0, 0.9), seen(40, 0.5)], 0.5)).toEqual([seen(0, 0.9), seen(40, 0.5)])
})

test('boxes of different classes never suppress each other', () => {
  expect(suppress([seen(0, 0.6, 1), seen(0, 0.9, 0)], 0.5)).toEqual([seen(0, 0.9, 0), seen(0, 0.6, 1)])
})

test('nothing that stays overlaps its own class too much, and all that went was overlapped by something better', () => {
  fc.assert(
    fc.property(fc.array(detection, { maxLength: 60 }), fc.double({ min: 0, max: 1, noNaN: true }), (all, maxIou) => {
      const kept = suppress([...all], maxIou)
      const rivals = (d: RawDetection) => kept.filter((k) => k !== d && k.classIndex === d.classIndex)
      for (const d of kept) expect(rivals(d).every((k) => iou(k, d) <= maxIou)).toBe(true)
      for (const d of all) {
        if (!kept.includes(d)) expect(rivals(d).some((k) => k.score >= d.score && iou(k, d) > maxIou)).toBe(true)
      }
      expect(kept.map((d) => d.score)).toEqual(kept.map((d) => d.score).sort((a, b) => b - a))
    }),
  )
})

test('a network that answers noise gives a bounded number of detections', () => {
  const noise = Array.from({ length: 20_000 }, (_, index) => seen(index * 20, 0.5 + index / 1e6, index % 3))

  expect(suppress(noise, 0.5)).toHaveLength(MAX_DETECTIONS)
})
