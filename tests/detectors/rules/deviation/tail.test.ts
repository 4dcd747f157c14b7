import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { noteInTail, rarityOf, TAIL_LENGTH } from '../../../../detectors/rules/deviation/tail.ts'

const aTail = (values: Iterable<number>) => {
  const memory = new Array<number>(TAIL_LENGTH).fill(0)
  for (const value of values) noteInTail(memory, 0, value)
  return memory
}
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1)

describe('the rarity of a value', () => {
  it('is nothing before a hundred values were seen', () => {
    expect(rarityOf(aTail(upTo(99)), 0, 1e9)).toBe(0)
    expect(rarityOf(aTail(upTo(100)), 0, 1e9)).toBeGreaterThan(3)
  })

  it('is nothing for all but the forty largest', () => {
    const tail = aTail(upTo(1000))
    expect(rarityOf(tail, 0, 961)).toBe(0)
    expect(rarityOf(tail, 0, 962)).toBeGreaterThan(0)
  })

  it('starts at how often the tail is reached: 40 of 1,000 is 10^-1.4', () => {
    expect(rarityOf(aTail(upTo(1000)), 0, 961.0001)).toBeCloseTo(Math.log10(1000 / 40), 4)
  })

  it('goes on as a Pareto tail through the mean excess', () => {
    // Kept are 961 … 1000: mean excess over 961 is 19.5, scale 19.5 × 0.8 = 15.6; log10(25) + log10(1 + 0.2 × 100 / 15.6) / 0.2
    expect(rarityOf(aTail(upTo(1000)), 0, 1061)).toBeCloseTo(1.39794 + 1.79163, 4)
  })

  it('is large for anything new where all was equal', () => {
    expect(rarityOf(aTail(new Array(200).fill(0)), 0, 1)).toBeGreaterThan(10)
    expect(rarityOf(aTail(new Array(200).fill(0)), 0, 0)).toBe(0)
  })

  it('forgets what lies two generations back', () => {
    const once = aTail([...new Array(200).fill(1000), ...new Array(9_700).fill(1)])
    const longAgo = aTail([...new Array(200).fill(1000), ...new Array(10_100).fill(1)])
    expect(rarityOf(once, 0, 999)).toBe(0)
    expect(rarityOf(longAgo, 0, 999)).toBeGreaterThan(10)
  })

  it('keeps the largest of both generations, whatever their order', () => {
    const values = fc.array(fc.nat(1000), { minLength: 100, maxLength: 300 })
    fc.assert(
      fc.property(values, fc.nat(1200), (seen, value) => {
        const largest = seen.toSorted((a, b) => b - a).slice(0, 40)
        expect(rarityOf(aTail(seen), 0, value) > 0).toBe(value > largest[39]!)
      }),
    )
  })

  it('never falls when the value rises', () => {
    const values = fc.array(fc.double({ min: 0, max: 1e100, noNaN: true }), { minLength: 100, maxLength: 200 })
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1e100, noNaN: true }), (seen, value) => {
        const tail = aTail(seen)
        expect(rarityOf(tail, 0, value * 1.5)).toBeGreaterThanOrEqual(rarityOf(tail, 0, value))
      }),
    )
  })
})
