import type { AlertView } from '../../contract.ts'
import { isOpenView } from './is-open-view.ts'

/** One source of many alerts: a rule at a place, or at a device where no place is known. */
export interface Talker {
  key: string
  title: AlertView['ruleTitle']
  where: string
  /** How often it was raised, over all its alerts. */
  times: number
  alerts: AlertView[]
}

/**
 * The loudest sources of what is open, loudest first. Level 1, life-safety, and what is kept quiet already are none: nobody
 * puts those aside by the dozen.
 */
export function topTalkers(alerts: Iterable<AlertView>, count: number): Talker[] {
  const talkers = new Map<string, Talker>()
  for (const alert of alerts) {
    const { rule, ruleTitle: title, place, subject, deviceName, level, lifeSafety, quiet, occurrences } = alert
    if (level === 1 || lifeSafety || quiet || !isOpenView(alert)) continue
    const where = place ?? subject.place ?? deviceName ?? subject.device ?? ''
    const key = `${rule}|${where}`
    const known = talkers.get(key) ?? { key, title, where, times: 0, alerts: [] }
    talkers.set(key, { ...known, times: known.times + occurrences, alerts: [...known.alerts, alert] })
  }
  return [...talkers.values()].sort((a, b) => b.times - a.times || (a.key < b.key ? -1 : 1)).slice(0, count)
}
