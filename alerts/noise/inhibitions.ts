import type { Alert } from '../../core/alert.ts'
import type { Quiet } from '../../core/quiet.ts'
import { type AlertMatch, equalKey, toAlertMatch } from './labels.ts'
import type { Inhibition } from './settings.ts'

/**
 * Which active alerts are symptoms of which. Sources and targets are found by their equal labels, so a change costs by
 * the alerts that share them, never by how many are open.
 */
export interface Inhibitions {
  /** Takes note of an alert as it stands now. Returns the keys of targets whose sources have changed. */
  note(key: string, alert: Alert): readonly string[]
  /** The cause that is known already stays, as long as it is one. */
  gateOf(key: string, alert: Alert): Omit<Quiet, 'sinceMs'> | undefined
}

interface Index {
  id: string
  equal: readonly string[]
  isSource: AlertMatch
  isTarget: AlertMatch
  /** Equal labels → alert key → alert id. */
  sources: Map<string, Map<string, string>>
  /** Equal labels → alert keys. */
  targets: Map<string, Set<string>>
}

const NONE: readonly string[] = []

export function createInhibitions(rules: Inhibition[] = []): Inhibitions {
  const indexes: Index[] = rules.map(({ id, equal, source, target }) => ({
    ...{ id, equal, isSource: toAlertMatch(source), isTarget: toAlertMatch(target) },
    ...{ sources: new Map(), targets: new Map() },
  }))

  return {
    note(key, alert) {
      let changed: string[] | undefined
      for (const index of indexes) {
        const equal = equalKey(alert, index.equal)
        if (equal === undefined) continue
        noteTarget(index.targets, equal, key, alert.state === 'active' && index.isTarget(alert))
        if (!noteSource(index.sources, equal, key, isHeard(alert) && index.isSource(alert) ? alert.id : undefined))
          continue
        changed ??= []
        for (const target of index.targets.get(equal) ?? NONE) if (target !== key) changed.push(target)
      }
      return changed ?? NONE
    },
    gateOf(key, alert) {
      for (const index of indexes) {
        if (index.sources.size === 0) continue
        const equal = equalKey(alert, index.equal)
        const sources = equal === undefined ? undefined : index.sources.get(equal)
        if (!sources || !index.isTarget(alert)) continue
        const cause = causeOf(sources, key, alert.quiet)
        if (cause !== undefined) return { gate: 'inhibition', by: index.id, cause }
      }
      return undefined
    },
  }
}

/**
 * What is itself a symptom quietens nothing: two alerts that inhibit each other must not both fall silent. Nor does what
 * a person found to be false.
 */
function isHeard(alert: Alert): boolean {
  return alert.state === 'active' && !alert.falseAlarm && alert.quiet?.gate !== 'inhibition'
}

/** True when the alert has become a source or ceased to be one. */
function noteSource(sources: Index['sources'], equal: string, key: string, id: string | undefined): boolean {
  const known = sources.get(equal)
  if (known?.get(key) === id) return false
  if (id !== undefined) {
    if (known) known.set(key, id)
    else sources.set(equal, new Map([[key, id]]))
    return true
  }
  known?.delete(key)
  if (known?.size === 0) sources.delete(equal)
  return true
}

function noteTarget(targets: Index['targets'], equal: string, key: string, isTarget: boolean): void {
  const known = targets.get(equal)
  if (isTarget) {
    if (known) known.add(key)
    else targets.set(equal, new Set([key]))
    return
  }
  if (known?.delete(key) && known.size === 0) targets.delete(equal)
}

/** The cause it has, else the source with the smallest id: the same after a restart, in whatever order they came. */
function causeOf(sources: Map<string, string>, key: string, quiet: Quiet | undefined): string | undefined {
  let smallest: string | undefined
  for (const [source, id] of sources) {
    if (source === key) continue
    if (id === quiet?.cause) return id
    if (smallest === undefined || id < smallest) smallest = id
  }
  return smallest
}
