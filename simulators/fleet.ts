import { DEVICE_TYPES } from '../core/metrics.ts'
import type { Position } from '../core/place.ts'
import { randomAt } from './random.ts'
import type { Building, World } from './world.ts'

/** One device of the simulated sub-district, as it would be registered, and what its signals depend on. */
export interface SimulatedDevice {
  id: string
  type: string
  name: string
  /** Address or chainage. */
  place: string
  position: Position
  reportEveryS: number
  /** River stations: metres from chainage 0. */
  alongM?: number
  /** How it writes its readings. */
  format: 'json' | 'senml'
}

export interface FleetOptions {
  /** How many of each type; types left out keep their default. */
  counts?: Record<string, number>
  /** One for so many of something, instead of a count. */
  density?: Record<string, Density>
  /** Seconds between reports by type; types left out report as `core/metrics.ts` says. */
  reportEveryS?: Record<string, number>
}

/** One device of a type for `per` of these: households and shops of the sub-district, its buildings or those that are listed, grids, kilometres of river. */
export interface Density {
  per: number
  of: keyof typeof MEASURES
}

export const MEASURES = {
  households: ({ buildings }: World) => buildings.reduce((sum, { households }) => sum + households, 0),
  shops: ({ buildings }: World) => buildings.reduce((sum, { shops }) => sum + shops, 0),
  buildings: ({ buildings }: World) => buildings.length,
  listedHouses: ({ buildings }: World) => buildings.filter(({ heritage }) => heritage).length,
  grids: ({ grids }: World) => grids,
  riverKm: ({ river }: World) => river.lengthM / 1000,
}

/**
 * 200 devices by the share that stands in the heritage quarter, and those of the watched houses: `beside` puts the first of a
 * type where the first of that other type stands, so that evidence of one house can be put together.
 */
const LAYOUT: Record<string, { id: string; count: number; name: string; where: Where }> = {
  'smoke-detector': { id: 'smoke', count: 62, name: '烟感', where: { quarterShare: 0.7 } },
  'water-leak': { id: 'leak', count: 20, name: '漏水传感器', where: { quarterShare: 0.4 } },
  'water-level': { id: 'sump', count: 14, name: '地下室集水坑水位计', where: { quarterShare: 0 } },
  'gas-detector': { id: 'gas', count: 26, name: '厨房燃气探测器', where: { quarterShare: 0.5 } },
  'tilt-sensor': { id: 'tilt', count: 20, name: '墙体倾角仪', where: { quarterShare: 1, heritage: true } },
  'vibration-sensor': { id: 'vib', count: 16, name: '振动传感器', where: { quarterShare: 1, heritage: true } },
  hygrometer: { id: 'hygro', count: 20, name: '温湿度计', where: { quarterShare: 1, heritage: true } },
  thermometer: { id: 'temp', count: 13, name: '配电间温度计', where: { quarterShare: 0 } },
  'river-station': { id: 'river', count: 8, name: '水质站', where: 'river' },
  drone: { id: 'drone', count: 1, name: '巡河无人机', where: 'dock' },
  'noise-meter': { id: 'noise', count: 8, name: '噪声监测仪', where: { beside: 'vibration-sensor' } },
  'dust-sensor': { id: 'dust', count: 8, name: '扬尘监测仪', where: { beside: 'vibration-sensor' } },
  'power-meter': { id: 'power', count: 8, name: '电力监测仪', where: { beside: 'vibration-sensor' } },
  'door-counter': { id: 'door', count: 8, name: '门磁计数器', where: { beside: 'vibration-sensor' } },
  'occupancy-sensor': { id: 'occ', count: 8, name: '人员存在传感器', where: { beside: 'vibration-sensor' } },
  'crack-gauge': { id: 'crack', count: 8, name: '裂缝计', where: { beside: 'vibration-sensor' } },
  'settlement-gauge': { id: 'settle', count: 8, name: '沉降计', where: { beside: 'vibration-sensor' } },
  'flame-detector': { id: 'flame', count: 8, name: '火焰探测器', where: { beside: 'vibration-sensor' } },
  'manhole-cover': { id: 'cover', count: 12, name: '井盖传感器', where: 'street' },
  'falling-object-monitor': {
    id: 'fall',
    count: 6,
    name: '高空抛物监测仪',
    where: { quarterShare: 0, leastFloors: 11 },
  },
}
interface Share {
  quarterShare: number
  heritage?: boolean
  leastFloors?: number
}
type Where = Share | { beside: string } | 'river' | 'dock' | 'street'
const FLATS_A_FLOOR = 4
const SENML_TYPES = new Set(['hygrometer', 'thermometer'])

