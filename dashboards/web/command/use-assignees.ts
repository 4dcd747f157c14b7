import { useMemo } from 'react'
import type { AlertView, SessionView } from '../../contract.ts'
import type { Assignees } from './act/assign-form.tsx'

/** Systems that cases are handed over to in most cities; others may be written. */
const SYSTEMS = ['12345', '城管平台', '网格平台']

/** Names to choose from: those of the settings, and what the open alerts tell of; null while nobody asks. */
export function useAssignees({ departments }: SessionView, alerts: ReadonlyMap<string, AlertView> | null): Assignees {
  return useMemo(() => {
    const all = alerts === null ? [] : [...alerts.values()]
    const names = (of: (alert: AlertView) => string | undefined, known: readonly string[] = []) => [
      ...new Set([...known, ...all.map(of).filter((name) => name !== undefined)]),
    ]
    return {
      departments: names(({ department }) => department, departments),
      grids: names(({ area }) => area?.grid).sort(),
      systems: names(({ handedOver }) => handedOver?.system, SYSTEMS),
    }
  }, [departments, alerts])
}
