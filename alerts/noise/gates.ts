import type { Alert } from '../../core/alert.ts'
import type { AlertGroup, OutOfService, Quiet, Shelf, Silence } from '../../core/quiet.ts'
import { createGrouping, type Grouping } from './grouping.ts'
import { createInhibitions, type Inhibitions } from './inhibitions.ts'
import { createOutOfService, type OutOfServiceDevices } from './out-of-service.ts'
import { createRecurrence, type Recurrence, type RecurrenceSnapshot } from './recurrence.ts'
import type { NoiseSettings } from './settings.ts'
import { createSilences, type Silences } from './silences.ts'

/** All gates with what they know. */
export interface Gates {
  settings: NoiseSettings
  devices: OutOfServiceDevices
  /** Alert key → shelf: it outlives the alert that was shelved. */
  shelves: Map<string, Shelf>
  silences: Silences
  inhibitions: Inhibitions
  recurrence: Recurrence
  grouping: Grouping
}

/** What a restart remembers of them. */
export interface NoiseSnapshot {
  clockMs: number
  silences: Silence[]
  outOfService: OutOfService[]
  shelves: [key: string, shelf: Shelf][]
  recurrence: RecurrenceSnapshot
}

export function createGates(settings: NoiseSettings, known: NoiseSnapshot | undefined): Gates {
  return {
    settings,
    devices: createOutOfService(known?.outOfService),
    shelves: new Map(known?.shelves),
    silences: createSilences(known?.silences),
    inhibitions: createInhibitions(settings.inhibitions),
    recurrence: createRecurrence(settings.recurrence, known?.recurrence),
    grouping: createGrouping(settings.grouping),
  }
}

/** What the gates say of an alert: quiet, and by whom; or aloud, perhaps for a whole group. */
export interface Verdict {
  quiet?: Quiet
  group?: AlertGroup
}

/**
 * Asks the gates in their order. `announcing`: nobody was told of it yet, so that gates which only limit how often people
 * are told are asked too; a rise in severity passes those.
 */
export function judgeQuiet(gates: Gates, key: string, alert: Alert, atMs: number, announcing: boolean): Verdict {
  const word = firstWord(gates, key, alert, atMs)
  if (word) return { quiet: sinceWhen(word, alert.quiet, atMs) }
  if (!announcing || alert.lifeSafety) return {}
  const limited = gates.recurrence.gateOf(alert, atMs)
  if (limited) return { quiet: sinceWhen(limited, alert.quiet, atMs) }
  const grouped = gates.grouping.gateOf(key, alert, atMs)
  if (!grouped) return {}
  return 'group' in grouped ? grouped : { quiet: sinceWhen(grouped.quiet, alert.quiet, atMs) }
}

/** People's words, and the inhibition; of them only what a person said of this one alert or device touches life safety. */
function firstWord(gates: Gates, key: string, alert: Alert, atMs: number): Omit<Quiet, 'sinceMs'> | undefined {
  const out = gates.devices.gateOf(alert, atMs)
  if (out) return out
  const { shelf } = alert
  if (shelf && atMs < shelf.untilMs) return { gate: 'shelf', by: shelf.by, untilMs: shelf.untilMs }
  if (alert.falseAlarm) return { gate: 'false_alarm', by: alert.falseAlarm.by }
  if (alert.lifeSafety) return undefined
  return gates.silences.gateOf(alert, atMs) ?? gates.inhibitions.gateOf(key, alert)
}

function sinceWhen(word: Omit<Quiet, 'sinceMs'>, before: Quiet | undefined, atMs: number): Quiet {
  const isSame = before !== undefined && before.gate === word.gate && before.by === word.by
  // A group's members keep the moment at which it may first speak.
  const untilMs = isSame && word.gate === 'group' ? before.untilMs : word.untilMs
  return { ...word, sinceMs: isSame ? before.sinceMs : atMs, ...(untilMs !== undefined && { untilMs }) }
}

/** Whether the alert is quiet for another reason than before, or for another time. */
export function isOtherQuiet(a: Quiet, b: Quiet): boolean {
  return a.gate !== b.gate || a.by !== b.by || a.cause !== b.cause || a.untilMs !== b.untilMs
}
