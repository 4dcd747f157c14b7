import { toAlertView } from '../../core/alert-view.ts'
import type { Building, HousePicture, Visit, VisitRequest } from '../../core/building.ts'
import type { FiledRecord, RecordMatch } from '../../core/filed-record.ts'
import type { BuildingFile } from '../../core/house-desk.ts'
import type { HouseRisk } from '../../core/house-watch.ts'
import { toSuspicionView } from '../../core/suspicion-view.ts'
import type {
  BuildingFileView,
  FiledRecordView,
  HousePictureView,
  HouseRiskView,
  MatchView,
  VisitRequestView,
  VisitView,
} from '../house-contract.ts'
import { CRS, type Crs, toPoint } from './to-geojson.ts'
import { toIso } from './to-iso.ts'

export function toFileView(
  file: BuildingFile,
  { sensors, limits }: Pick<BuildingFileView, 'sensors' | 'limits'>,
): BuildingFileView {
  const { building, records, visits, visitRequest, suspicion, alerts, complete } = file
  return {
    ...{ building, sensors, limits, complete },
    records: records.map(toFiledRecordView).reverse(),
    visits: visits.map(toVisitView).reverse(),
    visitRequest: visitRequest && toRequestView(visitRequest),
    suspicion: toSuspicionView(suspicion),
    pictures: file.pictures.map(toPictureView).reverse(),
    alerts: { open: alerts.open.map(toAlertView), past: alerts.past.map(toAlertView) },
  }
}

export function toFiledRecordView({ seq: _, atMs, arrivalMs, match, ...record }: FiledRecord): FiledRecordView {
  return { ...record, at: toIso(atMs), arrivedAt: toIso(arrivalMs), match: toMatchView(match) }
}

function toMatchView(match: RecordMatch): MatchView {
  if (match.how !== 'told') return match
  const { atMs, ...told } = match
  return { ...told, at: toIso(atMs) }
}

export function toVisitView({ atMs, ...visit }: Visit): VisitView {
  return { ...visit, at: toIso(atMs) }
}

export function toRequestView({ atMs, dueMs, ...request }: VisitRequest): VisitRequestView {
  return { ...request, at: toIso(atMs), due: toIso(dueMs) }
}

export function toPictureView({ atMs, ...picture }: HousePicture): HousePictureView {
  return { ...picture, at: toIso(atMs) }
}

/** Without names of people: the register has them. */
export function toRiskView({ building, works, visitAsked, ...risk }: HouseRisk): HouseRiskView {
  const { id, address, name, protection, structure, year, era, position } = building
  const { visitByMs, ...thought } = works
  return {
    ...risk,
    building: {
      ...{ id, address, protection },
      ...(name !== undefined && { name }),
      ...(structure !== undefined && { structure }),
      ...(year !== undefined && { year }),
      ...(era !== undefined && { era }),
      ...(position !== undefined && { position }),
    },
    visitAsked: visitAsked && {
      due: toIso(visitAsked.dueMs),
      ...(visitAsked.to !== undefined && { to: visitAsked.to }),
    },
    works: { ...thought, ...(visitByMs !== undefined && { visitBy: toIso(visitByMs) }) },
  }
}

/** Houses whose place is known: their outline, or a point. Each feature says its `crs`. */
export function buildingsGeoJson(buildings: readonly Building[], crs: Crs) {
  return {
    type: 'FeatureCollection' as const,
    features: buildings.flatMap(({ id, footprint, position, ...facts }) => {
      const geometry = footprint
        ? { type: 'Polygon' as const, coordinates: [footprint.map(([lon, lat]) => toPoint({ lat, lon }, crs))] }
        : position && { type: 'Point' as const, coordinates: toPoint(position, crs) }
      return geometry ? [{ type: 'Feature' as const, id, geometry, properties: { ...facts, crs: CRS[crs] } }] : []
    }),
  }
}
