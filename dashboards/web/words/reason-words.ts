import { METRICS } from '../../../core/metrics.ts'
import type { Reason } from '../../../core/signal.ts'
import { formatNumber, formatQuantity } from './numbers.ts'
import { hasWord, type Language, type Translate } from './words.ts'

/** The name of a metric for people; one that nobody named keeps the name it has in messages. */
export function metricWords(metric: string | undefined, language: Language): string {
  if (metric === undefined) return ''
  return METRICS[metric]?.[language] ?? metric
}

/** The name of a detected thing. */
export function labelWords(label: string, t: Translate): string {
  const key = `label.${label}`
  return hasWord(key) ? t(key) : label
}

/** 45 → `45 s`, 600 → `10 min`, 7200 → `2 h`. */
export function durationWords(seconds: number, t: Translate): string {
  if (seconds < 120) return t('duration.seconds', { count: formatNumber(seconds) })
  if (seconds < 7200) return t('duration.minutes', { count: formatNumber(Math.round(seconds / 6) / 10) })
  return t('duration.hours', { count: formatNumber(Math.round(seconds / 360) / 10) })
}

/** Why a rule holds, as a sentence with numbers and units, and the clause that the limit comes from. */
export function reasonWords(reason: Reason, t: Translate, language: Language): string {
  const { clause, verified } = reason
  const sentence = heldSentenceOf(reason, t, language)
  if (clause === undefined) return sentence
  return t(verified === false ? 'reason.byUnverified' : 'reason.by', { sentence, clause })
}

function heldSentenceOf(reason: Reason, t: Translate, language: Language): string {
  const { code, durationS } = reason
  const sentence = sentenceOf(reason, t, language)
  const saysDuration = ['silent', 'gateway_silent', 'unknown', 'gone', 'heard', 'stuck', 'lapsed'].includes(code)
  if (durationS === undefined || saysDuration) return sentence
  return t('reason.held', { sentence, duration: durationWords(durationS, t) })
}

/** Two codes have other words when there is a limit. */
function keyOf(code: string, hasLimit: boolean): string {
  if (code === 'normal' && !hasLimit) return 'reason.back'
  return code === 'recorded' && hasLimit ? 'reason.recordedOften' : `reason.${code}`
}

function sentenceOf(reason: Reason, t: Translate, language: Language) {
  const { code, metric, value, limit, durationS, params } = reason
  const key = keyOf(code, limit !== undefined)
  if (!hasWord(key)) return t('reason.other', { code })
  const unit = reason.unit ?? (OF_THE_VALUE.has(key) ? METRICS[metric ?? '']?.unit : undefined)
  const quantity = (number: number | string | undefined) => formatQuantity(number, unit)
  const label = typeof params?.label === 'string' ? labelWords(params.label, t) : ''
  return t(key, {
    metric: madeWords(reason, t, language),
    value: quantity(value),
    limit: quantity(limit),
    low: quantity(params?.low),
    high: quantity(params?.high),
    expected: quantity(params?.expected),
    before: quantity(params?.before),
    recent: quantity(params?.recent),
    index: plain(params?.index),
    above: plain(params?.above),
    days: plain(params?.days),
    occupied: plain(params?.occupiedNights),
    vacant: plain(params?.vacantNights),
    needed: plain(params?.needed),
    duration: durationWords(durationS ?? 0, t),
    lasted: durationWords(Number(params?.lastedS ?? 0), t),
    window: durationWords(Number(params?.windowS ?? 0), t),
    offset: durationWords(Math.abs(value ?? 0), t),
    label,
    found: foundWords(reason, t),
    members: params?.members ?? '–',
    list: params?.[language] ?? '–',
    type: params?.type ?? '–',
    record: params?.recordId ?? '–',
    filing: params?.filing ?? '–',
    score: value === undefined ? '–' : `${Math.round(value * 100)}%`,
  })
}

function plain(number: number | string | undefined): string {
  return formatQuantity(number, undefined)
}

/** Of a finding: how large it is, how much it has grown, where along the river, on how many flights. */
function foundWords({ value, unit, params }: Reason, t: Translate): string {
  const { growth, river, chainage, flights } = params ?? {}
  const facts = [
    ...(value === undefined ? [] : [formatQuantity(Math.round(value * 10) / 10, unit)]),
    ...(growth === undefined ? [] : [t('found.growth', { times: formatNumber(Math.round(Number(growth) * 10) / 10) })]),
    ...(chainage === undefined ? [] : [`${river} ${chainage}`]),
    t('found.flights', { count: Number(flights ?? 1) }),
  ]
  return facts.join(' · ')
}

/** Words whose value is the metric's own, so that a rule over many metrics need not say its unit. */
const OF_THE_VALUE: ReadonlySet<string> = new Set(['reason.back', 'reason.stuck', 'reason.impossible'])

/** The name of the metric or of what was made of it: a mean over ten minutes, a difference to another. */
function madeWords({ metric, params = {} }: Reason, t: Translate, language: Language): string {
  const name = metricWords(metric, language)
  const { aggregate, window, windowS, q, toMetric, toDevice, toAround } = params
  const aggregateKey = `aggregate.${aggregate}`
  if (hasWord(aggregateKey)) {
    const made = { metric: name, aggregate: t(aggregateKey, { share: `${formatNumber(Number(q) * 100)}%` }) }
    if (window === 'session') return t('made.session', made)
    return t('made.window', { ...made, window: durationWords(Number(windowS), t) })
  }
  if (toMetric === undefined && toDevice === undefined && toAround === undefined) return name
  const other = metricWords(toMetric === undefined ? metric : String(toMetric), language)
  const reference = toAround === undefined ? other : t('made.median', { metric: other })
  return t('made.difference', { metric: name, reference: toDevice === undefined ? reference : `${toDevice} ${other}` })
}