/**
 * Same map, seed and options: same devices. Ids are `smoke-001`, …. No two devices of a type share a building while there are buildings
 * enough; after that the flats of the blocks have one, floor by floor.
 */
export function createFleet(world: World, seed: number, options: FleetOptions = {}): SimulatedDevice[] {
  return Object.entries(LAYOUT).flatMap(([type, layout]) => {
    const count = options.counts?.[type] ?? countBy(world, options.density?.[type]) ?? layout.count
    const sites = sitesFor(world, seed, type, count)
    return sites.map(
      (site, i): SimulatedDevice => ({
        id: `${layout.id}-${String(i + 1).padStart(3, '0')}`,
        type,
        name: `${site.label} ${layout.name}`,
        place: site.place,
        position: site.position,
        reportEveryS: options.reportEveryS?.[type] ?? DEVICE_TYPES[type]!.reportEveryS,
        ...(site.alongM === undefined ? {} : { alongM: site.alongM }),
        format: SENML_TYPES.has(type) ? 'senml' : 'json',
      }),
    )
  })
}

function countBy(world: World, density: Density | undefined): number | undefined {
  return density && Math.round(MEASURES[density.of](world) / density.per)
}

interface Site {
  label: string
  place: string
  position: Position
  alongM?: number
}

function sitesFor(world: World, seed: number, type: string, count: number): Site[] {
  const { where } = LAYOUT[type]!
  if (typeof where === 'object' && 'beside' in where) return sitesFor(world, seed, where.beside, count)
  if (where === 'river') return riverSites(world, count)
  if (where === 'dock') return Array.from({ length: count }, () => riverSite(world, 0))
  if (where === 'street')
    return draw(
      world.manholes.map((manhole) => ({ ...manhole, id: manhole.place })),
      count,
      seed,
      type,
    ).map(({ place, position }) => ({ label: place, place, position }))
  const houses = world.buildings.filter((b) => b.inQuarter && (b.heritage || where.heritage !== true))
  const blocks = world.buildings.filter((b) => !b.inQuarter && b.floors >= (where.leastFloors ?? 1))
  const inQuarter = draw(houses, Math.round(count * where.quarterShare), seed, type)
  // What the quarter has no room for stands in the blocks.
  const inBlocks = where.quarterShare === 1 ? [] : homes(blocks, count - inQuarter.length, seed, type)
  return [...inQuarter.map(siteOf), ...inBlocks]
}

/** One in each building, then one in each flat. */
function homes(buildings: Building[], count: number, seed: number, type: string): Site[] {
  const drawn = draw(buildings, count, seed, type)
  if (drawn.length === 0) return []
  return Array.from({ length: count }, (_, i) => {
    const { address, position } = drawn[i % drawn.length]!
    return siteOf({ address: address + flatName(Math.floor(i / drawn.length)), position })
  })
}

function siteOf({ address, position }: Pick<Building, 'address' | 'position'>): Site {
  return { label: address, place: address, position }
}

/** `101室`, `102室`, … with four flats to a floor; nothing for the building itself. */
function flatName(number: number): string {
  if (number === 0) return ''
  const [floor, flat] = [1 + Math.floor((number - 1) / FLATS_A_FLOOR), 1 + ((number - 1) % FLATS_A_FLOOR)]
  return `${floor}0${flat}室`
}

/** Evenly along the river, the first 150 m below its head. */
function riverSites(world: World, count: number): Site[] {
  const spacingM = Math.floor((world.river.lengthM - 300) / Math.max(1, count - 1) / 50) * 50
  return Array.from({ length: count }, (_, i) => riverSite(world, 150 + i * spacingM))
}

function riverSite(world: World, alongM: number): Site {
  const place = world.river.placeAt(alongM)
  return { label: place, place, position: world.river.at(alongM).position, alongM }
}

/** `count` different sites in a seeded order; all of them when there are fewer. */
function draw<S extends { id: string }>(sites: S[], count: number, seed: number, type: string): S[] {
  return sites
    .map((site) => ({ site, rank: randomAt(seed, 'site', type, site.id) }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, count)
    .map(({ site }) => site)
}
