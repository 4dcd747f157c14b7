import { isOpen } from '../../../core/alert.ts'
import type { AlertView } from '../../contract.ts'

export function isOpenView(alert: AlertView): boolean {
  return isOpen(alert)
}
