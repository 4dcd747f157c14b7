import type { Alert } from '../../core/alert.ts'
import type { AlertGroup, Quiet } from '../../core/quiet.ts'
import { severityLevel } from '../../core/severity.ts'
import { equalKey, labelOf } from './labels.ts'
import type { NoiseSettings } from './settings.ts'

/**
 * Alerts with equal labels, told as one. One alert speaks for its group; the others are quiet. When it ends, or is itself
 * quietened, the worst of the others speaks. All of it can be read off the alerts, so nothing is stored.
 */
export interface Grouping {
  /** Takes note of an alert as it stands now. Returns the keys of alerts to look at again, and when. */
  note(key: string, alert: Alert): readonly Visit[]
  /** What the group says to an alert that nobody was told of: wait, or speak for the group. */
  gateOf(key: string, alert: Alert, atMs: number): { quiet: Omit<Quiet, 'sinceMs'> } | { group: AlertGroup } | undefined
  /** For the alert that speaks: when it has something to tell again, and whether that is due. */
  visitMs(key: string, alert: Alert): number
  newsOf(key: string, alert: Alert, atMs: number): { group: AlertGroup; isRepeat: boolean } | undefined
}

export interface Visit {
  key: string
  atMs: number
}

interface Group {
  id: string
  /** When the first may speak. */
  flushMs: number
  /** Alert key → alert, of all members, the speaker included. */
  members: Map<string, Alert>
  speaker?: string
  /** The worst of the others, first raised first; undefined when it has to be found again. */
  next?: string
}

type Settings = NonNullable<NoiseSettings['grouping']>

/** Members that the speaker names. */
const MEMBERS_TOLD = 20

export function createGrouping(settings: NoiseSettings['grouping']): Grouping {
  const groups = new Map<string, Group>()
  const groupKeyOf = (alert: Alert) =>
    settings && !alert.lifeSafety && settings.by.length > 0 ? equalKey(alert, settings.by) : undefined

  function join(of: string, key: string, alert: Alert): Group {
    const { quiet, group } = alert
    const known = groups.get(of)
    const flushMs = quiet?.untilMs ?? quiet?.sinceMs ?? group?.atMs ?? 0
    const fresh = { id: group?.id ?? quiet?.by ?? '', flushMs, members: new Map<string, Alert>() }
    const joined = known ?? fresh
    joined.flushMs = Math.min(joined.flushMs, flushMs)
    joined.members.set(key, alert)
    if (!known) groups.set(of, joined)
    return joined
  }

  function leave(of: string, group: Group, key: string): void {
    group.members.delete(key)
    if (group.speaker === key) delete group.speaker
    if (group.next === key) delete group.next
    if (group.members.size === 0) groups.delete(of)
  }

  return {
    note(key, alert) {
      const of = groupKeyOf(alert)
      if (!settings || of === undefined) return []
      const isSpeaker = isSpeaking(alert)
      const known = groups.get(of)
      if (!isSpeaker && !isWaiting(alert)) {
        if (!known?.members.has(key)) return []
        leave(of, known, key)
        return visits(known, settings)
      }
      const group = join(of, key, alert)
      if (isSpeaker) group.speaker = key
      else if (group.speaker === key) delete group.speaker
      if (isSpeaker || group.next === key) delete group.next
      else if (group.next !== undefined) group.next = worseOf(group, group.next, key)
      return visits(group, settings)
    },
    gateOf(key, alert, atMs) {
      const of = groupKeyOf(alert)
      if (!settings || of === undefined) return undefined
      const group = groups.get(of)
      const id = group?.id ?? `g-${alert.id}`
      const isFirst = !group || (group.members.size === 1 && group.members.has(key))
      if (group?.speaker !== undefined && group.speaker !== key) return { quiet: { gate: 'group', by: id } }
      const flushMs = group?.flushMs ?? atMs + settings.waitMs
      if (atMs < flushMs) return { quiet: { gate: 'group', by: id, untilMs: flushMs } }
      if (!isFirst && group && nextOf(group) !== key) return { quiet: { gate: 'group', by: id } }
      return { group: toAlertGroup(id, group, key, alert, atMs, settings) }
    },
    visitMs(key, alert) {
      const group = groups.get(groupKeyOf(alert) ?? '')
      if (!settings || !group) return Number.POSITIVE_INFINITY
      if (group.speaker !== undefined) return group.speaker === key ? newsMs(group, alert, settings) : Infinity
      return nextOf(group) === key ? group.flushMs : Number.POSITIVE_INFINITY
    },
    newsOf(key, alert, atMs) {
      const of = groupKeyOf(alert)
      const group = groups.get(of ?? '')
      if (!settings || !group || group.speaker !== key || newsMs(group, alert, settings) > atMs) return undefined
      const isRepeat = atMs >= repeatMs(alert, settings)
      return { group: toAlertGroup(group.id, group, key, alert, atMs, settings), isRepeat }
    },
  }
}

function isSpeaking(alert: Alert): boolean {
  return alert.state === 'active' && alert.group !== undefined && alert.quiet === undefined
}

function isWaiting(alert: Alert): boolean {
  return alert.state === 'active' && alert.quiet?.gate === 'group'
}

/** Whoever has something to tell, and when. */
function visits(group: Group, settings: Settings): Visit[] {
  const { speaker, members, flushMs } = group
  if (speaker !== undefined) return [{ key: speaker, atMs: newsMs(group, members.get(speaker) as Alert, settings) }]
  const next = nextOf(group)
  return next === undefined ? [] : [{ key: next, atMs: flushMs }]
}

function newsMs(group: Group, speaker: Alert, settings: Settings): number {
  const told = speaker.group
  if (!told) return Number.POSITIVE_INFINITY
  const updateMs = group.members.size === told.size ? Number.POSITIVE_INFINITY : told.atMs + settings.intervalMs
  return Math.min(updateMs, repeatMs(speaker, settings))
}

function repeatMs({ acknowledged, group }: Alert, settings: Settings): number {
  return acknowledged || !group ? Number.POSITIVE_INFINITY : group.atMs + settings.repeatMs
}

function nextOf(group: Group): string | undefined {
  if (group.next !== undefined && group.members.has(group.next)) return group.next
  let best: [string, Alert] | undefined
  for (const member of group.members) if (!best || isBefore(member, best)) best = member
  if (best) group.next = best[0]
  return best?.[0]
}

function worseOf({ members }: Group, a: string, b: string): string {
  return isBefore([b, members.get(b) as Alert], [a, members.get(a) as Alert]) ? b : a
}

function isBefore([keyA, a]: [string, Alert], [keyB, b]: [string, Alert]): boolean {
  const by = severityLevel(a.severity) - severityLevel(b.severity) || a.raisedAtMs - b.raisedAtMs
  return by !== 0 ? by < 0 : keyA < keyB
}

function toAlertGroup(
  id: string,
  group: Group | undefined,
  key: string,
  alert: Alert,
  atMs: number,
  { by }: Settings,
): AlertGroup {
  const others = [...(group?.members ?? [])]
    .filter(([other]) => other !== key)
    .sort((a, b) => (isBefore(a, b) ? -1 : 1))
    .map(([, other]) => other.id)
  return {
    id,
    key: Object.fromEntries(by.map((name) => [name, labelOf(alert, name) as string])),
    size: others.length + 1,
    members: [alert.id, ...others.slice(0, MEMBERS_TOLD - 1)],
    atMs,
  }
}
