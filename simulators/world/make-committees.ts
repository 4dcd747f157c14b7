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

/** Six residents' committees (社区居委会), each with the grids (网格) that its wardens look after. */
export function makeCommittees(course: RiverCourse): WorldFeature[] {
  const committees = COMMITTEES.flatMap((pair, i) => {
    const shore = centreLine(course, CUTS_M[i]!, Math.min(CUTS_M[i + 1]!, course.lengthM))
    return [
      toCommittee(i * 2 + 1, pair.north, shore, NORTH_M),
      toCommittee(i * 2 + 2, pair.south, shore, -NORTH_M),
    ]
  })
  return [...committees.map(({ feature }) => feature), ...committees.flatMap(({ grids }) => grids)]
}

/** From the river (`shore`, west to east) to the edge of the sub-district. */
function toCommittee(number: number, [name, nameEn]: string[], shore: Metres[], edgeM: number) {
  const count = 3 + (number % 3)
  const feature: WorldFeature = {
    type: 'Feature',
    id: `committee-${number}`,
    properties: { kind: 'committee', name: name!, name_en: `${nameEn} Committee`, grids: count },
    geometry: toPolygon(outlineOf(shore, edgeM)),
  }
  const grids = Array.from({ length: count }, (_, i): WorldFeature => {
    const [from, to] = [i, i + 1].map((n) => Math.round((n * (shore.length - 1)) / count))
    return {
      type: 'Feature',
      id: `grid-${number}-${i + 1}`,
      properties: {
        kind: 'grid',
        name: `${name}第${i + 1}网格`,
        name_en: `${nameEn} Grid ${i + 1}`,
        community: name!,
      },
      geometry: toPolygon(outlineOf(shore.slice(from, to! + 1), edgeM)),
    }
  })
  return { feature, grids }
}

/** Strips that begin and end at points of the shore leave no gap between them. */
function outlineOf(shore: Metres[], edgeM: number): Metres[] {
  const west = shore[0]![0]
  const east = shore.at(-1)![0]
  return edgeM > 0
    ? [...shore, [east, edgeM], [west, edgeM]]
    : [[west, edgeM], [east, edgeM], ...shore.toReversed()]
}

function centreLine(course: RiverCourse, fromM: number, toM: number): Metres[] {
  const line: Metres[] = []
  for (let s = fromM; s < toM; s += EDGE_STEP_M) line.push(course.at(s))
  line.push(course.at(toM))
  return line
}
