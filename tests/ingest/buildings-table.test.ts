import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { createHouseDesk, HouseDeskPorts } from '../../app/house-desk.ts'
import type { Building } from '../../core/building.ts'
import { PROTECTION_LEVELS, STRUCTURES } from '../../core/building.ts'
import { parseLimits } from '../../ingest/buildings/limits-text.ts'
import { parseBuildingTable } from '../../ingest/buildings/parse-buildings.ts'
import { fromCell, toTable } from '../../ingest/buildings/to-table.ts'
import { createMemoryHouses } from '../dashboards/memory-houses.ts'

const HOUSE: Building = { id: 'h1', address: '平桥街12号', protection: 'historic' }

describe('limits in a list', () => {
  test.each([
    ['ppv_mm_s=din-4150-3-2016:3', [{ metric: 'ppv_mm_s', pack: 'din-4150-3-2016', line: '3' }]],
    [
      'ppv_mm_s＝gb-t-50452-2008：national；tilt_mm_m＜4 mm/m（文保所 2025-03）',
      [
        { metric: 'ppv_mm_s', pack: 'gb-t-50452-2008', line: 'national' },
        { metric: 'tilt_mm_m', value: 4, unit: 'mm/m', source: '文保所 2025-03' },
      ],
    ],
    ['rh_pct<75.5% (管理\\(所\\))', [{ metric: 'rh_pct', value: 75.5, unit: '%', source: '管理(所)' }]],
    ['', []],
  ])('%s', (text, limits) => expect(parseLimits(text)).toEqual(limits))

  test.each([
    ['ppv_mm_s', /expected METRIC=PACK:LINE/],
    ['ppv_mm_s=din', /expected METRIC=PACK:LINE/],
    ['tilt_mm_m<4 mm/m', /who set it/],
    ['tilt_mm_m<4.4.4 mm/m (所)', /4\.4\.4 is no number/],
  ])('%s is a fault that says why', (text, why) => expect(parseLimits(text)).toMatch(why))

  it('name row and column when they are wrong', () => {
    const table = Buffer.from('地址,限值\n平桥街1号,振动不超\n平桥街2号,ppv mm<3 mm/s (所)\n')
    expect(parseBuildingTable(table).faults).toMatchObject([
      { row: 2, field: '限值', message: expect.stringContaining('expected METRIC=PACK:LINE') },
      { row: 3, field: '限值', message: '"ppv mm<3 mm/s (所)": "ppv mm" is no metric' },
    ])
  })
})

it('is a table that spreadsheet programs open, in Chinese or English', () => {
  const limits = [{ metric: 'tilt_mm_m', value: 4, unit: 'mm/m', source: '文保所' }]
  const house: Building = {
    ...HOUSE,
    structure: 'brick-timber',
    spellings: ['德裕堂', '平桥街12、14号'],
    limits,
    notes: '雨漏,"大"',
  }
  const text = [...toTable([house], 'zh')].join('')
  expect(text.split('\r\n')).toEqual(
    [
      '\uFEFF编号,地址,别名,名称,行政区划,纬度,经度,保护级别,结构,建造年份,年代,层数,产权人,用途,传感器,限值,最近修缮,备注',
      'h1,平桥街12号,德裕堂; 平桥街12\\、14号,,,,,历史建筑,砖木结构,,,,,,,tilt_mm_m<4 mm/m (文保所),,"雨漏,""大"""',
      '',
    ].map((line) => line.replace('德裕堂; 平桥街12\\、14号', '"德裕堂; 平桥街12\\、14号"')),
  )
  expect([...toTable([HOUSE], 'en')].join('')).toContain('\uFEFFid,address,spellings,name')
})

test.each(['=1+1', '+86 10', '-', '@SUM(A1)', "'=quoted", '＝1'])(
  'writes %s so that no program reckons with it',
  (notes) => {
    const text = [...toTable([{ ...HOUSE, notes }], 'en')].join('')
    expect(text).toContain(`,'${notes}\r\n`)
    expect(fromCell(`'${notes}`)).toBe(notes)
    expect(parseBuildingTable(Buffer.from(text)).buildings[0]?.building.notes).toBe(notes)
  },
)

const text = (maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...'ab1平；;、|\\:(（)）<=＝＜≤,"\'\n\t+-@ ​'), minLength: 1, maxLength })
const metric = fc.constantFrom('ppv_mm_s', 'tilt_mm_m', 'a.b-c')
const building = fc.record(
  {
    id: fc.constantFrom('h1', 'h2', 'h3', '001'),
    address: text(20),
    protection: fc.constantFrom(...PROTECTION_LEVELS),
    ...{ spellings: fc.array(text(8), { maxLength: 3 }), name: text(9), place: text(9), era: text(9), owner: text(9) },
    ...{ use: text(9), notes: text(30) },
    position: fc.record({
      lat: fc.double({ min: -90, max: 90, noNaN: true }),
      lon: fc.double({ min: -180, max: 180, noNaN: true }),
    }),
    structure: fc.constantFrom(...STRUCTURES),
    year: fc.integer({ min: 500, max: 2200 }),
    storeys: fc.integer({ min: 1, max: 50 }),
    sensors: fc.array(fc.constantFrom('vib-1', 'tilt_2', 'a.b'), { maxLength: 3 }),
    limits: fc.array(
      fc.oneof(
        fc.record({ metric, pack: fc.oneof(text(5), fc.constant('')), line: text(5) }),
        fc.record({
          metric,
          value: fc.double({ noNaN: true, noDefaultInfinity: true }),
          unit: fc.oneof(text(5), fc.constant('')),
          source: text(9),
        }),
      ),
      { maxLength: 3 },
    ),
    lastRepair: fc.constantFrom('2019', '2019-04', '2019-04-07'),
  },
  { requiredKeys: ['id', 'address', 'protection'] },
)

it('that is exported and imported again changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(building, { maxLength: 5 }),
      fc.constantFrom('zh' as const, 'en' as const),
      async (some, language) => {
        const { desk } = openDesk()
        for (const one of some) await desk.setBuilding(one as Building, 'li').catch(() => {})
        const bytes = Buffer.from([...desk.exportBuildings(language)].join(''))
        const { items } = desk.buildings({ limit: 100 })
        const outcome = await desk.importBuildings({ format: 'csv', bytes }, 'li', false)
        expect(outcome).toEqual({
          added: 0,
          changed: 0,
          unchanged: items.length,
          applied: true,
          ignored: [],
          encoding: 'utf-8',
        })
        expect(desk.buildings({ limit: 100 }).items).toEqual(items)
      },
    ),
    { numRuns: 300 },
  )
})

function openDesk(): { desk: ReturnType<typeof createHouseDesk> } {
  const ports = { devices: () => [], latest: () => [], openAlerts: () => [], history: {} } as unknown as HouseDeskPorts
  return createMemoryHouses(() => 0, ports)
}
