import { describe, expect, it } from 'vitest'
import { type FitRow, fitTogether } from '../../bench/heritage/fit-together.mjs'

const rows = (weight: number, levels: FitRow['levels'], isOn: boolean): FitRow => ({ levels, isOn, weight })
const QUIET = [rows(200, {}, true), rows(199_800, {}, false)]

describe('ratios that are fitted together', () => {
  it('are how much more often a kind is seen with works, where it is seen alone', () => {
    const { prior, weights, cells } = fitTogether(
      [...QUIET, rows(5000, { dust: 1 }, true), rows(5000, { dust: 1 }, false)],
      [],
    )
    expect(cells).toBe(2)
    expect(prior).toBeCloseTo(0.001, 3)
    expect(weights.get('dust 1')).toBeCloseTo(Math.log(999), 0)
  })

  it('do not count twice what always comes together', () => {
    const both = { dust: 1, noise: 1 }
    const { weights } = fitTogether([...QUIET, rows(5000, both, true), rows(5000, both, false)], [])
    expect(weights.get('dust 1')! + weights.get('noise 1')!).toBeCloseTo(Math.log(999), 0)
  })

  it('go below 1 for what speaks against works, and keep a level with few cases near the one below', () => {
    const told = [rows(5000, { dust: 1 }, true), rows(5000, { dust: 1 }, false), rows(1, { dust: 2 }, true)]
    const { weights } = fitTogether([...QUIET, ...told, rows(5000, { dust: 1, slept: 1 }, false)], [])
    expect(weights.get('slept 1')).toBeLessThan(-2)
    expect(Math.abs(weights.get('dust 2')!)).toBeLessThan(0.1)
  })

  it('give a pair what its kinds do not say alone', () => {
    const told = [
      ...[rows(3000, { dust: 1 }, true), rows(3000, { dust: 1 }, false)],
      ...[rows(3000, { steps: 1 }, true), rows(3000, { steps: 1 }, false)],
      ...[rows(3000, { dust: 1, steps: 1 }, true), rows(3000, { dust: 1, steps: 1 }, false)],
    ]
    const { weights } = fitTogether([...QUIET, ...told], [['dust', 'steps']])
    expect(weights.get('dust 1 × steps 1')).toBeLessThan(-4)
    expect(weights.has('dust 1 × dust 1')).toBe(false)
  })
})
