import type { Alert } from '../../core/alert.ts'
import type { AlertEvent, AlertEventType } from '../../core/ledger-entry.ts'
import type { Step } from '../alert-life.ts'
import { endHold, stableAtMs } from './flap.ts'
import { type Gates, isOtherQuiet, judgeQuiet } from './gates.ts'
import { repeatAtMs } from './repeat.ts'
import { announced, settle, withGroup, withoutQuiet, withQuiet } from './settle.ts'

/**
 * What time alone, or another alert, decides about an alert now: at most one event, or null. Visited again until it has
 * nothing more to say.
 */
export function review(gates: Gates, key: string, alert: Alert, loudMs: number | undefined, atMs: number): Step | null {
  if (alert.state !== 'active') return null
  if (stableAtMs(alert, gates.settings.flap) <= atMs) return settle(gates, key, alert, endHold(alert, atMs))
  return reviewGates(gates, key, alert, atMs) ?? reviewRepeats(gates, key, alert, loudMs, atMs)
}

function reviewGates(gates: Gates, key: string, alert: Alert, atMs: number): Step | null {
  const { quiet: before } = alert
  const { quiet, group } = judgeQuiet(gates, key, alert, atMs, before?.untold === true)
  if (quiet) {
    if (before && !isOtherQuiet(before, quiet)) return null
    return step('alert.quieted', withQuiet(withoutPastShelf(alert, atMs), quiet), atMs, false)
  }
  if (!before) return null
  const free = withoutPastShelf(alert, atMs)
  if (before.untold) return step('alert.raised', announced(withGroup(free, group)), atMs)
  return step('alert.unquieted', withoutQuiet(free), atMs, false)
}

function reviewRepeats(gates: Gates, key: string, alert: Alert, loudMs: number | undefined, atMs: number): Step | null {
  if (alert.quiet) return null
  const news = gates.grouping.newsOf(key, alert, atMs)
  if (news) return step(news.isRepeat ? 'alert.repeated' : 'alert.updated', { ...alert, group: news.group }, atMs)
  return repeatAtMs(alert, loudMs, gates.settings.repeat) <= atMs ? step('alert.repeated', alert, atMs) : null
}

function withoutPastShelf(alert: Alert, atMs: number): Alert {
  if (!alert.shelf || atMs < alert.shelf.untilMs) return alert
  const { shelf: _, ...rest } = alert
  return rest
}

function step(type: AlertEventType, from: Alert, atMs: number, push: boolean = true): Step {
  const alert: Alert = { ...from, version: from.version + 1 }
  const event: AlertEvent = { type, atMs, alert, ...(!push && { push: false }) }
  return { alert, event }
}
