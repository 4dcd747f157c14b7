import { describe, expect, it } from 'vitest'
import { type FitRow, type FitShape, fitTogether } from '../../bench/heritage/fit-together.mjs'

const rows = (weight: number, levels: FitRow['levels'], isOn: boolean): FitRow => ({ levels, isOn, weight })
const shape = (more: Partial<FitShape> = {}): FitShape => ({
  ...{ pairs: [], amounts: new Set(['dust', 'noise', 'steps']), turning: new Set(), judged: new Map(), ...more },
})
const QUIET = [rows(200, {}, true), rows(199_800, {}, false)]

describe('ratios that are fitted together', () => {
  it('are how much more often a kind is seen with works, where it is seen alone', () => {
    const { prior, weights, cells } = fitTogether(
      [...QUIET, rows(5000, { dust: 1 }, true), rows(5000, { dust: 1 }, false)],
      shape(),
    )
    expect(cells).toBe(2)
    expect(prior).toBeCloseTo(0.001, 3)
    expect(weights.get('dust 1')).toBeCloseTo(Math.log(999), 0)
  })

  it('do not count twice what always comes together', () => {
    const both = { dust: 1, noise: 1 }
    const { weights } = fitTogether([...QUIET, rows(5000, both, true), rows(5000, both, false)], shape())
    expect(weights.get('dust 1')! + weights.get('noise 1')!).toBeCloseTo(Math.log(999), 0)
  })

  it('go below 1 for what speaks against works, and keep a level with few cases near the one below', () => {
    const told = [rows(5000, { dust: 1 }, true), rows(5000, { dust: 1 }, false), rows(1, { dust: 2 }, true)]
    const { weights } = fitTogether([...QUIET, ...told, rows(5000, { dust: 1, slept: 1 }, false)], shape())
    expect(weights.get('slept 1')).toBeLessThan(-2)
    expect(Math.abs(weights.get('dust 2')!)).toBeLessThan(0.1)
  })

  it('of an amount never fall, unless it is said to turn', () => {
    const told = [
      ...[rows(5000, { steps: 1 }, true), rows(5000, { steps: 1 }, false)],
      ...[rows(100, { steps: 2 }, true), rows(9900, { steps: 2 }, false)],
    ]
    expect(fitTogether([...QUIET, ...told], shape()).weights.get('steps 2')).toBe(0)
    const turned = fitTogether([...QUIET, ...told], shape({ turning: new Set(['steps']) }))
    expect(turned.weights.get('steps 2')).toBeLessThan(-2)
  })

  it('give a pair what its kinds do not say alone', () => {
    const told = [
      ...[rows(300, { dust: 1 }, true), rows(9000, { dust: 1 }, false)],
      ...[rows(300, { steps: 1 }, true), rows(9000, { steps: 1 }, false)],
      ...[rows(9000, { dust: 1, steps: 1 }, true), rows(20, { dust: 1, steps: 1 }, false)],
    ]
    const { weights } = fitTogether([...QUIET, ...told], shape({ pairs: [['dust', 'steps']] }))
    expect(weights.get('dust 1 × steps 1')).toBeGreaterThan(1)
    expect(weights.has('dust 1 × dust 1')).toBe(false)
  })

  it('of a pair with a state are those of that state only', () => {
    const told = [
      ...[rows(9000, { dust: 2, slept: 1 }, true), rows(20, { dust: 2, slept: 1 }, false)],
      ...[rows(20, { dust: 2, slept: 2 }, true), rows(9000, { dust: 2, slept: 2 }, false)],
    ]
    const { weights } = fitTogether([...QUIET, ...told], shape({ pairs: [['dust', 'slept']] }))
    const pairs = [...weights.keys()].filter((key) => key.includes('×'))
    expect(pairs.toSorted()).toEqual([1, 2].flatMap((dust) => [1, 2].map((nights) => `dust ${dust} × slept ${nights}`)))
    expect(weights.get('dust 2 × slept 1')).toBeGreaterThan(0)
    expect(weights.get('dust 2 × slept 2')).toBe(0)
  })

  it('are fitted beside those that are judged, which stay', () => {
    const told = [rows(5000, { dust: 1, report: 1 }, true), rows(5000, { dust: 1, report: 1 }, false)]
    const alone = fitTogether([...QUIET, ...told], shape()).weights.get('dust 1')!
    const beside = fitTogether([...QUIET, ...told], shape({ judged: new Map([['report', [2]]]) })).weights
    expect(beside.has('report 1')).toBe(false)
    expect(beside.get('dust 1')! + 2).toBeCloseTo(Math.log(999), 0)
    expect(beside.get('dust 1')!).not.toBeCloseTo(alone, 0)
  })
})
