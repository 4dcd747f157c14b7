import type {
  AlertDetailView,
  FindingDetailView,
  FindingPairView,
  FindingView,
  FlightDetailView,
  FrameView,
  PageOf,
  PatrolDigestView,
  ReviewStatistics,
  RiverView,
} from '../../contract.ts'
import type { Http } from '../http.ts'
import type { Scope } from './scope.ts'
import type { UnsentWord } from './unsent.ts'

/** The calls that only the river page makes. */
export interface RiverCalls {
  /** Newest first, the last `MOST_FLIGHTS`. */
  patrols(): Promise<PatrolDigestView[]>
  rivers(): Promise<RiverView[]>
  flight(id: string): Promise<FlightDetailView>
  /** Last changed first, at most `MOST_FINDINGS`. */
  findings(scope: Scope): Promise<FindingView[]>
  finding(id: string): Promise<FindingDetailView>
  pair(id: string): Promise<FindingPairView>
  frame(frameId: string): Promise<FrameView>
  alert(id: string): Promise<AlertDetailView>
  statistics(): Promise<ReviewStatistics>
  say(word: UnsentWord): Promise<FindingDetailView>
  picture(path: string): Promise<Blob>
}

export const MOST_FLIGHTS = 400
export const MOST_FINDINGS = 1_000

export function createRiverCalls({ get, blob, send }: Http): RiverCalls {
  const of = (id: string) => encodeURIComponent(id)
  return {
    patrols: async () => (await get<PageOf<PatrolDigestView>>(`/api/v1/patrols?limit=${MOST_FLIGHTS}`)).items,
    rivers: async () => (await get<PageOf<RiverView>>('/api/v1/rivers')).items,
    flight: (id) => get(`/api/v1/flights/${of(id)}`),
    async findings({ kind, id }) {
      const query = new URLSearchParams({ [kind]: id, limit: `${MOST_FINDINGS}` })
      return (await get<PageOf<FindingView>>(`/api/v1/findings?${query}`)).items
    },
    finding: (id) => get(`/api/v1/findings/${of(id)}`),
    pair: (id) => get(`/api/v1/findings/${of(id)}/pair`),
    frame: (frameId) => get(`/api/v1/frames/${of(frameId)}`),
    alert: (id) => get(`/api/v1/alerts/${of(id)}`),
    statistics: () => get('/api/v1/reviews/statistics'),
    say: ({ findingId, body, key }) => send('POST', `/api/v1/findings/${of(findingId)}/verdict`, body, { key }),
    picture: blob,
  }
}

/** The longer side of a picture for looking at it: decodes in a tenth of the time of the whole one. */
export const REVIEW_PX = 1_600

/** The picture of a frame, people covered but for the one whom a finding is about. */
export function picturePath(frameId: string, findingId: string, longestPx?: number): string {
  const query = new URLSearchParams({ finding: findingId, ...(longestPx && { longest: `${longestPx}` }) })
  return `/api/v1/frames/${encodeURIComponent(frameId)}/image?${query}`
}

export function originalPath(frameId: string, reason: string): string {
  return `/api/v1/frames/${encodeURIComponent(frameId)}/original?${new URLSearchParams({ reason })}`
}
