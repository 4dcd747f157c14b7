import type { PageOf } from '../../contract.ts'
import type {
  BuildingFileView,
  FiledRecordView,
  HousePictureView,
  HouseRankingView,
  SummaryView,
  VisitRequestView,
  VisitView,
} from '../../house-contract.ts'
import type { TrendView } from '../../trend-contract.ts'
import type { Http } from '../http.ts'

/** The calls that only the heritage page makes. */
export interface HeritageCalls {
  /** The riskiest first, at most `MOST_HOUSES`; of those that the text means. */
  ranking(text: string): Promise<HouseRankingView>
  house(id: string): Promise<BuildingFileView>
  summary(asked: SummaryQuestion): Promise<SummaryView>
  trend(asked: { device: string; metric: string; limit?: number }): Promise<TrendView>
  unmatched(): Promise<PageOf<FiledRecordView>>
  /** `building` null: about none of ours. */
  match(record: Pick<FiledRecordView, 'source' | 'recordId'>, building: string | null, note?: string): Promise<unknown>
  visit(
    house: string,
    visit: { id: string; result: VisitView['result']; at?: string; note?: string },
  ): Promise<VisitView>
  askVisit(house: string, asked: { due: string; to?: string; note?: string }): Promise<VisitRequestView>
  addPicture(house: string, told: ToldPicture, picture: Blob): Promise<HousePictureView>
  removePicture(house: string, sha256: string): Promise<void>
  /** One page, as the service made it. */
  report(house: string, month: string, language: string): Promise<Blob>
}

export interface SummaryQuestion {
  device: string
  metric: string
  fromMs: number
  toMs: number
  stepS: number
}

export interface ToldPicture {
  kind: HousePictureView['kind']
  caption?: string
  visit?: string
}

export const MOST_HOUSES = 2_000
const MOST_UNMATCHED = 200

export function createHeritageCalls({ get, blob, send }: Http): HeritageCalls {
  const of = (id: string) => encodeURIComponent(id)
  return {
    ranking(text) {
      const query = new URLSearchParams({ limit: `${MOST_HOUSES}`, ...(text !== '' && { text }) })
      return get(`/api/v1/house-ranking?${query}`)
    },
    house: (id) => get(`/api/v1/buildings/${of(id)}`),
    summary({ device, metric, fromMs, toMs, stepS }) {
      const query = new URLSearchParams({ metric, from: `${fromMs}`, to: `${toMs}`, step: `${stepS}` })
      return get(`/api/v1/devices/${of(device)}/summary?${query}`)
    },
    trend({ device, metric, limit }) {
      const query = new URLSearchParams({ metric, ...(limit !== undefined && { limit: `${limit}` }) })
      return get(`/api/v1/devices/${of(device)}/trend?${query}`)
    },
    unmatched: () => get(`/api/v1/records/unmatched?limit=${MOST_UNMATCHED}`),
    match: ({ source, recordId }, building, note) =>
      send('POST', `/api/v1/records/${of(source)}/${of(recordId)}/match`, { building, ...(note && { note }) }),
    visit: (house, visit) => send('POST', `/api/v1/buildings/${of(house)}/visits`, visit, { key: visit.id }),
    askVisit: (house, asked) => send('POST', `/api/v1/buildings/${of(house)}/visit-requests`, asked),
    addPicture(house, told, picture) {
      const query = new URLSearchParams(Object.entries(told))
      return send('POST', `/api/v1/buildings/${of(house)}/pictures?${query}`, picture)
    },
    removePicture: (house, sha256) => send('DELETE', `/api/v1/buildings/${of(house)}/pictures/${sha256}`),
    report: (house, month, language) => blob(reportPath(house, month, language)),
  }
}

export function reportPath(house: string, month: string, language: string): string {
  return `/api/v1/buildings/${encodeURIComponent(house)}/report?${new URLSearchParams({ month, language })}`
}

export function housePicturePath(house: string, sha256: string, size: 'small' | 'large' | 'full'): string {
  return `/api/v1/buildings/${encodeURIComponent(house)}/pictures/${sha256}?size=${size}`
}
