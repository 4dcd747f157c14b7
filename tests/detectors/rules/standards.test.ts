import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import {
  gradeOf,
  limitOf,
  parseStandard,
  shippedStandards,
  tableOf,
  toRow,
} from '../../../detectors/rules/parts/standards.ts'
import { formatFaults } from '../../../detectors/rules/rule-fault.ts'

function ask(id: string, item: string, row: string, x?: number) {
  const standard = shippedStandards().get(id)!
  return limitOf(standard, tableOf(standard, item)!, item, row, x)!
}

describe('GB 3838-2002', () => {
  test.each([
    ['do', [7.5, 6, 5, 3, 2]],
    ['codmn', [2, 4, 6, 10, 15]],
    ['cod', [15, 15, 20, 30, 40]],
    ['bod5', [3, 3, 4, 6, 10]],
    ['nh3n', [0.15, 0.5, 1, 1.5, 2]],
    ['tp', [0.02, 0.1, 0.2, 0.3, 0.4]],
  ])('%s by class', (item, limits) => {
    const found = ['I', 'II', 'III', 'IV', 'V'].map((row) => ask('gb-3838-2002', item, row))
    expect(found.map(({ direction, low, high }) => (direction === 'min' ? low : high))).toEqual(limits)
    expect(found.every(({ verified, unit }) => verified && unit === 'mg/L')).toBe(true)
  })

  it('prints edition, table and class', () => {
    expect(ask('gb-3838-2002', 'do', 'III').clause).toBe('GB 3838-2002 表1, III类')
  })

  test.each([
    ['do', 6, 'II'],
    ['do', 5.99, 'III'],
    ['do', 1.9, '劣V'],
    ['cod', 15, 'I'],
    ['cod', 15.1, 'III'],
    ['nh3n', 2.01, '劣V'],
    ['ph', 7, 'I'],
    ['ph', 9.1, '劣V'],
  ])('%s of %d is class %s', (item, value, name) => {
    const standard = shippedStandards().get('gb-3838-2002')!
    expect(gradeOf(standard, tableOf(standard, item)!, item, value)?.name).toBe(name)
  })

  test.each([['III'], ['Ⅲ'], ['Ⅲ类'], ['iii'], [' III ']])('a class may be written %j', (text) => {
    const standard = shippedStandards().get('gb-3838-2002')!
    expect(toRow(standard.tables[0]!, text)).toBe('III')
  })

  it('has no class 六', () => {
    expect(toRow(shippedStandards().get('gb-3838-2002')!.tables[0]!, '六')).toBeUndefined()
  })
})

describe('DIN 4150-3', () => {
  test.each([
    [1, 5, 20],
    [1, 10, 20],
    [1, 30, 30],
    [1, 50, 40],
    [1, 75, 45],
    [2, 10, 5],
    [2, 30, 10],
    [2, 75, 17.5],
    [3, 10, 3],
    [3, 30, 5.5],
    [3, 50, 8],
    [3, 75, 9],
    [3, 100, 10],
    [3, 250, 10],
    [3, 0.5, 3],
  ])('line %d at %d Hz allows %d mm/s at the foundation', (line, hz, limit) => {
    expect(ask('din-4150-3-2016', 'foundation', String(line), hz).high).toBeCloseTo(limit, 10)
  })

  it('holds the strictest value where the frequency is not known', () => {
    expect(ask('din-4150-3-2016', 'foundation', '3').high).toBe(3)
  })

  it('has one value for the top floor, and a stricter one for vibration that lasts', () => {
    expect(['1', '2', '3'].map((row) => ask('din-4150-3-2016', 'top-floor', row, 33).high)).toEqual([40, 15, 8])
    expect(['1', '2', '3'].map((row) => ask('din-4150-3-2016', 'top-floor-long-term', row).high)).toEqual([10, 5, 2.5])
  })
})

describe('standards from memory', () => {
  it('say that nobody has verified them', () => {
    const items = shippedStandards()
      .get('gb-t-50452-2008')!
      .tables.flatMap((table) => Object.values(table.items))
    expect(items.map(({ verified }) => verified)).toEqual([false, false, false])
    expect(ask('black-odour', 'transparency', 'mild').verified).toBe(false)
  })

  it('timber of national rank: between 0.18 and 0.22 mm/s by wave speed', () => {
    const at = (x?: number) => ask('gb-t-50452-2008', 'timber', 'national', x).high
    expect([at(4000), at(5100), at(6000), at()].map((limit) => Number(limit.toFixed(6)))).toEqual([
      0.18, 0.2, 0.22, 0.18,
    ])
  })
})

describe('every curve', () => {
  const curves = [...shippedStandards().values()].flatMap((standard) =>
    standard.tables.flatMap((table) =>
      Object.keys(table.items).flatMap((item) => table.rows.map((row) => ({ standard, table, item, row }))),
    ),
  )
  it('is never below its strictest value, nor jumps', () => {
    fc.assert(
      fc.property(fc.constantFrom(...curves), fc.double({ min: 0, max: 10_000, noNaN: true }), (curve, x) => {
        const { standard, table, item, row } = curve
        const [here, near, strict] = [x, x + 1e-6, undefined].map((one) => limitOf(standard, table, item, row, one)!)
        if (here!.direction !== 'max') return
        expect(here!.high).toBeGreaterThanOrEqual(strict!.high)
        expect(Math.abs(near!.high - here!.high)).toBeLessThan(1e-5)
      }),
    )
  })
})

it('a pack that contradicts itself is told every fault with its line', () => {
  const text = `id: mine
title: { zh: 我的, en: Mine }
edition: Mine 1
source: me
tables:
  - id: t
    clause: c
    row: class {row}
    rows: [A, B]
    beyond: C
    over: { name: frequency, unit: Hz }
    items:
      missing: { unit: mm, limit: max, verified: true, values: { A: 1 } }
      strange: { unit: mm, limit: max, verified: true, values: { A: 1, B: 2, D: 3 } }
      back: { unit: mm, limit: max, verified: true, values: { A: [[2, 1], [1, 2]], B: 3 } }
      better: { unit: mm, limit: min, verified: true, values: { A: 1, B: 2 } }
      flat: { unit: mm, limit: range, verified: true, values: { A: [6, 9], B: 9 } }
`
  const result = parseStandard({ path: 'mine.yaml', text })
  expect('faults' in result && formatFaults(result.faults)).toMatchInlineSnapshot(`
    "mine.yaml:13:16 row B is missing
    mine.yaml:14:16 there is no row D
    mine.yaml:15:13 the value of row A does not fit its limit, or the curve goes back
    mine.yaml:16:15 the rows must run from the best to the worst
    mine.yaml:17:13 the value of row B does not fit its limit, or the curve goes back"
  `)
  const shape = parseStandard({ path: 'mine.yaml', text: 'id: mine\ntables: []\n' })
  expect('faults' in shape && formatFaults(shape.faults)).toMatchInlineSnapshot(`
    "mine.yaml:1:1 title is missing
    mine.yaml:1:1 edition is missing
    mine.yaml:1:1 source is missing
    mine.yaml:2:9 tables must be a list of tables, not []"
  `)
})
