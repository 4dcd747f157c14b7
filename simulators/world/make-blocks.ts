import { randomAt } from '../random.ts'
import { toLine, toPolygon, toRectangle, type WorldFeature } from './feature.ts'
import { QUARTER } from './make-quarter.ts'
import type { Metres, RiverCourse } from './river-course.ts'

const EDGE = { west: -1490, east: 1490, south: -880, north: 880 }
const STREETS = [
  { name: '仁和路', name_en: 'Renhe Road', northM: -740 },
  { name: '文津路', name_en: 'Wenjin Road', northM: -460 },
  { name: '学前路', name_en: 'Xueqian Road', northM: 420 },
  { name: '东园路', name_en: 'Dongyuan Road', northM: 720 },
]
const AVENUES = [
  { name: '桑园路', name_en: 'Sangyuan Road', eastM: -1180 },
  { name: '上塘路', name_en: 'Shangtang Road', eastM: -830 },
  { name: '望星路', name_en: 'Wangxing Road', eastM: 160 },
  { name: '书院路', name_en: 'Shuyuan Road', eastM: 520 },
  { name: '银杏路', name_en: 'Yinxing Road', eastM: 880 },
  { name: '东塘路', name_en: 'Dongtang Road', eastM: 1240 },
]
const COMPOUNDS = ['仁和', '桑园', '上塘', '文津', '望星', '书院', '银杏', '东塘', '学前', '东园', '水云', '竹苑']
const PITCH = { eastM: 68, northM: 42 }
const CLEAR = { riverM: 72, roadM: 16, quarterM: 190 }
/** Courtyards, greens and playgrounds. */
const LEFT_OPEN = 0.2

/** Streets and avenues over the whole sub-district, and the housing blocks between them. */
export function makeBlocks(course: RiverCourse, seed: number): WorldFeature[] {
  return [...makeRoads(course), ...makeHousing(course, seed)]
}

function makeRoads(course: RiverCourse): WorldFeature[] {
  const streets = STREETS.map((street, i) => road(`street-${i + 1}`, street, streetLine(street.northM)))
  const avenues = AVENUES.map((avenue, i) =>
    road(`avenue-${i + 1}`, avenue, [
      [avenue.eastM, EDGE.south],
      [avenue.eastM, EDGE.north],
    ]),
  )
  const embankment = { name: '临河路', name_en: 'Linhe Road' }
  return [
    ...streets,
    ...avenues,
    road('embankment-1', embankment, bank(course, 20, QUARTER.fromM)),
    road('embankment-2', embankment, bank(course, QUARTER.toM, course.lengthM - 20)),
  ]
}

function road(id: string, names: { name: string; name_en: string }, line: Metres[]): WorldFeature {
  const { name, name_en } = names
  return {
    type: 'Feature',
    id,
    properties: { kind: 'road', name, name_en, class: 'street' },
    geometry: toLine(line),
  }
}

function streetLine(northM: number): Metres[] {
  return [
    [EDGE.west, northM],
    [EDGE.east, northM],
  ]
}

function bank(course: RiverCourse, fromM: number, toM: number): Metres[] {
  const line: Metres[] = []
  for (let s = fromM; s < toM; s += 40) line.push(course.at(s, 46))
  line.push(course.at(toM, 46))
  return line
}

function makeHousing(course: RiverCourse, seed: number): WorldFeature[] {
  const blocks: WorldFeature[] = []
  const numbers = new Map<string, number>()
  for (let y = EDGE.south + 30; y < EDGE.north - 20; y += PITCH.northM) {
    for (let x = EDGE.west + 40; x < EDGE.east - 30; x += PITCH.eastM) {
      const id = `block-${x}-${y}`
      if (randomAt(seed, id, 'open') < LEFT_OPEN || !isFree(course, [x, y])) continue
      const compound = compoundOf(x, y)
      const number = (numbers.get(compound.address) ?? 0) + 1
      numbers.set(compound.address, number)
      blocks.push(makeBlock([x, y], { ...compound, number }, seed))
    }
  }
  return blocks
}

function isFree(course: RiverCourse, point: Metres): boolean {
  const distanceM = course.distanceM(point)
  if (distanceM < CLEAR.riverM) return false
  const nearRoad =
    STREETS.some((street) => Math.abs(street.northM - point[1]) < CLEAR.roadM) ||
    AVENUES.some((avenue) => Math.abs(avenue.eastM - point[0]) < CLEAR.roadM + 22)
  if (nearRoad) return false
  const besideQuarter = course.at(QUARTER.fromM)[0] - 60 < point[0] && point[0] < course.at(QUARTER.toM)[0] + 60
  return !(besideQuarter && distanceM < CLEAR.quarterM)
}

/** A compound is what lies between two avenues and two streets; its address is the street south of it. */
function compoundOf(eastM: number, northM: number): { name: string; address: string } {
  const column = AVENUES.filter((avenue) => avenue.eastM < eastM).length
  const row = STREETS.filter((street) => street.northM < northM).length
  const street = STREETS[Math.max(0, row - 1)]!
  const name = `${COMPOUNDS[(column * 5 + row * 3) % COMPOUNDS.length]}${'一二三四五'[row]}村`
  return { name, address: `${street.name}${(column + 1) * 20 + row}号` }
}

function makeBlock(centre: Metres, home: { name: string; address: string; number: number }, seed: number): WorldFeature {
  const draw = (what: string) => randomAt(seed, 'block', home.address, home.number, what)
  const floors = draw('tall') < 0.15 ? 11 + Math.floor(draw('floors') * 7) : 5 + Math.floor(draw('floors') * 2)
  const widthM = 44 + draw('width') * 10
  return {
    type: 'Feature',
    id: `block-${home.address}-${home.number}`,
    properties: {
      kind: 'building',
      heritage: false,
      address: `${home.address}${home.number}幢`,
      compound: home.name,
      use: 'dwelling',
      floors,
      height_m: floors * 3,
    },
    geometry: toPolygon(toRectangle(centre, widthM, 13, 0)),
  }
}
