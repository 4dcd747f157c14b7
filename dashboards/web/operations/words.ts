import { DEVICE_TYPES } from '../../../core/metrics.ts'
import { type Language, pageWords, type Translate } from '../words/i18n.ts'
import { formatNumber } from '../words/numbers.ts'
import { en } from './en.ts'
import { type OperationsWord, zh } from './zh.ts'

export const useOperationsWords = pageWords(zh, en)
export type OperationsTranslate = Translate<OperationsWord>

const has = (key: string): key is OperationsWord => Object.hasOwn(zh, key)

/** The word for a value of data, or the value itself where there is none. */
export function wordOf(group: string, value: string, t: OperationsTranslate): string {
  const key = `operations.${group}.${value}`
  return has(key) ? t(key) : value
}

/** What kind of device it is; a type that nobody named keeps its own name. */
export function typeWords(type: string, language: Language): string {
  return DEVICE_TYPES[type]?.[language] ?? type
}

/** How long ago, or how long: `12 s`, `5 min`, `3 h`, `4 d`. */
export function spanWords(ms: number, t: OperationsTranslate): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 120) return t('operations.span.s', { count: seconds })
  if (seconds < 7_200) return t('operations.span.min', { count: Math.round(seconds / 60) })
  if (seconds < 172_800) return t('operations.span.h', { count: Math.round(seconds / 3_600) })
  return t('operations.span.d', { count: Math.round(seconds / 86_400) })
}

/** `24 h`; days from two on. */
export function hoursWords(hours: number, t: OperationsTranslate): string {
  return hours < 48 ? t('operations.span.h', { count: hours }) : t('operations.span.d', { count: hours / 24 })
}

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB']

/** `412 B`, `8.4 GB`. */
export function bytesWords(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log(bytes) / Math.log(1024)))
  return `${formatNumber(Number((bytes / 1024 ** step).toPrecision(3)))} ${UNITS[step]}`
}
