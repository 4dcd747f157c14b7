import { randomAt } from '../random.ts'
import { toLine, toPolygon, toRectangle, type WorldFeature } from './feature.ts'
import type { Metres, RiverCourse } from './river-course.ts'

/** The quarter is a band along the river: chainage by offset from the centre line, metres. */
export const QUARTER = { name: '平桥历史文化街区', fromM: 920, toM: 1740, southM: -88, northM: 152 }

const HOUSE_EVERY_M = 28.5
const GAP_AT_LANE_M = 16
/** Alleys across the river, with the footbridges that they are named after. */
const ALLEYS = [
  { name: '砚桥弄', name_en: 'Yanqiao Alley', alongM: 1110 },
  { name: '竹影巷', name_en: 'Zhuying Alley', alongM: 1330 },
  { name: '百花弄', name_en: 'Baihua Alley', alongM: 1550 },
]
const LANES = [
  { name: '平桥街', name_en: 'Pingqiao Street', offsetM: 46 },
  { name: '学宫巷', name_en: 'Xuegong Lane', offsetM: 112 },
  { name: '茶亭巷', name_en: 'Chating Lane', offsetM: -46 },
]
/** One row of houses on either side of each lane; odd numbers on the river's side. */
const ROWS = LANES.flatMap((lane) => {
  const side = Math.sign(lane.offsetM)
  return [
    { lane, offsetM: lane.offsetM - side * 14.5, odd: true },
    { lane, offsetM: lane.offsetM + side * 14.5, odd: false },
  ]
})
const HALL_NAMES = ['德裕堂', '务本堂', '怀古堂', '听雨轩', '枕河楼', '承志堂', '春晖堂', '礼耕堂']
const HERITAGE_SHARE = 0.68

/** Outline, lanes and some 150 numbered houses, two thirds of them listed as heritage. */
export function makeQuarter(course: RiverCourse, seed: number): WorldFeature[] {
  return [
    {
      type: 'Feature',
      id: 'heritage-quarter',
      properties: { kind: 'heritage-quarter', name: QUARTER.name, name_en: 'Pingqiao Heritage Quarter' },
      geometry: toPolygon([
        ...along(QUARTER.southM).map(([s, n]) => course.at(s, n)),
        ...along(QUARTER.northM)
          .reverse()
          .map(([s, n]) => course.at(s, n)),
      ]),
    },
    ...LANES.map(
      (lane, i): WorldFeature => ({
        type: 'Feature',
        id: `lane-${i + 1}`,
        properties: { kind: 'road', name: lane.name, name_en: lane.name_en, class: 'lane' },
        geometry: toLine(along(lane.offsetM).map(([s, n]) => course.at(s, n))),
      }),
    ),
    ...ALLEYS.map(
      (alley, i): WorldFeature => ({
        type: 'Feature',
        id: `alley-${i + 1}`,
        properties: { kind: 'road', name: alley.name, name_en: alley.name_en, class: 'alley' },
        geometry: toLine([course.at(alley.alongM, QUARTER.southM + 20), course.at(alley.alongM, QUARTER.northM - 20)]),
      }),
    ),
    ...ROWS.flatMap((row, i) => makeRow(course, row, i, seed)),
  ]
}

function along(offsetM: number): [number, number][] {
  const points: [number, number][] = []
  for (let s = QUARTER.fromM; s < QUARTER.toM; s += 41) points.push([s, offsetM])
  points.push([QUARTER.toM, offsetM])
  return points
}

function makeRow(course: RiverCourse, row: (typeof ROWS)[number], rowIndex: number, seed: number): WorldFeature[] {
  const houses: WorldFeature[] = []
  let number = row.odd ? 1 : 2
  for (let s = QUARTER.fromM + 20; s < QUARTER.toM - 10; s += HOUSE_EVERY_M) {
    if (ALLEYS.some((alley) => Math.abs(alley.alongM - s) < GAP_AT_LANE_M)) continue
    houses.push(makeHouse(course, { alongM: s, offsetM: row.offsetM, lane: row.lane, number }, rowIndex, seed))
    number += 2
  }
  return houses
}

interface Plot {
  alongM: number
  offsetM: number
  lane: (typeof LANES)[number]
  number: number
}

function makeHouse(course: RiverCourse, plot: Plot, rowIndex: number, seed: number): WorldFeature {
  const { alongM, offsetM, lane, number } = plot
  const draw = (what: string) => randomAt(seed, 'house', rowIndex, number, what)
  const centre = course.at(alongM, offsetM)
  const heritage = draw('heritage') < HERITAGE_SHARE
  const widthM = 17 + draw('width') * 7
  const depthM = 11 + draw('depth') * 6
  const hall = heritage && draw('hall') < 0.12 ? HALL_NAMES[Math.floor(draw('name') * HALL_NAMES.length)] : undefined
  return {
    type: 'Feature',
    id: `house-${rowIndex + 1}-${String(number).padStart(2, '0')}`,
    properties: {
      kind: 'building',
      heritage,
      address: `${lane.name}${number}号`,
      ...(hall === undefined ? {} : { name: hall }),
      use: draw('use') < 0.22 ? 'shop' : 'dwelling',
      households: 1 + Math.floor(draw('households') * 4),
      height_m: Math.round((5.5 + draw('height') * 3) * 10) / 10,
    },
    geometry: toPolygon(toRectangle(centre, widthM, depthM, headingRad(course, alongM))),
  }
}

/** Direction of the river at a chainage, counter-clockwise from east. */
function headingRad(course: RiverCourse, alongM: number): number {
  const from: Metres = course.at(alongM - 5)
  const to: Metres = course.at(alongM + 5)
  return Math.atan2(to[1] - from[1], to[0] - from[0])
}
