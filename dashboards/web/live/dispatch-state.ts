import type { AlertView } from '../../contract.ts'

/** The third axis of an alert: whose it is. */
export type DispatchState =
  | { state: 'handed_over'; system: string; number: string }
  | { state: 'assigned'; to: string }
  /** Nobody has been told yet, and nothing keeps it quiet. */
  | { state: 'untold' }
  | { state: 'none' }

export function dispatchOf({ handedOver, assigned, announced, quiet }: AlertView): DispatchState {
  if (handedOver) return { state: 'handed_over', system: handedOver.system, number: handedOver.number }
  if (assigned) {
    const { department, grid, person } = assigned.to
    return { state: 'assigned', to: [department, grid, person].filter(Boolean).join(' · ') }
  }
  return announced === false && !quiet ? { state: 'untold' } : { state: 'none' }
}
