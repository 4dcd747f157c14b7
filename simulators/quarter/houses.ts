import type { Building, BuildingLimit, ProtectionLevel, Structure } from '../../core/building.ts'
import type { Position } from '../../core/place.ts'
import type { SimulatedDevice } from '../fleet.ts'
import { randomAt } from '../random.ts'
import type { World } from '../world.ts'

const HOUSES = 1_000
const PLACE = '临水市文塘区文津街道'
const FROM_M = 940
const TO_M = 1_730
const M_PER_DEG_LAT = 110_868

/** Streets of the quarter with their distance from the river's middle, m; lanes lead away from the river. */
const STREETS = [
  { name: '平桥街', offsetM: 46 },
  { name: '学宫巷', offsetM: 112 },
  { name: '茶亭巷', offsetM: -46 },
]
const ALLEYS = [
  { name: '砚桥弄', alongM: 1_110 },
  { name: '竹影巷', alongM: 1_330 },
  { name: '百花弄', alongM: 1_550 },
]
const LANE_EVERY_M = 42
const HOUSES_IN_LANE = 15
const HOUSES_IN_ALLEY = 36
const SURNAMES =
  '王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金'
const ERAS = [
  '明末',
  '清康熙',
  '清乾隆',
  '清嘉庆',
  '清道光',
  '清光绪',
  '清末',
  '民国初',
  '民国二十年代',
  '民国三十年代',
]
const USES = ['居住', '居住', '居住', '居住', '商铺', '茶馆', '民宿', '餐饮', '作坊', '空置', '展馆']

/**
 * The register of the historic quarter: a thousand houses, the listed ones of the map first, with the devices that stand in them.
 * Same map and seed, same register.
 * Owners, years and structures are invented.
 */
export function makeHouses(world: World, seed: number, fleet: readonly SimulatedDevice[] = []): Building[] {
  const mapped = world.buildings.filter(({ heritage }) => heritage)
  const plots = [
    ...mapped.map(({ id, address, position, footprint }): Plot => ({ id, address, position, footprint, rank: 0 })),
    ...alleyPlots(world, seed),
    ...lanePlots(world, seed),
  ]
  return plots.slice(0, HOUSES).map((plot) => {
    const sensors = fleet.filter(({ place }) => place === plot.address).map(({ id }) => id)
    return { ...toBuilding(plot, seed), ...(sensors.length > 0 && { sensors }) }
  })
}

interface Plot {
  id: string
  address: string
  position: Position
  footprint?: Building['footprint'] | undefined
  /** 0 on a street, 1 in an alley, 2 in a lane. */
  rank: 0 | 1 | 2
}

function alleyPlots(world: World, seed: number): Plot[] {
  return ALLEYS.flatMap(({ name, alongM }, alley) =>
    Array.from({ length: HOUSES_IN_ALLEY }, (_, i): Plot => {
      const number = i + 1
      const offsetM = -60 + (i >> 1) * 11
      const position = placeAt(
        world,
        alongM + (i % 2 === 0 ? -9 : 9),
        offsetM < -20 || offsetM > 20 ? offsetM : offsetM + 130,
      )
      return {
        id: `alley-${alley + 1}-${pad(number)}`,
        address: `${name}${numberOf(number, seed, name)}`,
        position,
        rank: 1,
      }
    }),
  )
}

function lanePlots(world: World, seed: number): Plot[] {
  const lanes = Math.floor((TO_M - FROM_M) / LANE_EVERY_M)
  return Array.from({ length: lanes }, (_, i) => i).flatMap((i) =>
    STREETS.flatMap(({ name, offsetM }, street) =>
      Array.from({ length: HOUSES_IN_LANE }, (_, k): Plot => {
        const lane = `${name}${3 + i * 4 + street}弄`
        // The deepest third of every fourth lane is a lane off it.
        const isSub = i % 4 === 1 && k >= 10
        const number = isSub ? k - 9 : k + 1
        const address = `${lane}${isSub ? '2支弄' : ''}${numberOf(number, seed, lane)}`
        const awayM = (22 + (k >> 1) * 4.5) * Math.sign(offsetM)
        const position = placeAt(world, FROM_M + i * LANE_EVERY_M + (k % 2 === 0 ? -5 : 5), offsetM + awayM)
        return { id: `lane-${street + 1}-${pad(i + 1)}-${pad(k + 1)}`, address, position, rank: 2 }
      }),
    ),
  )
}

