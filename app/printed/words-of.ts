import type { Assignee } from '../../core/alert-hands.ts'
import { FALSE_ALARM_REASONS } from '../../core/alert-hands.ts'
import { CATEGORIES } from '../../core/category.ts'
import type { AlertEventType, LedgerEntry } from '../../core/ledger-entry.ts'
import type { Severity } from '../../core/severity.ts'
import type { Reason } from '../../core/signal.ts'
import { metricWords, reasonWords } from '../../dashboards/web/words/reason-words.ts'
import { createTimes } from '../../dashboards/web/words/times.ts'
import { createTranslate, hasWord } from '../../dashboards/web/words/words.ts'
import { type Html, html } from './html.ts'

/** The same in both languages of the report. */
export interface Both {
  zh: string
  en: string
}

const zh = createTranslate('zh')
const en = createTranslate('en')

/** Chinese first, English after it and quieter; once where they are the same. */
export function both(words: Both): Html {
  if (words.zh === words.en) return html`${words.zh}`
  return html`<span lang="zh">${words.zh}</span> <span class="en" lang="en">${words.en}</span>`
}

export function label(chinese: string, english: string): Html {
  return both({ zh: chinese, en: english })
}

export function reasonOf(reason: Reason): Both {
  return { zh: reasonWords(reason, zh, 'zh'), en: reasonWords(reason, en, 'en') }
}

export function metricOf(metric: string): Both {
  return { zh: metricWords(metric, 'zh'), en: metricWords(metric, 'en') }
}

export function categoryOf(category: string): Both {
  return CATEGORIES[category as keyof typeof CATEGORIES] ?? { zh: category, en: category }
}

export function thingOf(name: string): Both {
  const key = `label.${name}`
  return hasWord(key) ? { zh: zh(key), en: en(key) } : { zh: name, en: name }
}

const LEVELS: Record<Severity, Both> = {
  critical: { zh: 'Ⅰ级 特别严重', en: 'level I, critical' },
  major: { zh: 'Ⅱ级 严重', en: 'level II, major' },
  minor: { zh: 'Ⅲ级 较重', en: 'level III, minor' },
  warning: { zh: 'Ⅳ级 一般', en: 'level IV, warning' },
}

export function severityOf(severity: string): Both {
  return LEVELS[severity as Severity] ?? { zh: severity, en: severity }
}

/** Events that the page has no word for: those of others than alerts. */
const EVENTS: Record<Exclude<LedgerEntry['type'], AlertEventType>, Both> = {
  'finding.changed': { zh: '巡查发现有变化', en: 'Finding changed' },
  'finding.reviewed': { zh: '复核', en: 'Reviewed' },
  'rules.changed': { zh: '规则生效', en: 'Rule put in force' },
  'device.registered': { zh: '设备登记', en: 'Device registered' },
  'device.changed': { zh: '设备登记变更', en: 'Device changed' },
  'device.token_replaced': { zh: '设备令牌更换', en: 'Device token replaced' },
  'service.out': { zh: '设备停用', en: 'Device out of service' },
  'service.back': { zh: '设备恢复使用', en: 'Device back in service' },
  'silence.set': { zh: '设置静默', en: 'Silence set' },
  'silence.ended': { zh: '静默结束', en: 'Silence ended' },
  'building.changed': { zh: '房屋登记变更', en: 'Building changed' },
  'building.removed': { zh: '房屋移出登记', en: 'Building removed from the register' },
  'building.visited': { zh: '上门走访', en: 'Visited' },
  'building.visit_asked': { zh: '要求上门走访', en: 'Visit asked for' },
  'building.pictured': { zh: '添加房屋照片', en: 'Picture of the building added' },
  'building.picture_removed': { zh: '撤下房屋照片', en: 'Picture of the building withdrawn' },
  'record.matched': { zh: '台账记录归户', en: 'Record matched to a building' },
  'road.aliased': { zh: '道路别名', en: 'Other name of a road' },
  'patrol.planned': { zh: '巡查计划', en: 'Patrol planned' },
  'patrol.withdrawn': { zh: '巡查计划撤销', en: 'Patrol plan withdrawn' },
  'flood.began': { zh: '告警洪峰开始', en: 'Alarm flood began' },
  'flood.ended': { zh: '告警洪峰结束', en: 'Alarm flood ended' },
  'access.changed': { zh: '权限变更', en: 'Access changed' },
  'subscriber.removed': { zh: '订阅者移除', en: 'Subscriber removed' },
  'original.viewed': { zh: '查看原图', en: 'Original looked at' },
  'bundle.taken': { zh: '提取证据包', en: 'Bundle taken' },
  'delivery.given_up': { zh: '放弃送达', en: 'Delivery given up' },
  'delivery.replayed': { zh: '重新送达', en: 'Delivery tried again' },
}

export function eventOf(type: string): Both {
  const key = `event.${type}`
  return hasWord(key) ? { zh: zh(key), en: en(key) } : (EVENTS[type as keyof typeof EVENTS] ?? { zh: type, en: type })
}

const VERDICTS: Record<string, Both> = {
  confirmed: { zh: '属实', en: 'confirmed' },
  rejected: { zh: '不属实', en: 'rejected' },
  duplicate: { zh: '重复', en: 'duplicate' },
  not_ours: { zh: '非本辖区职责', en: 'not ours' },
  reclassed: { zh: '改判类别', en: 're-classed' },
  redrawn: { zh: '重画范围', en: 'redrawn' },
  reopened: { zh: '撤回复核', en: 'review taken back' },
  undecided: { zh: '未复核', en: 'undecided' },
}

export function verdictOf(verdict: string): Both {
  return VERDICTS[verdict] ?? { zh: verdict, en: verdict }
}

const CHANGES: Record<string, Both> = {
  opened: { zh: '首次发现', en: 'first seen' },
  seen_again: { zh: '再次发现', en: 'seen again' },
  grown: { zh: '面积增大', en: 'grown' },
  gone: { zh: '已消失', en: 'gone' },
  returned: { zh: '再次出现', en: 'returned' },
}

export function changeOf(change: string): Both {
  return CHANGES[change] ?? { zh: change, en: change }
}

export function falseAlarmOf(reason: string): Both {
  return FALSE_ALARM_REASONS[reason as keyof typeof FALSE_ALARM_REASONS] ?? { zh: reason, en: reason }
}

export function assigneeOf({ department, grid, person }: Assignee): string {
  return [department, grid, person].filter((part) => part !== undefined).join(' · ')
}

/** `2026/11/22 17:30:05`, the same in both languages, and the moment in UTC for machines. */
export function createMoment(timeZone: string): (atMs: number) => Html {
  const times = createTimes('zh', timeZone)
  return (atMs) => {
    if (!(Math.abs(atMs) <= 8.64e15)) return html`–`
    return html`<time datetime="${new Date(atMs).toISOString()}">${times.full(atMs)}</time>`
  }
}
