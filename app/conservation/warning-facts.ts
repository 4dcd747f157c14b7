import type { AlertView } from '../../core/alert-view.ts'

/** Until when somebody must have looked, ISO 8601; null where nobody must. */
export function visitByOf({ suspicion }: AlertView): string | null {
  return suspicion?.visitBy ?? null
}
