import fc from 'fast-check'
import { expect, test } from 'vitest'
import { evidenceCrop } from '../../../detectors/vision/evidence-crop.ts'

const picture = fc.record({ width: fc.integer({ min: 1, max: 8000 }), height: fc.integer({ min: 1, max: 8000 }) })
const share = fc.double({ min: 0, max: 1, noNaN: true })
const shares = fc.array(fc.tuple(share, share, share, share), { minLength: 1, maxLength: 5 })

test('every detection lies in the crop, the crop in the picture, and what is shown keeps to 1600 px', () => {
  fc.assert(
    fc.property(picture, shares, (size, boxes) => {
      const placed = boxes.map(([a, b, c, d]) => ({
        x1: Math.min(a, b) * size.width,
        x2: Math.max(a, b) * size.width,
        y1: Math.min(c, d) * size.height,
        y2: Math.max(c, d) * size.height,
      }))

      const { left, top, width, height, shown } = evidenceCrop(placed, size)

      for (const box of placed) {
        expect(box.x1).toBeGreaterThanOrEqual(left)
        expect(box.y1).toBeGreaterThanOrEqual(top)
        expect(box.x2).toBeLessThanOrEqual(left + width)
        expect(box.y2).toBeLessThanOrEqual(top + height)
      }
      expect(left).toBeGreaterThanOrEqual(0)
      expect(top).toBeGreaterThanOrEqual(0)
      expect(left + width).toBeLessThanOrEqual(size.width)
      expect(top + height).toBeLessThanOrEqual(size.height)
      expect(Math.max(shown.width, shown.height)).toBeLessThanOrEqual(1600)
      expect(Math.min(shown.width, shown.height)).toBeGreaterThan(0)
    }),
  )
})

test('a small object is shown with its surroundings, enlarged at most twice', () => {
  const crop = evidenceCrop([{ x1: 500, y1: 500, x2: 520, y2: 540 }], { width: 1000, height: 800 })

  expect(crop).toEqual({ left: 350, top: 350, width: 320, height: 340, shown: { width: 602, height: 640 } })
})
