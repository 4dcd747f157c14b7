import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chainageMark, createRiverLine } from '../../core/river-line.ts'

/** 0.01° of latitude is 1,112 m; the river runs north, then east. */
const RIVER: [number, number][] = [
  [120, 30],
  [120, 30.01],
  [120.01, 30.01],
]

describe('a position along a river', () => {
  const line = createRiverLine(RIVER)

  it.each([
    ['at zero', { lat: 30, lon: 120 }, 0, 0],
    ['half-way up the first leg', { lat: 30.005, lon: 120 }, 556, 0],
    ['beside the first leg', { lat: 30.005, lon: 120.001 }, 556, 96],
    ['before zero', { lat: 29.999, lon: 120 }, 0, 111],
    ['at the end', { lat: 30.01, lon: 120.01 }, 1112 + 963, 0],
  ])('%s', (_, position, alongM, offsetM) => {
    const station = line.stationOf(position)
    expect(Math.abs(station.alongM - alongM)).toBeLessThan(1)
    expect(Math.abs(station.offsetM - offsetM)).toBeLessThan(1)
  })

  it('grows downstream and never leaves the river', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(share, share, (a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a]
        const at = (t: number) => line.stationOf({ lat: 30 + t * 0.01, lon: 120 }).alongM
        expect(at(low)).toBeLessThanOrEqual(at(high) + 1e-6)
        expect(at(high)).toBeLessThanOrEqual(2076)
      }),
    )
  })

  it.each([
    [0, 'K0+000'],
    [1240, 'K1+240'],
    [999.6, 'K1+000'],
  ])('%f m is marked %s', (alongM, mark) => {
    expect(chainageMark(alongM)).toBe(mark)
  })
})
