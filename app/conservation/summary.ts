import type { ConservationReport, LimitCheck, TrendMonth } from '../../core/conservation-report.ts'
import { formatNumber, formatQuantity } from '../../dashboards/web/words/numbers.ts'
import { metricWords } from '../../dashboards/web/words/reason-words.ts'
import type { Language } from '../../dashboards/web/words/words.ts'
import { visitByOf } from './warning-facts.ts'

export type WithoutSummary = Omit<ConservationReport, 'summary'>

/** So many things are named, the rest is counted. */
const NAMED = 3
/** Of a sensor that was heard in a smaller share of its hours somebody should look after it. */
export const HEARD_WELL = 0.9

/** Two sentences for somebody who reads nothing else. What is not known is said, never told as nothing. */
export function summarise(whole: WithoutSummary): ConservationReport['summary'] {
  const report = withNames(whole)
  return { zh: sentences(report, 'zh'), en: sentences(report, 'en') }
}

/** Devices by the names that people gave them. */
function withNames(report: WithoutSummary): WithoutSummary {
  const names = new Map(report.sensors.map(({ device, name = device }) => [device, name]))
  const named = <T extends { device: string }>(one: T): T => ({ ...one, device: names.get(one.device) ?? one.device })
  const { sensors, limits, trends } = report
  return { ...report, sensors: sensors.map(named), limits: limits.map(named), trends: trends.map(named) }
}

function sentences(report: WithoutSummary, language: Language): [string, string] {
  const told = [...exceeded(report, language), ...moving(report, language), ...unheard(report, language)]
  const todo = toDo(report, language)
  const soFar = report.period.inProgress ? pick(language, '截至目前，', 'So far: ') : ''
  return language === 'zh'
    ? [`${soFar}${told.join('；')}。`, todo.length === 0 ? '没有待办事项。' : `待办：${todo.join('；')}。`]
    : [
        `${capital(`${soFar}${told.join('; ')}`)}.`,
        todo.length === 0 ? 'Nothing is to be done.' : `To do: ${todo.join('; ')}.`,
      ]
}

function exceeded({ sensors, limits, missing }: WithoutSummary, language: Language): string[] {
  if (sensors.length === 0)
    return [pick(language, '屋内没有传感器，什么也没有测到', 'no sensor stands in this house, nothing was measured')]
  if (missing.includes('readings'))
    return [
      pick(
        language,
        '无法读取测量数据，是否超限尚不清楚',
        'readings could not be had, whether limits were kept is not known',
      ),
    ]
  const known = limits.filter(({ hours }) => (hours ?? 0) > 0)
  if (known.length === 0)
    return [
      pick(
        language,
        '没有可与限值比较的读数，是否超限尚不清楚',
        'no reading could be held against a limit, whether limits were kept is not known',
      ),
    ]
  const beyond = worstByMetric(known.filter(({ hoursBeyond }) => (hoursBeyond ?? 0) > 0))
  const unknown = limits.some(({ hours }) => hours === null)
    ? [pick(language, '部分限值无法核对', 'some limits could not be checked')]
    : []
  if (beyond.length > 0)
    return [
      ...named(
        beyond.map((check) => beyondWords(check, language)),
        language,
      ),
      ...unknown,
    ]
  const warned = Math.max(...known.map(({ hoursWarning }) => hoursWarning ?? 0))
  if (warned > 0)
    return [
      pick(
        language,
        `未超出限值，但有 ${warned} 小时达到预警值`,
        `no limit was exceeded, but the warning level was reached in ${warned} h`,
      ),
      ...unknown,
    ]
  return [pick(language, '未超出任何限值', 'no limit was exceeded'), ...unknown]
}

/** Of several limits for the same metric of the same device the one that was broken most. */
function worstByMetric(checks: LimitCheck[]): LimitCheck[] {
  const worst = new Map<string, LimitCheck>()
  for (const check of checks) {
    const key = `${check.device} ${check.metric}`
    const known = worst.get(key)
    if (known === undefined || (check.hoursBeyond ?? 0) > (known.hoursBeyond ?? 0)) worst.set(key, check)
  }
  return [...worst.values()].sort((a, b) => (b.worst?.share ?? 0) - (a.worst?.share ?? 0))
}

function beyondWords({ device, metric, unit, hoursBeyond, worst }: LimitCheck, language: Language): string {
  const name = `${device} ${metricWords(metric, language)}`
  const share =
    worst?.share === undefined
      ? ''
      : pick(language, `，限值的 ${percent(worst.share)}`, `, ${percent(worst.share)} of the limit`)
  const peak = formatQuantity(worst?.value, unit)
  return pick(
    language,
    `${name}有 ${hoursBeyond} 小时超限（最大 ${peak}${share}）`,
    `${name} was beyond its limit in ${hoursBeyond} h (up to ${peak}${share})`,
  )
}

/** True when the whole interval lies on one side of standing still. */
export function isMoving({ speed }: TrendMonth): boolean {
  return speed !== null && (speed.low > 0 || speed.high < 0)
}

