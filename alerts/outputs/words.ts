import { type Alert, deviceOf } from '../../core/alert.ts'
import { CATEGORIES } from '../../core/category.ts'
import { METRICS } from '../../core/metrics.ts'
import type { Severity } from '../../core/severity.ts'

export const LANGUAGES = ['zh', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

/** The four legal levels as people say them. */
export const SEVERITY_WORDS: Record<Severity, Record<Language, string>> = {
  critical: { zh: '特别严重', en: 'Critical' },
  major: { zh: '严重', en: 'Major' },
  minor: { zh: '较重', en: 'Minor' },
  warning: { zh: '一般', en: 'Warning' },
}

const STATE_WORDS = {
  test: { zh: '测试', en: 'Test' },
  falseAlarm: { zh: '误报', en: 'False alarm' },
  cleared: { zh: '已解除', en: 'Cleared' },
}

/** How it stands with an alert: a test, a false alarm, cleared, else how bad it is. */
export function stateWords(alert: Alert, language: Language): string {
  const { test, falseAlarm, state, severity } = alert
  if (test) return STATE_WORDS.test[language]
  if (falseAlarm) return STATE_WORDS.falseAlarm[language]
  return state === 'cleared' ? STATE_WORDS.cleared[language] : SEVERITY_WORDS[severity][language]
}

export function categoryWords(alert: Alert, language: Language): string {
  return (CATEGORIES as Record<string, Record<Language, string>>)[alert.category]?.[language] ?? alert.category
}

/** Where it is, as well as anybody said it. */
export function placeWords(alert: Alert): string {
  const { place, deviceName, area, subject } = alert
  const names = [place, area?.grid, area?.reach, area?.community, deviceName, deviceOf(alert), subject.place]
  return names.find((name) => name !== undefined && name.trim() !== '') ?? '—'
}

/** `【严重】烟雾超限 东园路45号` */
export function headline(alert: Alert, language: Language): string {
  const [open, close] = language === 'zh' ? ['【', '】'] : ['[', '] ']
  return `${open}${stateWords(alert, language)}${close}${alert.ruleTitle[language]} ${placeWords(alert)}`
}

const FACT_WORDS = {
  device: { zh: '设备', en: 'Device' },
  value: { zh: '测值', en: 'Value' },
  limit: { zh: '限值', en: 'Limit' },
  clause: { zh: '依据', en: 'According to' },
  grid: { zh: '网格', en: 'Grid' },
  reach: { zh: '河段', en: 'Reach' },
  department: { zh: '责任部门', en: 'Department' },
  category: { zh: '类别', en: 'Category' },
  evidence: { zh: '依据迹象', en: 'Evidence' },
  otherCauses: { zh: '其他可能', en: 'Other causes' },
  filing: { zh: '施工备案', en: 'Works filing' },
  visitBy: { zh: '最迟到场', en: 'Visit by' },
} as const

/** What is known of an alert, by name, in the order in which people ask. */
export function factsOf(
  alert: Alert,
  language: Language,
  timeOf: (atMs: number) => string,
): { name: string; text: string }[] {
  const { reason, area, subject, deviceName } = alert
  const metric = METRICS[reason.metric ?? subject.metric ?? '']
  const quantity = (value: number | undefined) =>
    value === undefined ? undefined : `${formatNumber(value)} ${reason.unit ?? metric?.unit ?? ''}`.trim()
  const facts: Record<keyof typeof FACT_WORDS, string | undefined> = {
    category: categoryWords(alert, language),
    device: [deviceName, deviceOf(alert)].filter((one) => one !== undefined).join(' ') || undefined,
    value:
      metric && reason.value !== undefined ? `${metric[language]} ${quantity(reason.value)}` : quantity(reason.value),
    limit: quantity(reason.limit),
    clause: reason.clause,
    grid: area?.grid,
    reach: area?.reach ?? alert.finding?.place?.reachName,
    department: alert.assigned?.to.department ?? alert.department,
    ...suspicionFacts(alert.suspicion, language, timeOf),
  }
  return Object.entries(facts)
    .filter((fact): fact is [keyof typeof FACT_WORDS, string] => fact[1] !== undefined)
    .map(([key, text]) => ({ name: FACT_WORDS[key][language], text }))
}

/** Pieces of evidence that are named in a message. */
const NAMED_PIECES = 5

/** What a person on the way to the house must know. */
function suspicionFacts(suspicion: Alert['suspicion'], language: Language, timeOf: (atMs: number) => string) {
  const none = { evidence: undefined, otherCauses: undefined, filing: undefined, visitBy: undefined }
  if (suspicion === undefined) return none
  const { evidence, filing, visitByMs } = suspicion
  const speaking = evidence.filter(({ weight }) => weight > 0).map(({ title }) => title[language])
  const causes = evidence.flatMap(({ otherCauses }) => otherCauses).map(({ title }) => title[language])
  const list = (all: string[]) =>
    [...new Set(all)].slice(0, NAMED_PIECES).join(language === 'zh' ? '、' : ', ') || undefined
  const unfiled = language === 'zh' ? '无' : 'none'
  return {
    evidence: list(speaking),
    otherCauses: list(causes),
    filing: filing && (filing.record === null ? unfiled : (filing.record.filing ?? filing.record.recordId)),
    visitBy: visitByMs === undefined ? undefined : timeOf(visitByMs),
  }
}

/** At most six digits that say something. */
function formatNumber(value: number): string {
  return String(Number(value.toPrecision(6)))
}
