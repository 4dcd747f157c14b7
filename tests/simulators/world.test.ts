import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { assetPath } from '../../core/source-path.ts'
import type { WorldFeature } from '../../simulators/world/feature.ts'
import { makeWorld } from '../../simulators/world/make-world.ts'
import { loadWorld } from '../../simulators/world.ts'

const file = readFileSync(assetPath('simulators/world/wenjin.geojson'), 'utf8')
const { features } = JSON.parse(file) as { features: WorldFeature[] }
const ofKind = (kind: string) => features.filter(({ properties }) => properties.kind === kind)

describe('the shipped map', () => {
  test('is what its script makes, byte for byte', () => {
    expect(makeWorld() === file).toBe(true)
  })

  test('is lived in by 30,000 households and has 850 shops, most of them along streets', () => {
    const sum = (of: WorldFeature[], what: string) =>
      of.reduce((all, { properties }) => all + Number(properties[what]), 0)
    for (const kind of ['building', 'committee', 'grid'])
      expect([kind, sum(ofKind(kind), 'households'), sum(ofKind(kind), 'shops')]).toEqual([kind, 30_000, 850])
    for (const committee of ofKind('committee')) {
      const own = ofKind('grid').filter(({ properties }) => properties.community === committee.properties.name)
      expect(sum(own, 'households')).toBe(committee.properties.households)
    }
    expect(ofKind('building').every(({ properties }) => Number(properties.households) >= 1)).toBe(true)
  })

  test('fits into 600 KB', () => {
    expect(Buffer.byteLength(file)).toBeLessThan(600_000)
  })

  test('holds every kind of feature, each with an id of its own', () => {
    const kinds = new Set(features.map(({ properties }) => properties.kind))
    expect([...kinds].sort()).toEqual([
      'building',
      'chainage',
      'committee',
      'grid',
      'heritage-quarter',
      'reach',
      'river',
      'riverline',
      'road',
    ])
    expect(new Set(features.map(({ id }) => id)).size).toBe(features.length)
  })

  test('numbers every building once, about 150 of them in the heritage quarter', () => {
    const addresses = ofKind('building').map(({ properties }) => properties.address)
    const quarter = loadWorld().buildings.filter((building) => building.inQuarter)
    expect(new Set(addresses).size).toBe(addresses.length)
    expect(quarter.length).toBeGreaterThan(130)
    expect(quarter.length).toBeLessThan(170)
    expect(quarter.filter(({ heritage }) => heritage).length).toBeGreaterThan(quarter.length / 2)
  })

  test('cuts the river into reaches without gaps, each with its target class', () => {
    const reaches = ofKind('reach').map(({ properties }) => properties)
    const edges = reaches.map(({ from_m, to_m }) => [from_m, to_m])
    expect(edges[0]![0]).toBe(0)
    for (let i = 1; i < edges.length; i++) expect(edges[i]![0]).toBe(edges[i - 1]![1])
    expect(reaches.every(({ target_class }) => ['III', 'IV'].includes(String(target_class)))).toBe(true)
  })

  test('divides each committee into as many grids as it says, without gap or overlap', () => {
    const areaOf = ({ geometry }: WorldFeature) =>
      geometry.type === 'Polygon' ? signedArea(geometry.coordinates[0]!) : Number.NaN
    for (const committee of ofKind('committee')) {
      const { name, grids } = committee.properties
      const own = ofKind('grid').filter(({ properties }) => properties.community === name)
      expect(own.map(({ properties }) => properties.name)).toEqual(own.map((_, i) => `${name}第${i + 1}网格`))
      expect(own.length).toBe(grids)
      const sum = own.reduce((total, grid) => total + areaOf(grid), 0)
      expect(sum / areaOf(committee)).toBeCloseTo(1, 9)
    }
  })

  test('closes its rings and winds them counter-clockwise', () => {
    for (const { id, geometry } of features) {
      if (geometry.type !== 'Polygon') continue
      const ring = geometry.coordinates[0]!
      expect(ring[0], id).toEqual(ring.at(-1))
      expect(signedArea(ring), id).toBeGreaterThan(0)
    }
  })

  test('puts no house into the water', () => {
    const { buildings, river } = loadWorld()
    expect(buildings.filter(({ position }) => river.isWater(position))).toEqual([])
  })
})

describe('chainage', () => {
  const { river } = loadWorld()

  test('runs down the middle of the water for about three kilometres', () => {
    expect(river.lengthM).toBeGreaterThan(2900)
    for (let alongM = 20; alongM < river.lengthM - 20; alongM += 50)
      expect(river.isWater(river.at(alongM).position), river.placeAt(alongM)).toBe(true)
  })

  test('agrees with the marks on the map', () => {
    const mark = ofKind('chainage').find(({ properties }) => properties.k === 'K1+200')!
    const { position } = river.at(1200)
    expect(mark.geometry.type === 'Point' && mark.geometry.coordinates[0]).toBeCloseTo(position.lon, 5)
    expect(mark.geometry.type === 'Point' && mark.geometry.coordinates[1]).toBeCloseTo(position.lat, 5)
    expect(river.placeAt(1200)).toBe('文津河 K1+200')
  })
})

function signedArea(ring: [number, number][]): number {
  let sum = 0
  for (let i = 1; i < ring.length; i++) sum += ring[i - 1]![0] * ring[i]![1] - ring[i]![0] * ring[i - 1]![1]
  return sum / 2
}