/** A few houses were divided: 12号之一, 12号甲. */
function numberOf(number: number, seed: number, road: string): string {
  const drawn = randomAt(seed, 'divided', road, number)
  if (drawn < 0.03) return `${number}号之${drawn < 0.015 ? '一' : '二'}`
  return drawn < 0.06 ? `${number}号${drawn < 0.045 ? '甲' : '乙'}` : `${number}号`
}

/** `offsetM` to the left of the river's middle, looking downstream. */
function placeAt(world: World, alongM: number, offsetM: number): Position {
  const { position, headingDeg } = world.river.at(alongM)
  const left = ((headingDeg - 90) * Math.PI) / 180
  const north = Math.cos(left) * offsetM
  const east = Math.sin(left) * offsetM
  const perLon = M_PER_DEG_LAT * Math.cos((position.lat * Math.PI) / 180)
  return { lat: round6(position.lat + north / M_PER_DEG_LAT), lon: round6(position.lon + east / perLon) }
}

function toBuilding({ id, address, position, footprint, rank }: Plot, seed: number): Building {
  const draw = (what: string) => randomAt(seed, 'register', id, what)
  const oneOf = <T>(all: readonly T[], what: string): T => all[Math.floor(draw(what) * all.length)]!
  const protection = protectionOf(draw('protection'), rank)
  const structure = structureOf(draw('structure'))
  const era = oneOf(ERAS, 'era')
  const repaired = draw('repaired')
  return {
    ...{ id, address, place: PLACE, position, protection, structure, era },
    ...(footprint && { footprint }),
    ...(draw('dated') < 0.3 && {
      year: era.startsWith('民国') ? 1912 + Math.floor(draw('year') * 36) : 1700 + Math.floor(draw('year') * 205),
    }),
    storeys: draw('storeys') < 0.55 ? 2 : draw('storeys') < 0.9 ? 1 : 3,
    owner:
      draw('public') < 0.35
        ? '文塘区房管所（直管公房）'
        : `${oneOf([...SURNAMES], 'surname')}${oneOf([...'建国明华秀英志强文玉芳伟敏静丽'], 'given')}`,
    use: oneOf(USES, 'use'),
    limits: [limitOf(protection, structure)],
    ...(repaired < 0.4 && {
      lastRepair: `${1995 + Math.floor(repaired * 75)}-${pad(1 + Math.floor(draw('month') * 12))}-01`,
    }),
  }
}

function protectionOf(drawn: number, rank: Plot['rank']): ProtectionLevel {
  const share = drawn + rank * 0.02
  if (share < 0.004) return 'national'
  if (share < 0.015) return 'provincial'
  if (share < 0.05) return 'city'
  if (share < 0.11) return 'district'
  return drawn < 0.34 ? 'historic' : 'traditional'
}

function structureOf(drawn: number): Structure {
  if (drawn < 0.3) return 'timber'
  if (drawn < 0.85) return 'brick-timber'
  return drawn < 0.95 ? 'brick' : drawn < 0.97 ? 'stone' : 'mixed'
}

/** DIN 4150-3, line 3: buildings that are especially sensitive; line 2: dwellings. */
function limitOf(protection: ProtectionLevel, structure: Structure): BuildingLimit {
  const isSensitive = protection !== 'traditional' || structure === 'timber'
  return { metric: 'ppv_mm_s', pack: 'din-4150-3-2016', line: isSensitive ? '3' : '2' }
}

function pad(number: number): string {
  return String(number).padStart(2, '0')
}

function round6(value: number): number {
  return Math.round(value * 1e6) / 1e6
}
