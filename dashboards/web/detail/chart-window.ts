import type { AlertView } from '../../../core/alert-view.ts'

const BEFORE_MS = 15 * 60_000
const AFTER_MS = 5 * 60_000
const LONGEST_MS = 2 * 3_600_000

/** Which readings explain an alert: what came before it, and up to now or a little after it cleared. */
export function chartWindow(alert: Pick<AlertView, 'raisedAt' | 'clearedAt' | 'state'>, nowMs: number) {
  const raisedMs = Date.parse(alert.raisedAt)
  const endedMs = alert.state === 'cleared' && alert.clearedAt !== undefined ? Date.parse(alert.clearedAt) : nowMs
  const toMs = Math.max(raisedMs, Math.min(nowMs, endedMs + AFTER_MS)) + 1
  return { fromMs: Math.max(raisedMs - BEFORE_MS, toMs - LONGEST_MS), toMs }
}
