import { CATEGORIES } from '../../../core/category.ts'
import type { FloodGroupView } from '../../contract.ts'
import { formatNumber } from './numbers.ts'
import type { Language, Translate } from './words.ts'

/** `东园路45号 · 火情 7`: what the alerts of a group have in common, and how many they are. */
export function floodGroupWords({ cause, category, count }: FloodGroupView, t: Translate, language: Language): string {
  const what = CATEGORIES[category as keyof typeof CATEGORIES]?.[language] ?? category
  return `${causeWords(cause, t)} · ${what} ${formatNumber(count)}`
}

/** The place or gateway that alerts have in common. */
export function causeWords({ kind, name }: FloodGroupView['cause'], t: Translate): string {
  if (kind === 'unknown') return t('flood.elsewhere')
  return kind === 'gateway' ? t('flood.gateway', { name }) : name
}
