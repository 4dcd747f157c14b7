import { CATEGORIES } from '../../../core/category.ts'
import type { AlertView } from '../../contract.ts'

/** 0 shows all severities, 1 to 4 only that one. */
export type LevelFilter = 0 | 1 | 2 | 3 | 4
/** Which part of the work: all, what waits for somebody, what is seen, what is given to somebody, what is kept quiet. */
export const SHOWS = ['all', 'waiting', 'seen', 'given', 'quiet'] as const
export type Show = (typeof SHOWS)[number]
/** What comes first in the list: the worst, or what has to be answered soonest. */
export const SORTS = ['urgency', 'deadline'] as const
export type Sort = (typeof SORTS)[number]

/** What queue, map and counts show: one filter for all of them. */
export interface AlertFilter {
  level: LevelFilter
  show: Show
  /** Empty: all of them. */
  category: string
  /** Words that must all occur in title, place, device or number; empty: none. */
  text: string
  sort: Sort
}

export const NO_FILTER: AlertFilter = { level: 0, show: 'all', category: '', text: '', sort: 'urgency' }

export function matchesFilter(alert: AlertView, filter: AlertFilter): boolean {
  return (filter.level === 0 || alert.level === filter.level) && matchesBesidesLevel(alert, filter)
}

/** The tiles count by level what the rest of the filter lets through. */
export function matchesBesidesLevel(alert: AlertView, { show, category, text }: AlertFilter): boolean {
  if (category !== '' && alert.category !== category) return false
  return isShown(alert, show) && matchesText(alert, text)
}

export function isFiltered({ level, show, category, text }: AlertFilter): boolean {
  return level !== 0 || show !== 'all' || category !== '' || text.trim() !== ''
}

function isShown(alert: AlertView, show: Show): boolean {
  switch (show) {
    case 'all':
      return true
    case 'waiting':
      return !alert.acknowledged && !alert.quiet
    case 'seen':
      return alert.acknowledged
    case 'given':
      return alert.assigned !== undefined || alert.handedOver !== undefined
    case 'quiet':
      return alert.quiet !== undefined
  }
}

function matchesText(alert: AlertView, text: string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return true
  const { ruleTitle, rule, place, subject, deviceName, area, assigned, handedOver, department, id } = alert
  const known = [
    ...[ruleTitle.zh, ruleTitle.en, rule, id, place, subject.place, subject.device, deviceName, department],
    ...[area?.community, area?.grid, area?.reach, handedOver?.number, ...Object.values(assigned?.to ?? {})],
  ]
  const told = known.filter(Boolean).join(' ').toLowerCase()
  return words.every((word) => told.includes(word))
}

/** The filter as it stands in an address; what is not understood is left out. */
export function filterOfAddress(search: string): AlertFilter {
  const asked = new URLSearchParams(search)
  const level = Number(asked.get('level'))
  const show = asked.get('show')
  const category = asked.get('category') ?? ''
  return {
    level: level === 1 || level === 2 || level === 3 || level === 4 ? level : 0,
    show: SHOWS.find((one) => one === show) ?? 'all',
    category: Object.hasOwn(CATEGORIES, category) ? category : '',
    text: asked.get('q') ?? '',
    sort: asked.get('sort') === 'deadline' ? 'deadline' : 'urgency',
  }
}

/** The address's question part with the filter in it, everything else in it kept. */
export function addressOfFilter({ level, show, category, text, sort }: AlertFilter, search: string): string {
  const asked = new URLSearchParams(search)
  const put = (name: string, value: string) => (value === '' ? asked.delete(name) : asked.set(name, value))
  put('level', level === 0 ? '' : `${level}`)
  put('show', show === 'all' ? '' : show)
  put('category', category)
  put('q', text.trim())
  put('sort', sort === 'urgency' ? '' : sort)
  const question = asked
    .toString()
    .replaceAll('wall=&', 'wall&')
    .replace(/wall=$/, 'wall')
  return question === '' ? '' : `?${question}`
}
