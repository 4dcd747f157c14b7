import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { loadAreas, toAreas } from '../../app/areas.ts'
import { loadDepartments, parseDepartments } from '../../app/departments.ts'
import { createDescribe } from '../../app/describe-alert.ts'
import { CATEGORIES } from '../../core/category.ts'
import type { Device } from '../../core/device.ts'
import { assetPath } from '../../core/source-path.ts'
import { loadWorld } from '../../simulators/world.ts'

const MAP = assetPath('simulators/world/wenjin.geojson')
const areaOf = loadAreas(MAP)
const world = loadWorld()

describe('where an alert lies', () => {
  it('is said by community and grid, for every house of the map', () => {
    for (const { position } of world.buildings) {
      const { community, grid } = areaOf({ position }) ?? {}
      expect(grid).toMatch(new RegExp(`^${community}第[1-5]网格$`))
    }
  })

  it('is said of an address too that has no position', () => {
    const { address, position } = world.buildings[100]!
    expect(areaOf({ place: address })).toEqual(areaOf({ position }))
  })

  it('is said by river and reach at the water, and by neither away from it', () => {
    const { position } = world.river.at(1200)
    expect(areaOf({ position })).toMatchObject({ river: '文津河', reach: '平桥段' })
    expect(areaOf({ position: { ...position, lat: position.lat + 0.002 } })).not.toHaveProperty('river')
  })

  it('goes by the chainage in the name of the place before the position, and needs none', () => {
    const { position } = world.river.at(1200)
    expect(areaOf({ position, place: '文津河 K0+300' })).toMatchObject({ reach: '上塘段' })
    expect(areaOf({ place: '文津河 K3+163' })).toEqual({ river: '文津河', reach: '东园段' })
    expect(areaOf({ place: '别的河 K0+300' })).toBeUndefined()
  })

  it('is the reach of a finding, where the alert is about one', () => {
    const { position } = world.river.at(1200)
    expect(areaOf({ position, finding: { river: '文津河', reachName: '学宫段' } })).toMatchObject({ reach: '学宫段' })
  })

  it('is unknown beyond the map, and on a map that knows none of it', () => {
    expect(areaOf({ position: { lat: 0, lon: 0 } })).toBeUndefined()
    expect(areaOf({})).toBeUndefined()
    expect(toAreas([])({ position: { lat: 31.317, lon: 120.628 } })).toBeUndefined()
  })

  it('takes grids of several parts and with holes', () => {
    const square = (west: number, size: number): [number, number][] => [
      [west, 0],
      [west + size, 0],
      [west + size, size],
      [west, size],
      [west, 0],
    ]
    const at = toAreas([
      {
        properties: { kind: 'grid', name: '一' },
        geometry: { type: 'MultiPolygon', coordinates: [[square(0, 1)], [square(2, 4), square(3, 1)]] },
      },
    ])
    const gridAt = (lon: number) => at({ position: { lat: 0.5, lon } })?.grid
    expect([0.5, 1.5, 2.5, 3.5, 4.5].map(gridAt)).toEqual(['一', undefined, '一', undefined, '一'])
  })
})

describe('departments', () => {
  it('have every category between them', () => {
    const departmentOf = loadDepartments('')
    for (const category of Object.keys(CATEGORIES)) expect(departmentOf(category), category).toBeDefined()
    expect(departmentOf('river')).toBe('河长办')
  })

  test.each([
    ['departments: {河长办: [rivers]}', /enum|allowed/],
    ['departments: {河长办: [river], 城管中队: [river]}', /category river belongs to 河长办 and to 城管中队/],
    ['offices: {}', /offices|departments/],
    ['departments: [', /x.yaml/],
  ])('%s is not a file of departments', (text, fault) => {
    expect(() => parseDepartments(text, 'x.yaml')).toThrow(fault)
  })

  it('of an own file must be there', () => {
    expect(() => loadDepartments('/nowhere/departments.yaml')).toThrow('the file of departments cannot be read')
    expect(readFileSync(assetPath('alerts/departments.yaml'), 'utf8')).toContain('消防救援站')
  })
})

it('an alert is described by its device, or by where a drone saw it', () => {
  const at = world.river.at(1200).position
  const house = world.buildings[0]!
  const device = { id: 'd1', name: '一号烟感', place: house.address, position: house.position } as Device
  const describeAlert = createDescribe({
    device: (id) => (id === 'd1' ? device : undefined),
    riverPlace: () => '文津河 K1+200',
    areaOf,
    departmentOf: loadDepartments(''),
    labelsOf: () => ({}),
  })
  const reason = { code: 'above' }
  expect(describeAlert({ subject: { device: 'd1' }, reason, category: 'fire' })).toEqual({
    ...{ deviceName: '一号烟感', place: house.address, position: house.position, department: '消防救援站' },
    area: areaOf({ position: house.position }),
  })
  expect(describeAlert({ subject: { cell: 'c' }, seenBy: 'drone', position: at, reason, category: 'river' })).toEqual({
    ...{ place: '文津河 K1+200', department: '河长办' },
    area: expect.objectContaining({ river: '文津河', reach: '平桥段' }),
  })
  const filed = { subject: { place: '平桥街12号' }, seenBy: 'office', position: at, reason, category: 'works' } as const
  expect(describeAlert(filed), 'an address by the river is said as an address').toMatchObject({ place: '平桥街12号' })
})
