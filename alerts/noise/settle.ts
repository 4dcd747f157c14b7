import type { Alert } from '../../core/alert.ts'
import type { AlertEvent } from '../../core/ledger-entry.ts'
import type { AlertGroup, Quiet, Shelf } from '../../core/quiet.ts'
import { isWorse } from '../../core/severity.ts'
import type { Step } from '../alert-life.ts'
import { type Gates, judgeQuiet } from './gates.ts'

/**
 * Asks the gates about a step of an alert's life: marks the alert, and its event as pushed or not. `before` is the alert
 * before the step, of the same rule and subject.
 */
export function settle(gates: Gates, key: string, before: Alert | undefined, { alert, event }: Step): Step {
  if (!event) return { alert, event }
  switch (event.type) {
    case 'alert.raised':
      return settleRaise(gates, key, before, alert, event)
    case 'alert.updated':
      return before !== undefined && before.severity !== alert.severity
        ? settleSeverity(gates, key, before, alert, event)
        : toStep(event, alert, !alert.quiet)
    case 'alert.cleared':
      return settleClear(alert, event)
    case 'alert.shelved':
    case 'alert.unshelved':
    case 'alert.false_alarm':
    case 'alert.reopened':
      return settleWord(gates, key, alert, event)
    case 'alert.recorded':
      return toStep(event, alert, false)
    default:
      return toStep(event, alert, isKnown(alert))
  }
}

/** Whether subscribers know of this alert as it is: they were told, and were told that it is active if it is. */
export function isKnown(alert: Alert): boolean {
  if (alert.historical || alert.announced === false) return false
  return alert.state === 'cleared' || !alert.quiet?.untold
}

function settleRaise(gates: Gates, key: string, before: Alert | undefined, alert: Alert, event: AlertEvent): Step {
  const fresh = begunAnew(alert, gates.shelves.get(key), event.atMs)
  const { quiet, group } = judgeQuiet(gates, key, fresh, event.atMs, true)
  if (!quiet) return toStep(event, withGroup(fresh, group), true)
  const isNew = before?.id !== alert.id
  return toStep(event, { ...fresh, ...(isNew && { announced: false }), quiet: { ...quiet, untold: true } }, false)
}

/** Without what the gates said of its life before, under the shelf that lasts, if there is one. */
function begunAnew(alert: Alert, shelf: Shelf | undefined, atMs: number): Alert {
  if (!shelf && !alert.shelf && !alert.quiet && !alert.group) return alert
  const { quiet: _, group: __, shelf: ___, ...bare } = alert
  return shelf && atMs < shelf.untilMs ? { ...bare, shelf } : bare
}

/** The one update that matters: a rise passes the gates that only limit how often people are told. */
function settleSeverity(gates: Gates, key: string, before: Alert, alert: Alert, event: AlertEvent): Step {
  const untold = alert.quiet?.untold === true
  const isRise = isWorse(alert.severity, before.severity)
  const { quiet, group } = judgeQuiet(gates, key, alert, event.atMs, untold && !isRise)
  if (quiet) return toStep(event, withQuiet(alert, quiet), !untold)
  if (!untold) return toStep(event, withoutQuiet(alert), true)
  return toStep({ ...event, type: 'alert.raised' }, announced(withGroup(alert, group)), true)
}

/** Why it was quiet stays on the alert as a record; a shelf until the end of the condition ends with it. */
function settleClear(alert: Alert, event: AlertEvent): Step {
  const isTold = !alert.quiet?.untold
  if (!alert.flapping && !alert.shelf?.once) return toStep(event, alert, isTold)
  const { shelf, flapping: _, ...rest } = alert
  return toStep(event, shelf && !shelf.once ? { ...rest, shelf } : rest, isTold)
}

/** A person's word on what is pushed of it. An alert that is to be announced now stays as it is here: its next visit, at once, does that. */
function settleWord(gates: Gates, key: string, alert: Alert, event: AlertEvent): Step {
  const isPushed = isKnown(alert)
  if (alert.state !== 'active') return toStep(event, alert, isPushed)
  const { quiet } = judgeQuiet(gates, key, alert, event.atMs, alert.quiet?.untold === true)
  if (quiet) return toStep(event, withQuiet(alert, quiet), isPushed)
  return toStep(event, isPushed ? withoutQuiet(alert) : alert, isPushed)
}

/** What speaks for a group must be heard: a quiet alert speaks for nobody. */
export function withQuiet({ group: _, ...alert }: Alert, quiet: Quiet): Alert {
  return { ...alert, quiet: { ...quiet, ...(alert.quiet?.untold && { untold: true }) } }
}

export function withoutQuiet({ quiet: _, ...alert }: Alert): Alert {
  return alert
}

/** The alert once it was told aloud. */
export function announced({ announced: _, ...alert }: Alert): Alert {
  return withoutQuiet(alert)
}

export function withGroup(alert: Alert, group: AlertGroup | undefined): Alert {
  return group ? { ...alert, group } : alert
}

function toStep(event: AlertEvent, alert: Alert, isPushed: boolean): Step {
  if (isPushed && event.alert === alert) return { alert, event }
  return { alert, event: { ...event, alert, ...(!isPushed && { push: false }) } }
}
