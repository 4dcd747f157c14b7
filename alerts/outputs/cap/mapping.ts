import type { Alert } from '../../../core/alert.ts'
import type { Category } from '../../../core/category.ts'
import type { Severity } from '../../../core/severity.ts'

/** Words of CAP 1.2, 3.2.2, for ours. Local choices, written down in docs/FORMATS.md. */
export const CAP_SEVERITY: Record<Severity, 'Extreme' | 'Severe' | 'Moderate' | 'Minor'> = {
  critical: 'Extreme',
  major: 'Severe',
  minor: 'Moderate',
  warning: 'Minor',
}
/** While it is active; what is over is `Past`. */
export const CAP_URGENCY: Record<Severity, 'Immediate' | 'Expected' | 'Future'> = {
  critical: 'Immediate',
  major: 'Immediate',
  minor: 'Expected',
  warning: 'Future',
}
export const CAP_CATEGORY: Record<Category, string> = {
  fire: 'Fire',
  gas: 'Safety',
  water: 'Safety',
  structure: 'Infra',
  climate: 'Env',
  river: 'Env',
  sanitation: 'Env',
  works: 'Safety',
  safety: 'Safety',
  device: 'Infra',
  other: 'Other',
}

/** What a model saw and nobody has confirmed is likely; what a sensor measured or a person confirmed is observed. */
export function capCertainty({ frameId, finding, subject }: Alert): 'Observed' | 'Likely' {
  const isSeen = frameId !== undefined || finding !== undefined || subject.label !== undefined
  return isSeen && finding?.review !== 'confirmed' ? 'Likely' : 'Observed'
}