function moving({ trends }: WithoutSummary, language: Language): string[] {
  if (trends.length === 0) return []
  const moves = trends.filter(isMoving)
  if (moves.length > 0)
    return named(
      moves.map((trend) => movesWords(trend, language)),
      language,
    )
  return trends.some(({ speed }) => speed === null)
    ? [pick(language, '位移趋势数据尚不足', 'there is too little to tell whether anything moves')]
    : [pick(language, '未见可确认的位移', 'nothing moves measurably')]
}

function movesWords({ device, metric, unit, speed }: TrendMonth, language: Language): string {
  const { perMonth = 0, low = 0, high = 0 } = speed ?? {}
  const interval = pick(language, `${signed(low)} 至 ${signed(high)}`, `${signed(low)} to ${signed(high)}`)
  const name = `${device} ${metricWords(metric, language)}`
  return pick(
    language,
    `${name}每月 ${signed(perMonth)} ${unit}（${interval}）`,
    `${name} moves by ${signed(perMonth)} ${unit} a month (${interval})`,
  )
}

function unheard({ sensors }: WithoutSummary, language: Language): string[] {
  const share = heardShare(sensors)
  if (share === null || share >= HEARD_WELL) return []
  return [
    pick(
      language,
      `只有 ${percent(share)} 的小时有数据，其余不详`,
      `only ${percent(share)} of the hours have data, of the others nothing is known`,
    ),
  ]
}

/** Of all hours of all devices; null where nothing was to be heard or nobody knows. */
export function heardShare(sensors: ConservationReport['sensors']): number | null {
  const known = sensors.filter(({ hoursExpected }) => (hoursExpected ?? 0) > 0)
  const expected = known.reduce((sum, { hoursExpected }) => sum + (hoursExpected ?? 0), 0)
  return expected === 0 ? null : known.reduce((sum, { hoursHeard }) => sum + (hoursHeard ?? 0), 0) / expected
}

function toDo(report: WithoutSummary, language: Language): string[] {
  const { missing, sensors, limits, trends, alerts, warnings } = report
  const say = (isSo: boolean, zh: string, en: string) => (isSo ? [pick(language, zh, en)] : [])
  const weak = sensors
    .filter(({ hoursExpected, hoursHeard }) => isWeak(hoursExpected, hoursHeard))
    .map(({ device }) => device)
  const open = alerts.filter(({ state }) => state === 'active').length
  const due = warnings.filter(({ state }) => state === 'active').map((alert) => visitByOf(alert))
  const beyond = limits.some(({ hoursBeyond }) => (hoursBeyond ?? 0) > 0)
  const moves = trends.filter(isMoving).map(({ device }) => device)
  const unread = limits.some(({ source }) => source.kind === 'standard' && !source.verified)
  const by = due.find((at) => at !== null)?.slice(0, 10)
  const [byZh, byEn] = by === undefined ? ['', ''] : [`（${by} 前）`, ` (by ${by})`]
  return [
    ...say(missing.length > 0, '数据库恢复后重新生成本报告', 'make this report again when the database answers'),
    ...say(due.length > 0, `上门核查疑似未备案施工${byZh}`, `go and look, unfiled works are suspected${byEn}`),
    ...say(beyond, '查明超限原因', 'find out why limits were exceeded'),
    ...say(
      moves.length > 0,
      `请结构工程师查看 ${moves.slice(0, NAMED).join('、')}`,
      `have an engineer look at ${moves.slice(0, NAMED).join(', ')}`,
    ),
    ...say(
      open > 0,
      `处理仍持续的 ${open} 条告警`,
      `attend to ${open} ${open === 1 ? 'alert that stands' : 'alerts that stand'}`,
    ),
    ...say(
      weak.length > 0,
      `检修传感器 ${weak.slice(0, NAMED).join('、')}`,
      `look after ${weak.slice(0, NAMED).join(', ')}, which ${weak.length === 1 ? 'was' : 'were'} often silent`,
    ),
    ...say(sensors.length === 0, '决定是否加装传感器', 'decide whether sensors are to be installed'),
    ...say(
      unread,
      '对照标准原文核实未核实的限值',
      'have limits that are not verified compared with the text of their standard',
    ),
  ]
}

export function isWeak(expected: number | null, heard: number | null): boolean {
  return expected !== null && heard !== null && expected > 0 && heard / expected < HEARD_WELL
}

function named(words: string[], language: Language): string[] {
  const rest = words.length - NAMED
  return rest <= 0 ? words : [...words.slice(0, NAMED), pick(language, `另有 ${rest} 项`, `and ${rest} more`)]
}

function pick(language: Language, zh: string, en: string): string {
  return language === 'zh' ? zh : en
}

export function percent(share: number): string {
  return `${Math.round(share * 100)}%`
}

export function signed(value: number): string {
  return `${value > 0 ? '+' : ''}${formatNumber(value)}`.replace('-', '−')
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
