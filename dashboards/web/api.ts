import type { TileSettings } from '../../core/map-tiles.ts'
import type { AlertDetailView, DeviceView, FrameView, PageOf, ReadingView, SessionView } from '../contract.ts'
import type { Http } from './http.ts'

/** The calls that more than one page makes. What only one page asks for stands in that page's folder. */
export interface Api {
  session(): Promise<SessionView>
  /** GeoJSON, for the map to read. */
  world(): Promise<object>
  /** The tiles under it. */
  mapTiles(): Promise<TileSettings>
  devices(): Promise<DeviceView[]>
  alert(id: string): Promise<AlertDetailView>
  readings(query: { device: string; metric: string; fromMs: number; toMs: number }): Promise<ReadingView[]>
  frame(frameId: string): Promise<FrameView>
  /** A picture as bytes, since an `<img>` cannot send a token. */
  picture(path: string): Promise<Blob>
}

const PAGE_ROWS = 2_000
/** A chart is some hundred pixels wide: more points than this show nothing more. */
const MAX_PAGES = 5

export function createApi({ get, blob }: Http): Api {
  return {
    session: () => get('/api/v1/session'),
    world: () => get('/api/v1/map'),
    mapTiles: () => get('/api/v1/map/tiles'),
    devices: async () => (await get<PageOf<DeviceView>>('/api/v1/devices')).items,
    alert: (id) => get(`/api/v1/alerts/${encodeURIComponent(id)}`),
    async readings({ device, metric, fromMs, toMs }) {
      const query = new URLSearchParams({ device, metric, from: `${fromMs}`, to: `${toMs}`, limit: `${PAGE_ROWS}` })
      const rows: ReadingView[] = []
      for (let page = 0; page < MAX_PAGES; page++) {
        const { items, nextCursor } = await get<PageOf<ReadingView>>(`/api/v1/readings?${query}`)
        rows.push(...items)
        if (nextCursor === undefined) break
        query.set('cursor', nextCursor)
      }
      return rows
    },
    frame: (frameId) => get(`/api/v1/frames/${encodeURIComponent(frameId)}`),
    picture: (path) => blob(path),
  }
}
