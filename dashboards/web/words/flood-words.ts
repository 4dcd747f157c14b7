import { CATEGORIES } from '../../../core/category.ts'
import type { FloodGroupView } from '../../contract.ts'
import { formatNumber } from './numbers.ts'
import type { Language, Translate } from './words.ts'

/** `东园路45号 · 火情 7`: what the alerts of a group have in common, and how many they are. */
export function floodGroupWords({ cause, category, count }: FloodGroupView, t: Translate, language: Language): string {
  const where = cause.kind === 'unknown' ? t('flood.elsewhere') : cause.name
  const name = cause.kind === 'gateway' ? t('flood.gateway', { name: where }) : where
  const what = CATEGORIES[category as keyof typeof CATEGORIES]?.[language] ?? category
  return `${name} · ${what} ${formatNumber(count)}`
}
