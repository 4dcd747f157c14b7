import { isOwnMetric } from './own-metrics.ts'
import type { DeviceEntry } from './slots.ts'

/** How much one rule has to judge by. */
export interface RuleHearing {
  rule: string
  /** Devices that it judges, or awaits readings of. */
  devices: number
  /** Clock of the last reading of any of them; null when none was heard. */
  heardMs: number | null
}

/** Which devices each rule is about, and when it last had something to judge. Rules about no device are not among them. */
export function ruleHearings(entries: Iterable<DeviceEntry>): RuleHearing[] {
  const hearings = new Map<string, RuleHearing>()
  for (const entry of entries) for (const [rule, heardMs] of heardBy(entry)) count(hearings, rule, heardMs)
  return [...hearings.values()]
}

/** The rules about one device, each once. */
function heardBy(entry: DeviceEntry): Map<string, number | null> {
  const heard = new Map<string, number | null>()
  const note = (rule: string, ms: number | null) => heard.set(rule, latest(heard.get(rule) ?? null, ms))
  for (const { rule } of [...entry.silences, ...entry.sights.map((rule) => ({ rule }))]) note(rule.id, entry.heardMs)
  for (const track of entry.tracks.values()) {
    const heardMs = isOwnMetric(track.metric) ? entry.heardMs : track.heardMs
    for (const { rule } of [...track.slots, ...track.silences]) note(rule.id, heardMs)
  }
  return heard
}

function count(hearings: Map<string, RuleHearing>, rule: string, heardMs: number | null): void {
  const known = hearings.get(rule) ?? { rule, devices: 0, heardMs: null }
  hearings.set(rule, { rule, devices: known.devices + 1, heardMs: latest(known.heardMs, heardMs) })
}

function latest(a: number | null, b: number | null): number | null {
  if (a === null) return b
  return b === null ? a : Math.max(a, b)
}
