import type { Alert } from '../../../core/alert.ts'
import type { Memo } from '../../../core/output.ts'
import { isWorse, type Severity, severityLevel } from '../../../core/severity.ts'
import { isOver } from '../cap/thread.ts'

/** An active alert as sirens and signs have to know it. */
export interface StateMemo extends Memo {
  topic: string
  severity: Severity
  category: string
  title: { zh: string; en: string }
  place?: string
  raisedAtMs: number
}

/** What a siren or sign is told: `on` with the worst alert there is, `off` when there is none. `test`: answer, and do nothing. */
export interface SignState {
  state: 'on' | 'off' | 'test'
  /** 1 (critical) to 4. */
  level?: 1 | 2 | 3 | 4
  severity?: Severity
  category?: string
  title?: { zh: string; en: string }
  place?: string
  since?: string
  /** How many alerts are active here. */
  alerts: number
  /** Event that brought this about, and when. */
  id: string
  at: string
}

/** What is remembered of an alert; null when it is over. */
export function stateMemo(alert: Alert, topic: string): StateMemo | null {
  if (isOver(alert)) return null
  const { severity, category, ruleTitle: title, place, raisedAtMs } = alert
  return { topic, severity, category, title, raisedAtMs, ...(place !== undefined && { place }) }
}

/** What a topic says while these alerts are active there. */
export function signState(active: readonly StateMemo[], caused: { id: string; at: string }): SignState {
  const [worst] = [...active].sort(worstFirst)
  if (!worst) return { state: 'off', alerts: 0, ...caused }
  const { severity, category, title, place, raisedAtMs } = worst
  return {
    ...{ state: 'on', level: severityLevel(severity), severity, category, title },
    ...(place !== undefined && { place }),
    ...{ since: new Date(raisedAtMs).toISOString(), alerts: active.length, ...caused },
  }
}

/** Of equals the oldest, so that a sign does not change its text with every further alert. */
function worstFirst(a: StateMemo, b: StateMemo): number {
  if (a.severity !== b.severity) return isWorse(a.severity, b.severity) ? -1 : 1
  return a.raisedAtMs - b.raisedAtMs
}
