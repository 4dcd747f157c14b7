import type { AlertView } from '../../core/alert-view.ts'
import type {
  AlertDetailView,
  DeviceView,
  ErrorBody,
  FrameView,
  PageOf,
  ReadingView,
  SessionView,
} from '../contract.ts'

/** An answer that was not 2xx, or none at all (`status` 0). */
export class ApiFailure extends Error {
  readonly status: number
  readonly code: string
  readonly requestId: string | null

  constructor(status: number, code: string, message: string, requestId: string | null) {
    super(message)
    this.name = 'ApiFailure'
    this.status = status
    this.code = code
    this.requestId = requestId
  }
}

/** The HTTP API as the page uses it. The only file that fetches. */
export interface Api {
  session(): Promise<SessionView>
  /** GeoJSON, for the map to read. */
  world(): Promise<object>
  devices(): Promise<DeviceView[]>
  alert(id: string): Promise<AlertDetailView>
  readings(query: { device: string; metric: string; fromMs: number; toMs: number }): Promise<ReadingView[]>
  frame(frameId: string): Promise<FrameView>
  /** A picture as bytes, since an `<img>` cannot send a token. */
  picture(path: string): Promise<Blob>
  acknowledge(alert: AlertView): Promise<AlertView>
  comment(alert: AlertView, comment: string): Promise<AlertView>
}

const PAGE_ROWS = 2_000
/** A chart is some hundred pixels wide: more points than this show nothing more. */
const MAX_PAGES = 5

export function createApi(token: string | null): Api {
  const authorization: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` }

  async function send(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { ...authorization, ...(init.headers as Record<string, string>) }
    const response = await fetch(path, { ...init, headers }).catch((cause) => {
      throw new ApiFailure(0, 'unreachable', String(cause), null)
    })
    if (!response.ok) throw await failureOf(response)
    return response
  }
  const get = async <T>(path: string): Promise<T> => (await send(path)).json()
  const post = async <T>(path: string, body: object): Promise<T> => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': randomKey() }
    return (await send(path, { method: 'POST', headers, body: JSON.stringify(body) })).json()
  }

  return {
    session: () => get('/api/v1/session'),
    world: () => get('/api/v1/map'),
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
    picture: async (path) => (await send(path)).blob(),
    acknowledge: ({ id }) => post(`/api/v1/alerts/${encodeURIComponent(id)}/acknowledge`, {}),
    comment: ({ id }, comment) => post(`/api/v1/alerts/${encodeURIComponent(id)}/comments`, { comment }),
  }
}

async function failureOf(response: Response): Promise<ApiFailure> {
  const requestId = response.headers.get('x-request-id')
  const body = (await response.json().catch(() => null)) as ErrorBody | null
  const { code, message } = body?.error ?? { code: 'internal', message: response.statusText }
  return new ApiFailure(response.status, code, message, requestId)
}

/** `crypto.randomUUID` is missing on plain HTTP; random values are not. */
function randomKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
