import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { boxBetween, fitLens, lensAt, lensTo, panBy, toPicture, zoomAt } from '../../dashboards/web/river/lens.ts'
import { joined, marksOf, markY, STRIP, ticksOf, toStripScale } from '../../dashboards/web/river/strip.ts'
import { aFindingView } from './a-finding-view.ts'

describe('the strip map', () => {
  const scale = toStripScale(0, 3_000, 1_088)

  it('unrolls the river from left to right', () => {
    expect([0, 1_500, 3_000].map(scale.x)).toEqual([44, 544, 1_044])
  })

  it.each([
    [1_088, [0, 500, 1_000, 1_500, 2_000, 2_500, 3_000]],
    [390, [0, 1_000, 2_000, 3_000]],
  ])('writes chainages so far apart that they do not touch: %i px', (widthPx, written) => {
    const ticks = ticksOf(toStripScale(0, 3_000, widthPx))
    expect(ticks.filter(({ isMajor }) => isMajor).map(({ alongM }) => alongM)).toEqual(written)
  })

  test('ticks lie on the strip, whatever the river', () => {
    fc.assert(
      fc.property(
        fc.nat(50_000),
        fc.integer({ min: 1, max: 60_000 }),
        fc.integer({ min: 100, max: 2_000 }),
        (fromM, lengthM, px) => {
          const made = toStripScale(fromM, fromM + lengthM, px)
          const ticks = ticksOf(made)
          expect(ticks.length).toBeLessThan(200)
          for (const { alongM } of ticks) {
            expect(alongM).toBeGreaterThanOrEqual(fromM - 1e-6)
            expect(alongM).toBeLessThanOrEqual(fromM + lengthM + 1e-6)
          }
        },
      ),
    )
  })

  it('stacks neighbours on one bank, and leaves out what nobody placed', () => {
    const { place: _, ...nowhere } = aFindingView('d', 0)
    const marks = marksOf([aFindingView('b', 105), aFindingView('a', 100), aFindingView('c', 900), nowhere], scale)
    expect(marks.map(({ id, lane }) => [id, lane])).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 0],
    ])
  })

  it('draws neighbouring stretches as one', () => {
    const of = (...ends: [number, number][]) => joined(ends.map(([fromM, toM]) => ({ fromM, toM })))
    expect(of([20, 30], [0, 10], [10, 20], [40, 50])).toEqual([
      { fromM: 0, toM: 30 },
      { fromM: 40, toM: 50 },
    ])
  })

  it('has the left bank above the water and the right one below, all of it on the strip', () => {
    const heights = (['left', 'middle', 'right'] as const).map((bank) => markY({ bank, lane: 0 }))
    expect([...heights].sort((a, b) => a - b)).toEqual(heights)
    for (const bank of ['left', 'right'] as const)
      for (const lane of [0, 1]) {
        expect(markY({ bank, lane })).toBeGreaterThanOrEqual(9)
        expect(markY({ bank, lane })).toBeLessThanOrEqual(STRIP.heightPx - 9)
      }
  })
})

describe('the lens over a picture', () => {
  const picture = { width: 4_000, height: 3_000 }
  const frame = { width: 800, height: 500 }

  it('shows the whole picture first, in the middle', () => {
    const lens = fitLens(picture, frame)
    expect(lens.scale).toBeCloseTo(1 / 6)
    expect(lens.y).toBeCloseTo(0)
    expect(lens.x).toBeCloseTo((800 - 4_000 / 6) / 2)
  })

  it('goes to a box with what is around it, and to one pixel for one', () => {
    const lens = lensTo([2_000, 1_500, 100, 50], picture, frame)
    expect(toPicture(lens, { x: 400, y: 250 })).toEqual({ x: expect.closeTo(2_050), y: expect.closeTo(1_525) })
    expect(lens.scale).toBeCloseTo(2.8)
    expect(lensAt({ x: 2_000, y: 1_500 }, 1, picture, frame)).toMatchObject({ scale: 1, x: -1_600, y: -1_250 })
  })

  test('what is under the pointer stays there while it zooms, except where an edge would show', () => {
    const point = fc.record({ x: fc.nat(800), y: fc.nat(500) })
    fc.assert(
      fc.property(point, fc.double({ min: 1.05, max: 4, noNaN: true }), (at, factor) => {
        const before = lensAt({ x: 2_000, y: 1_500 }, 1, picture, frame)
        const after = zoomAt(before, factor, at, picture, frame)
        expect(toPicture(after, at).x).toBeCloseTo(toPicture(before, at).x, 6)
        expect(toPicture(after, at).y).toBeCloseTo(toPicture(before, at).y, 6)
      }),
    )
  })

  test('no drag and no wheel shows an empty edge or loses the picture', () => {
    const move = fc.record({ dx: fc.integer({ min: -5_000, max: 5_000 }), dy: fc.integer({ min: -5_000, max: 5_000 }) })
    fc.assert(
      fc.property(move, fc.double({ min: 0.01, max: 100, noNaN: true }), ({ dx, dy }, factor) => {
        const { scale, x, y } = panBy(
          zoomAt(fitLens(picture, frame), factor, { x: 1, y: 1 }, picture, frame),
          dx,
          dy,
          picture,
          frame,
        )
        expect(scale).toBeGreaterThanOrEqual(fitLens(picture, frame).scale - 1e-9)
        const covers = (at: number, length: number, room: number) =>
          length * scale <= room + 1e-6 ? at >= -1e-6 : at <= 1e-6 && at + length * scale >= room - 1e-6
        expect([covers(x, 4_000, 800), covers(y, 3_000, 500)]).toEqual([true, true])
      }),
    )
  })

  it('makes a box of a drag in any direction, inside the picture, and none of a click', () => {
    expect(boxBetween({ x: 50, y: 60 }, { x: -10, y: 20 }, picture)).toEqual([0, 20, 50, 40])
    expect(boxBetween({ x: 50, y: 60 }, { x: 52, y: 90 }, picture)).toBeNull()
  })
})
