import type { AlertEvent } from '../core/ledger-entry.ts'

/** True when people are told of an alert for the first time, or again after its end: what alarm loads are counted in. */
export function isNew({ type, push }: AlertEvent): boolean {
  return type === 'alert.raised' && push !== false
}
