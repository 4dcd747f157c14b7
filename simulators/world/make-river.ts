import { chainageMark } from '../../core/river-line.ts'
import type { WorldFeature } from './feature.ts'
import { toLine, toPoint, toPolygon } from './feature.ts'
import { halfWidthM, type Metres, type RiverCourse } from './river-course.ts'

const NAME = '文津河'
const NAME_EN = 'Wenjin River'
const MARK_EVERY_M = 100
const EDGE_STEP_M = 30

/** Water-quality targets are classes of GB 3838-2002; which reach has which is invented, as is where water is drunk and who may bathe. */
const REACHES = [
  { name: '上塘段', name_en: 'Shangtang reach', from_m: 0, to_m: 900, target_class: 'III', drinking_water: true },
  { name: '平桥段', name_en: 'Pingqiao reach', from_m: 900, to_m: 1750, target_class: 'III' },
  { name: '学宫段', name_en: 'Xuegong reach', from_m: 1750, to_m: 2550, target_class: 'IV', closed: true },
  { name: '东园段', name_en: 'Dongyuan reach', from_m: 2550, to_m: Number.POSITIVE_INFINITY, target_class: 'IV' },
]

/** The water's polygon, its centre line, its reaches and the chainage marks on it. */
export function makeRiver(course: RiverCourse): WorldFeature[] {
  const endM = Math.floor(course.lengthM)
  return [
    {
      type: 'Feature',
      id: 'river',
      properties: { kind: 'river', name: NAME, name_en: NAME_EN },
      geometry: toPolygon(waterOutline(course, 0, endM)),
    },
    {
      type: 'Feature',
      id: 'riverline',
      properties: { kind: 'riverline', name: NAME, name_en: NAME_EN, length_m: endM },
      geometry: toLine(stretch(course, 0, endM, () => 0)),
    },
    ...REACHES.map((reach, i): WorldFeature => {
      const toM = Math.min(reach.to_m, endM)
      return {
        type: 'Feature',
        id: `reach-${i + 1}`,
        properties: { kind: 'reach', river: NAME, ...reach, to_m: toM },
        geometry: toPolygon(waterOutline(course, reach.from_m, toM)),
      }
    }),
    ...makeMarks(course, endM),
  ]
}

function makeMarks(course: RiverCourse, endM: number): WorldFeature[] {
  const marks: WorldFeature[] = []
  for (let alongM = 0; alongM <= endM; alongM += MARK_EVERY_M) {
    marks.push({
      type: 'Feature',
      id: `chainage-${alongM}`,
      properties: { kind: 'chainage', k: chainageMark(alongM), along_m: alongM, major: alongM % 500 === 0 },
      geometry: toPoint(course.at(alongM)),
    })
  }
  return marks
}

/** Right bank downstream, left bank back: counter-clockwise. */
function waterOutline(course: RiverCourse, fromM: number, toM: number): Metres[] {
  return [
    ...stretch(course, fromM, toM, (alongM) => -halfWidthM(alongM)),
    ...stretch(course, fromM, toM, halfWidthM).reverse(),
  ]
}

function stretch(course: RiverCourse, fromM: number, toM: number, offsetM: (alongM: number) => number): Metres[] {
  const points: Metres[] = []
  for (let alongM = fromM; alongM < toM; alongM += EDGE_STEP_M) points.push(course.at(alongM, offsetM(alongM)))
  points.push(course.at(toM, offsetM(toM)))
  return points
}
