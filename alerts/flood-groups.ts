import type { AlertSource, FloodAlert, FloodGroup } from '../core/flood.ts'
import { isWorse } from '../core/severity.ts'
import { subjectKey } from '../core/signal.ts'

/** The alerts of a flood by cause and category, largest group first; those that stand apart are in none. */
export function toGroups(order: readonly FloodAlert[]): FloodGroup[] {
  const groups = new Map<string, FloodGroup>()
  for (const one of order) {
    if (one.isApart) continue
    const { cause, category } = one
    const key = JSON.stringify([cause.kind, cause.name, category])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, toGroup(one))
    else addTo(group, one)
  }
  return [...groups.values()].sort((a, b) => b.count - a.count || a.firstOrdinal - b.firstOrdinal)
}

function toGroup({ cause, category, severity, isOpen, ordinal, alertId, newestAtMs }: FloodAlert): FloodGroup {
  const newest = { alertId, atMs: newestAtMs }
  return { cause, category, worst: severity, count: 1, open: isOpen ? 1 : 0, firstOrdinal: ordinal, newest }
}

function addTo(group: FloodGroup, { severity, isOpen, alertId, newestAtMs }: FloodAlert): void {
  group.count++
  if (isOpen) group.open++
  if (isWorse(severity, group.worst)) group.worst = severity
  if (newestAtMs >= group.newest.atMs) group.newest = { alertId, atMs: newestAtMs }
}

/** What was raised by rule and subject, most first. `raised` is all of it, also what is not kept one by one. */
export function toSources(order: readonly FloodAlert[], raised: number): AlertSource[] {
  const sources = new Map<string, AlertSource>()
  for (const one of order) {
    const { rule, ruleTitle, subject, deviceName, place } = one
    const key = `${rule}|${subjectKey(subject)}`
    const source = sources.get(key) ?? {
      rule,
      ruleTitle,
      subject,
      ...(deviceName !== undefined && { deviceName }),
      ...(place !== undefined && { place }),
      count: 0,
      share: 0,
    }
    source.count += one.raised
    source.share = source.count / Math.max(1, raised)
    sources.set(key, source)
  }
  return [...sources.values()].sort((a, b) => b.count - a.count)
}
