import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Detection } from '../../../core/detection.ts'
import { compareDetections } from '../../../detectors/vision/compare-detections.ts'

const at = (label: string, x: number, score = 0.5): Detection => ({ label, score, box: [x, 0, 10, 10] })

test('the same thing is of one class and overlaps by half', () => {
  const active = [at('boat', 0), at('boat', 100), at('debris', 200)]
  const shadow = [at('boat', 3), at('boat', 107), at('algae', 200)]

  expect(compareDetections(active, shadow)).toEqual({
    boat: { both: 1, onlyActive: 1, onlyShadow: 1 },
    debris: { both: 0, onlyActive: 1, onlyShadow: 0 },
    algae: { both: 0, onlyActive: 0, onlyShadow: 1 },
  })
})

test('a box has one partner: its best scored rival goes first, and takes what overlaps most', () => {
  expect(compareDetections([at('boat', 0, 0.4), at('boat', 1, 0.9)], [at('boat', 1)])).toEqual({
    boat: { both: 1, onlyActive: 1, onlyShadow: 0 },
  })
})

const detections = fc.array(
  fc.record({
    label: fc.constantFrom('boat', 'debris'),
    score: fc.double({ min: 0, max: 1, noNaN: true }),
    box: fc.tuple(...[40, 40, 20, 20].map((max) => fc.integer({ min: 1, max }))) as fc.Arbitrary<Detection['box']>,
  }),
  { maxLength: 12 },
)

test('everything is counted once, and a model agrees with itself', () => {
  fc.assert(
    fc.property(detections, detections, (active, shadow) => {
      const counts = Object.values(compareDetections(active, shadow))
      const sum = (what: 'both' | 'onlyActive' | 'onlyShadow') =>
        counts.reduce((total, count) => total + count[what], 0)
      expect(sum('both') + sum('onlyActive')).toBe(active.length)
      expect(sum('both') + sum('onlyShadow')).toBe(shadow.length)
      for (const count of Object.values(compareDetections(active, active))) {
        expect(count).toMatchObject({ onlyActive: 0, onlyShadow: 0 })
      }
    }),
  )
})
