import { describe, expect, it } from 'vitest'
import { type FitRow, fitTogether } from '../../bench/heritage/fit-together.mjs'

const times = (count: number, x: FitRow['x'], isOn: boolean): FitRow[] =>
  Array.from({ length: count }, () => ({ x, isOn }))
const fitOf = (rows: FitRow[], quiet = { works: 200, none: 199_800 }) =>
  fitTogether([{ rows, quiet }], (kind) => kind === 'lived')

describe('ratios that are fitted together', () => {
  it('are how much more often a piece of evidence comes with works, where it comes alone', () => {
    const { prior, weights, days } = fitOf([
      ...times(1000, { 'dust 1': 1 }, true),
      ...times(1000, { 'dust 1': 1 }, false),
    ])
    expect(days).toBe(202_000)
    expect(prior).toBeCloseTo(0.001, 3)
    expect(weights.get('dust 1')).toBeCloseTo(Math.log(999), 0)
  })

  it('do not count twice what always comes together', () => {
    const both = { 'dust 1': 1, 'noise 1': 1 }
    const { weights } = fitOf([...times(1000, both, true), ...times(1000, both, false)])
    expect(weights.get('dust 1')! + weights.get('noise 1')!).toBeCloseTo(Math.log(999), 0)
  })

  it('never turn their sign', () => {
    const { weights } = fitOf([...times(1000, { 'dust 1': 1 }, false), ...times(20, { 'lived 1': 1 }, true)])
    expect(weights.get('dust 1')).toBe(0)
    expect(weights.get('lived 1')).toBe(0)
  })
})
