import { isAlertEvent } from '../../core/ledger-entry.ts'
import type { ConditionRecord, Testimony } from './testimony.ts'

/** Every condition that a device told of was raised once and cleared once, in turn, and stands as the device left it. */
export function checkConditions({ ledger, conditions }: Testimony): string[] {
  const changes = new Map<string, boolean[]>()
  for (const { entry } of ledger.records) {
    if (!isAlertEvent(entry) || (entry.type !== 'alert.raised' && entry.type !== 'alert.cleared')) continue
    const { rule, subject } = entry.alert
    const key = keyOf(rule, subject.device, subject.metric)
    const list = changes.get(key) ?? []
    list.push(entry.type === 'alert.raised')
    changes.set(key, list)
  }
  return conditions.flatMap((condition) => {
    const { rule, device, metric } = condition
    return faultsOf(condition, changes.get(keyOf(rule, device, metric)) ?? []).map(
      (fault) => `${rule} of ${device}/${metric}: ${fault}`,
    )
  })
}

function keyOf(rule: string, device: string | undefined, metric: string | undefined): string {
  return `${rule} ${device} ${metric}`
}

function faultsOf({ high }: ConditionRecord, written: boolean[]): string[] {
  const twice = written.findIndex((raised, index) => raised === (written[index - 1] ?? false))
  if (twice >= 0) return [`${written[twice] ? 'raised' : 'cleared'} twice (change ${twice} of ${written.length})`]
  const told = high.filter((one, index) => one !== (high[index - 1] ?? false))
  return told.length === written.length
    ? []
    : [`${told.length} changes were acknowledged, ${written.length} are in the history`]
}
