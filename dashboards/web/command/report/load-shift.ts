import type { AlertStatisticsView, FloodStateView, LedgerEntryView, PageOf } from '../../../contract.ts'
import type { Http } from '../../http.ts'
import { actsOf, type ShiftAct } from './shift-facts.ts'

/** What the service knows of a shift. */
export interface Shift {
  statistics: AlertStatisticsView
  floods: FloodStateView
  acts: ShiftAct[]
  /** There were more entries than are read for one report. */
  isCut: boolean
}

const PAGE_ROWS = 1_000
const MOST_PAGES = 5
/** What people do; what rules do by themselves would fill the pages of a long shift. */
const TYPES = [
  'acknowledged',
  'commented',
  'shelved',
  'unshelved',
  'false_alarm',
  'assigned',
  'handed_over',
  'reopened',
]

/** Rejects with `ApiFailure`. */
export async function loadShift(http: Http, fromMs: number, toMs: number): Promise<Shift> {
  const [statistics, floods, ...logs] = await Promise.all([
    http.get<AlertStatisticsView>('/api/v1/alerts/statistics'),
    http.get<FloodStateView>('/api/v1/alerts/flood'),
    ...TYPES.map((type) => loadEntries(http, `alert.${type}`, fromMs, toMs)),
  ])
  const entries = logs.flatMap(({ items }) => items).sort((a, b) => b.seq - a.seq)
  return { statistics, floods, acts: actsOf(entries), isCut: logs.some(({ isMore }) => isMore) }
}

async function loadEntries({ get }: Http, type: string, fromMs: number, toMs: number) {
  const query = new URLSearchParams({ type, from: `${fromMs}`, to: `${toMs}`, limit: `${PAGE_ROWS}` })
  const items: LedgerEntryView[] = []
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = await get<PageOf<LedgerEntryView>>(`/api/v1/ledger/entries?${query}`)
    items.push(...answer.items)
    if (answer.nextCursor === undefined) return { items, isMore: false }
    query.set('cursor', answer.nextCursor)
  }
  return { items, isMore: true }
}
