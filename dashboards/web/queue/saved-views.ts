import { type AlertFilter, addressOfFilter, filterOfAddress } from '../live/alert-filter.ts'

/** A filter that somebody keeps by a name, in this browser. */
export interface SavedView {
  name: string
  filter: AlertFilter
}

const KEY = 'huying.views'
const MOST_VIEWS = 20

export function loadViews(): SavedView[] {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? '[]') as unknown
    if (!Array.isArray(stored)) return []
    return stored.flatMap((one: { name?: unknown; search?: unknown } | null) =>
      typeof one?.name === 'string' && typeof one.search === 'string'
        ? [{ name: one.name, filter: filterOfAddress(one.search) }]
        : [],
    )
  } catch {
    return []
  }
}

export function saveViews(views: readonly SavedView[]): void {
  const stored = views.slice(-MOST_VIEWS).map(({ name, filter }) => ({ name, search: addressOfFilter(filter, '') }))
  localStorage.setItem(KEY, JSON.stringify(stored))
}
