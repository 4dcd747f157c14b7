import { type Dispatch, useEffect, useState } from 'react'
import type { AlertView } from '../../contract.ts'
import type { LiveAction } from '../live/live-state.ts'
import type { Commands } from './commands.ts'

/** Acknowledges the selected alert; what went wrong is shown until another alert is selected or it works. */
export function useAcknowledge(commands: Commands, alert: AlertView | undefined, dispatch: Dispatch<LiveAction>) {
  const [failure, setFailure] = useState<string | null>(null)
  const id = alert?.id
  // biome-ignore lint/correctness/useExhaustiveDependencies: another alert has another story
  useEffect(() => setFailure(null), [id])
  function acknowledge(): void {
    if (alert === undefined || alert.acknowledged) return
    commands.acknowledge(alert).then(
      (changed) => {
        setFailure(null)
        dispatch({ type: 'changed', alert: changed })
      },
      (reason: unknown) => setFailure(String((reason as Error).message)),
    )
  }
  return { acknowledge, failure }
}
