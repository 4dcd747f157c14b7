import { describe, expect, it } from 'vitest'
import { createDevicesInHouses } from '../../app/devices-in-houses.ts'
import type { Building } from '../../core/building.ts'
import type { Device } from '../../core/device.ts'
import type { Observation } from '../../core/observation.ts'
import { attributesOf } from '../../detectors/houses/house-attributes.ts'
import { createHouseBook } from '../../detectors/houses/house-book.ts'
import { createRuleEngine } from '../../detectors/rules/engine/rule-engine.ts'
import { parseRules } from '../../detectors/rules/files/parse-rules.ts'

const HOUSE: Building = { id: 'h1', address: '平桥街12号', protection: 'city', sensors: ['tilt-1'] }
const limit = (value: number) => [{ metric: 'tilt_mm_m', value, unit: 'mm/m', source: '文保所' }]
const aDevice = (id: string, attributes?: Device['attributes']): Device => ({
  ...{ id, type: 'tilt-sensor', registeredAtMs: 0, tokenHash: '' },
  ...(attributes && { attributes }),
})
const RULE = `rules:
  - { id: limit, title: { zh: 限, en: limit }, category: structure, kind: threshold, where: { metric: tilt_mm_m },
      above: { attribute: limit_tilt_mm_m }, unit: mm/m, severity: major }`

/** Houses and rules over one stream of readings and words, as the service joins them. */
function open(devices: Device[], past?: { houses: unknown; rules: unknown }) {
  const parsed = parseRules([{ path: 'a.yaml', text: RULE }])
  if ('faults' in parsed) throw new Error(JSON.stringify(parsed.faults))
  const registry = { get: (id: string) => devices.find((one) => one.id === id), all: () => devices }
  const houses = createHouseBook(past?.houses, (...change) => {
    for (const device of inHouses.touchedBy(...change)) engine.deviceRegistered(device)
  })
  const inHouses = createDevicesInHouses(registry, houses)
  const engine = createRuleEngine({
    ...{ rules: parsed.rules, device: inHouses.get, devices: inHouses.all },
    times: { lateToleranceMs: 0, liveWithinMs: 1e12 },
    ...(past && { snapshot: past.rules }),
  })
  const limits: (number | undefined)[] = []
  return {
    ...{ houses, inHouses, limits },
    read(seq: number, value: number) {
      const samples = [{ metric: 'tilt_mm_m', atMs: seq * 1_000, value }]
      const reading: Observation = {
        kind: 'readings',
        deviceId: 'tilt-1',
        messageSeq: null,
        samples,
        seq,
        arrivalMs: seq * 1_000,
      }
      houses.observe(reading)
      for (const { state, reason } of engine.observe(reading)) if (state === 'active') limits.push(reason.limit)
    },
    know(building: Building, afterSeq: number) {
      houses.applyEntry({ type: 'building.changed', atMs: 0, by: 'li', building, afterSeq })
    },
    snapshot: () => JSON.parse(JSON.stringify({ houses: houses.snapshot(), rules: engine.snapshot() })),
  }
}

describe('a device in a house', () => {
  it('says of itself what its house says, unless it says so itself', () => {
    const { inHouses, houses, know } = open([
      aDevice('tilt-1', { storeys: 3 }),
      aDevice('tilt-2', { building: 'h1' }),
      aDevice('other'),
    ])
    know({ ...HOUSE, structure: 'brick', storeys: 2, year: 1890 }, 0)
    houses.settle()
    const common = { building: 'h1', protectionLevel: 'city', structure: 'brick', wallMaterial: 'brick', year: 1890 }
    expect(inHouses.get('tilt-1')?.attributes).toEqual({ ...common, storeys: 3 })
    expect(inHouses.get('tilt-2')?.attributes).toEqual({ ...common, storeys: 2 })
    expect(inHouses.get('other')).toEqual(aDevice('other'))
    expect(inHouses.get('nobody')).toBeUndefined()
  })

  it('is the same device as long as nothing that rules may ask has changed', () => {
    const { inHouses, houses, know } = open([aDevice('tilt-1')])
    know(HOUSE, 0)
    houses.settle()
    const before = inHouses.get('tilt-1')
    know({ ...HOUSE, owner: '王' }, 0)
    houses.settle()
    expect(inHouses.get('tilt-1')).toBe(before)
  })

  it('is judged by the limit of its house from the place of the word on, in a replay as well', () => {
    const live = open([aDevice('tilt-1')])
    live.read(1, 5)
    live.know({ ...HOUSE, limits: limit(4) }, 1)
    live.houses.settle()
    live.read(2, 5)
    live.read(3, 0)
    const past = live.snapshot()
    live.know({ ...HOUSE, limits: limit(2) }, 3)
    live.houses.settle()
    live.read(4, 3)
    live.know({ ...HOUSE, limits: [] }, 4)
    live.houses.settle()
    live.read(5, 9)

    const again = open([aDevice('tilt-1')], past)
    again.know({ ...HOUSE, limits: limit(2) }, 3)
    again.know({ ...HOUSE, limits: [] }, 4)
    again.read(4, 3)
    again.read(5, 9)
    expect(live.limits).toEqual([4, 2])
    expect(again.limits).toEqual([2])
    expect(again.snapshot()).toEqual(live.snapshot())
  })
})

it('says lines of standards as the shipped rules ask for them, and any pack under its own name', () => {
  const limits = [
    { metric: 'ppv_mm_s', pack: 'gb-t-50452-2008', line: 'national' },
    { metric: 'ppv_mm_s', pack: 'din-4150-3-2016', line: '2' },
    { metric: 'rh_pct', pack: 'our-own', line: 'A' },
    { metric: 'rh_pct', value: 75, unit: '%', source: '所' },
    { metric: 'rh_pct', value: 80, unit: '%', source: '另' },
  ]
  expect(attributesOf({ ...HOUSE, structure: 'brick-timber', use: '民宿', limits })).toEqual({
    ...{
      building: 'h1',
      structure: 'brick-timber',
      buildingUse: '民宿',
      vibrationStandard: 'gb-t-50452',
      protectionLevel: 'national',
    },
    ...{ buildingLine: '2', 'gb-t-50452-2008': 'national', 'din-4150-3-2016': '2', 'our-own': 'A', limit_rh_pct: 75 },
  })
})
