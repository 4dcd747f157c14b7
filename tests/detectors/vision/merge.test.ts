import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { iou } from '../../../detectors/vision/box.ts'
import { isClipped, mergeSights, type Sight } from '../../../detectors/vision/merge.ts'

const MAX_IOU = 0.55

function sight(x1: number, y1: number, x2: number, y2: number, more: Partial<Sight> = {}): Sight {
  return { x1, y1, x2, y2, classIndex: 0, score: 0.5, view: 0, isTile: false, isClipped: false, ...more }
}

describe('one thing in two views', () => {
  test('is one detection, the better scored', () => {
    const weak = sight(0, 0, 10, 10, { score: 0.4 })
    const strong = sight(1, 0, 11, 10, { score: 0.8, view: 1 })

    expect(mergeSights([weak, strong], MAX_IOU)).toEqual([strong])
  })

  test('of which a tile cuts off a part is the whole one, whatever the part scores', () => {
    const part = sight(0, 0, 40, 50, { score: 0.95, isTile: true, isClipped: true })
    const whole = sight(0, 0, 100, 50, { score: 0.6, isTile: true, view: 1 })

    expect(mergeSights([part, whole], MAX_IOU)).toEqual([whole])
  })

  test('is seen even if every tile cuts it', () => {
    const part = sight(0, 0, 40, 50, { isTile: true, isClipped: true })

    expect(mergeSights([part], MAX_IOU)).toEqual([part])
  })
})

test('two things of one class in one view that hardly overlap stay two, even one inside the other', () => {
  const mat = sight(0, 0, 100, 100, { score: 0.9 })
  const inside = sight(10, 10, 60, 60, { score: 0.5 })

  expect(mergeSights([mat, inside], MAX_IOU)).toHaveLength(2)
})

test('a small thing on a large one of its class is another thing', () => {
  const mat = sight(0, 0, 100, 100, { score: 0.9 })
  const bottle = sight(10, 10, 20, 20, { score: 0.5, view: 1, isTile: true })

  expect(mergeSights([mat, bottle], MAX_IOU)).toHaveLength(2)
})

test('classes do not suppress each other', () => {
  expect(mergeSights([sight(0, 0, 10, 10), sight(0, 0, 10, 10, { classIndex: 1 })], MAX_IOU)).toHaveLength(2)
})

test('a box is cut off at an edge of its tile, not at one of the picture', () => {
  const tile = { left: 576, top: 0, width: 640, height: 640 }
  const picture = { width: 1216, height: 1080 }

  expect(isClipped(sight(577, 100, 700, 200), tile, picture)).toBe(true)
  expect(isClipped(sight(600, 100, 700, 639), tile, picture)).toBe(true)
  expect(isClipped(sight(600, 0, 1216, 200), tile, picture)).toBe(false)
})

test('what is kept was given, no two of a class overlap by more than allowed, and the best is kept', () => {
  const at = fc.integer({ min: 0, max: 40 })
  const some = fc.array(
    fc.record({
      x: at,
      y: at,
      score: fc.double({ min: 0.01, max: 1, noNaN: true }),
      classIndex: fc.nat(1),
      view: fc.nat(3),
    }),
    { maxLength: 40 },
  )
  fc.assert(
    fc.property(some, (given) => {
      const sights = given.map(({ x, y, ...more }) => sight(x, y, x + 12, y + 12, { ...more, isTile: more.view > 0 }))
      const kept = mergeSights(sights, MAX_IOU)
      expect(kept.every((one) => sights.includes(one))).toBe(true)
      for (const [i, a] of kept.entries()) {
        for (const b of kept.slice(i + 1))
          if (a.classIndex === b.classIndex) expect(iou(a, b)).toBeLessThanOrEqual(MAX_IOU)
      }
      expect(Math.max(0, ...kept.map(({ score }) => score))).toBe(Math.max(0, ...sights.map(({ score }) => score)))
    }),
  )
})
