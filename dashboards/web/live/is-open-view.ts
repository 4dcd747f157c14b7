import type { AlertView } from '../../contract.ts'

export function isOpenView(alert: AlertView): boolean {
  return alert.state === 'active' || !alert.acknowledged
}
