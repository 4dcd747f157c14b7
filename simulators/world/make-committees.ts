import { toPolygon, type WorldFeature } from './feature.ts'
import type { Metres, RiverCourse } from './river-course.ts'

const NORTH_M = 880
const CUTS_M = [0, 880, 1790, Number.POSITIVE_INFINITY]
const EDGE_STEP_M = 60
/** West to east; the river is the border between north and south. */
const COMMITTEES = [
  { north: ['上塘社区', 'Shangtang'], south: ['仁和社区', 'Renhe'] },
  { north: ['平桥社区', 'Pingqiao'], south: ['茶亭社区', 'Chating'] },
  { north: ['东园社区', 'Dongyuan'], south: ['水云社区', 'Shuiyun'] },
]

/** Six residents' committees (社区居委会), each with the number of grids (网格) that its wardens look after. */
export function makeCommittees(course: RiverCourse): WorldFeature[] {
  return COMMITTEES.flatMap((pair, i) => {
    const fromM = CUTS_M[i]!
    const toM = Math.min(CUTS_M[i + 1]!, course.lengthM)
    const shore = centreLine(course, fromM, toM)
    const west = shore[0]![0]
    const east = shore.at(-1)![0]
    const north: Metres[] = [...shore, [east, NORTH_M], [west, NORTH_M]]
    const south: Metres[] = [[west, -NORTH_M], [east, -NORTH_M], ...shore.toReversed()]
    return [committee(i * 2 + 1, pair.north, north), committee(i * 2 + 2, pair.south, south)]
  })
}

function committee(number: number, names: string[], outline: Metres[]): WorldFeature {
  return {
    type: 'Feature',
    id: `committee-${number}`,
    properties: { kind: 'committee', name: names[0]!, name_en: `${names[1]} Committee`, grids: 3 + (number % 3) },
    geometry: toPolygon(outline),
  }
}

function centreLine(course: RiverCourse, fromM: number, toM: number): Metres[] {
  const line: Metres[] = []
  for (let s = fromM; s < toM; s += EDGE_STEP_M) line.push(course.at(s))
  line.push(course.at(toM))
  return line
}
