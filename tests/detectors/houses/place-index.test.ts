import { describe, expect, it, test } from 'vitest'
import { sureOf } from '../../../core/address/address-index.ts'
import type { Building } from '../../../core/building.ts'
import { createHouseBook } from '../../../detectors/houses/house-book.ts'
import { createPlaceIndex } from '../../../detectors/houses/place-index.ts'

const LAT = 31.3168
const LON = 120.6331
/** So many metres east and north of a corner in the old town. */
const at = (eastM: number, northM: number) => ({ lat: LAT + northM / 111_195, lon: LON + eastM / 94_990 })
const corner = (eastM: number, northM: number): [number, number] => [at(eastM, northM).lon, at(eastM, northM).lat]

/** A house 8 m wide and 12 m deep whose west side is so many metres east. */
function anOutline(id: string, eastM: number): Building {
  const ring = [corner(eastM, 0), corner(eastM + 8, 0), corner(eastM + 8, 12), corner(eastM, 12), corner(eastM, 0)]
  return { id, address: `平桥街${id}号`, protection: 'traditional', footprint: ring }
}
const aPoint = (id: string, eastM: number): Building => ({
  ...{ id, address: `平桥街${id}号`, protection: 'traditional', position: at(eastM, 6) },
})

function sure(buildings: Building[], eastM: number, northM = 6) {
  const places = createPlaceIndex()
  for (const building of buildings) places.put(building)
  const candidates = places.near(at(eastM, northM))
  return [sureOf(candidates)?.building ?? null, candidates.map(({ building, reasons }) => `${building} ${reasons}`)]
}

test.each([
  ['in its outline, alone', [anOutline('1', 0)], 4, '1', ['1 inside_outline']],
  ['a step outside of it, alone', [anOutline('1', 0)], 9, '1', ['1 near_outline']],
  [
    'in one of two that are an alley apart',
    [anOutline('1', 0), anOutline('2', 14)],
    4,
    '1',
    ['1 inside_outline', '2 near_outline'],
  ],
  [
    'in one of a row of houses',
    [anOutline('1', 0), anOutline('2', 8)],
    6,
    null,
    ['1 inside_outline', '2 near_outline'],
  ],
  ['at the very point of one of a row', [aPoint('1', 4), aPoint('2', 9)], 4, '1', ['1 same_point', '2 near_point']],
  ['near a point', [aPoint('1', 4)], 7, null, ['1 near_point']],
  ['at a point that two have', [aPoint('1', 4), aPoint('2', 4)], 4, null, ['1 same_point', '2 same_point']],
  ['farther off than anybody means a house', [anOutline('1', 0)], 60, null, []],
] as [string, Building[], number, string | null, string[]][])('a position %s', (_, buildings, eastM, id, reasons) => {
  expect(sure(buildings, eastM)).toEqual([id, reasons])
})

it('says how far off a candidate is, and finds the same on both sides of a border of cells', () => {
  for (let eastM = -120; eastM < 120; eastM += 7) {
    const places = createPlaceIndex()
    places.put(anOutline('1', eastM))
    expect(places.near(at(eastM + 18, 6))).toEqual([
      { building: '1', confidence: 0.55, reasons: ['near_outline'], distanceM: 10 },
    ])
    places.put({ ...anOutline('1', eastM), footprint: anOutline('1', eastM + 1_000).footprint! })
    expect(places.near(at(eastM + 18, 6))).toEqual([])
  }
})

it('takes an outline as large as a province for an error', () => {
  const places = createPlaceIndex()
  const ring: [number, number][] = [
    [110, 30],
    [120, 30],
    [120, 40],
    [110, 30],
  ]
  places.put({ ...aPoint('1', 4), footprint: ring })
  expect(places.near(at(4, 6))).toMatchObject([{ reasons: ['same_point'] }])
})

describe('a record', () => {
  function open(...buildings: Building[]) {
    const book = createHouseBook()
    let seq = 0
    const know = (building: Building) => {
      book.applyEntry({ type: 'building.changed', atMs: 1, by: 'li', building, afterSeq: seq })
      book.settle()
    }
    for (const building of buildings) know(building)
    return {
      ...{ book, know },
      file(recordType: string, said: { address?: string; eastM?: number; body?: Record<string, unknown> }) {
        seq++
        const { eastM, body = {}, ...where } = said
        const recordId = `r${seq}`
        const record = { kind: 'record' as const, deviceId: 's', recordId, recordType, atMs: 1, body, ...where }
        const position = eastM === undefined ? {} : { position: at(eastM, 6) }
        book.observe({ ...record, ...position, seq, arrivalMs: seq })
        return book.record('s', recordId)
      },
    }
  }

  it('with a position only belongs to the house in whose outline it lies, a register’s as well as a resident’s report', () => {
    const { file, book } = open(anOutline('1', 0))
    expect(file('works.filed', { eastM: 4 })).toMatchObject({
      building: '1',
      match: { how: 'position', confidence: 0.95 },
    })
    expect(file('report.debris', { eastM: 4 })).toMatchObject({ building: '1', facts: {} })
    expect(file('report.debris', { address: '平桥街1号' })).toMatchObject({ building: '1', match: { how: 'address' } })
    expect(book.recordsOf('1')).toHaveLength(3)
  })

  it('that is not sure waits with candidates, until the register knows better', () => {
    const { file, book, know } = open(aPoint('1', 4))
    expect(file('lease.signed', { eastM: 7 })).toMatchObject({
      ...{ building: null, match: { how: 'unmatched', candidates: [{ building: '1', distanceM: 3 }] } },
    })
    know(anOutline('1', 0))
    expect(book.record('s', 'r1')).toMatchObject({ building: '1', match: { how: 'position' } })
  })

  it('far from every house waits when it is a register’s; other reports are about something else', () => {
    const { file, book, know } = open()
    expect(file('lease.signed', { eastM: 4 })?.match).toEqual({ how: 'unmatched', candidates: [] })
    expect(file('report.smell', { eastM: 4 })).toBeNull()
    know(anOutline('1', 0))
    expect(book.record('s', 'r1')?.building).toBe('1')
  })

  it('whose address says something else than its position waits, with both as hints; where the address says nothing, the position does', () => {
    const { file } = open({ ...anOutline('1', 0), position: at(4, 6) }, { ...aPoint('2', 900) })
    expect(file('lease.signed', { address: '平桥街2号', eastM: 4 })).toMatchObject({
      ...{
        building: null,
        match: { candidates: [{ building: '1' }, { building: '2', reasons: ['spelling_known', 'far_away'] }] },
      },
    })
    expect(file('lease.signed', { address: '河边老宅', eastM: 4 })).toMatchObject({
      ...{ building: null, match: { candidates: [{ building: '1', reasons: ['same_point'] }] } },
    })
  })

  it('that names a building which is not known waits for it', () => {
    const { file, book, know } = open()
    expect(file('lease.signed', { body: { building: '1' } })?.match).toEqual({ how: 'unmatched', candidates: [] })
    know(anOutline('1', 0))
    expect(book.record('s', 'r1')).toMatchObject({ building: '1', match: { how: 'named' } })
  })
})
