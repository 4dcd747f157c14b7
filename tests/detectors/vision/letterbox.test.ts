import fc from 'fast-check'
import { expect, test } from 'vitest'
import { letterbox, toInput, toPicture } from '../../../detectors/vision/letterbox.ts'

const side = fc.integer({ min: 1, max: 8000 })
const size = fc.record({ width: side, height: side })
const input = fc.record({ width: fc.integer({ min: 32, max: 1280 }), height: fc.integer({ min: 32, max: 1280 }) })
const alignment = fc.constantFrom('centre' as const, 'top-left' as const)
const share = fc.double({ min: 0, max: 1, noNaN: true })

test('a box comes back from the input as it went in', () => {
  fc.assert(
    fc.property(size, input, alignment, fc.tuple(share, share, share, share), (picture, into, align, [a, b, c, d]) => {
      const box = {
        x1: Math.min(a, b) * picture.width,
        x2: Math.max(a, b) * picture.width,
        y1: Math.min(c, d) * picture.height,
        y2: Math.max(c, d) * picture.height,
      }
      const fitted = letterbox(picture, into, align)
      const back = toPicture(toInput(box, fitted), fitted)
      for (const key of ['x1', 'y1', 'x2', 'y2'] as const) expect(back[key]).toBeCloseTo(box[key], 6)
    }),
  )
})

test('the picture lies inside the input, touches two of its opposite sides, and padding fills the rest', () => {
  fc.assert(
    fc.property(size, input, alignment, (picture, into, align) => {
      const { inner, left, top } = letterbox(picture, into, align)
      expect(inner.width).toBeGreaterThan(0)
      expect(inner.height).toBeGreaterThan(0)
      expect(left + inner.width).toBeLessThanOrEqual(into.width)
      expect(top + inner.height).toBeLessThanOrEqual(into.height)
      expect(inner.width === into.width || inner.height === into.height).toBe(true)
      if (align === 'top-left') expect([left, top]).toEqual([0, 0])
    }),
  )
})

test('the shape is kept to within the rounding of one pixel', () => {
  fc.assert(
    fc.property(size, input, (picture, into) => {
      const { inner } = letterbox(picture, into, 'centre')
      const scale = Math.min(into.width / picture.width, into.height / picture.height)
      expect(Math.abs(inner.width - picture.width * scale)).toBeLessThanOrEqual(1)
      expect(Math.abs(inner.height - picture.height * scale)).toBeLessThanOrEqual(1)
    }),
  )
})

test('what a network sees in the padding is cut off at the picture', () => {
  const fitted = letterbox({ width: 640, height: 320 }, { width: 320, height: 320 }, 'centre')

  const box = toPicture({ x1: -10, y1: 0, x2: 160, y2: 320 }, fitted)

  expect(fitted).toMatchObject({ inner: { width: 320, height: 160 }, left: 0, top: 80 })
  expect(box).toEqual({ x1: 0, y1: 0, x2: 320, y2: 320 })
})
