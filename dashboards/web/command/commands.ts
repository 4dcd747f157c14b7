import type { AlertView } from '../../contract.ts'
import type { Http } from '../http.ts'

/** Something that a person does to alerts. */
export type Act =
  | { type: 'acknowledge' }
  | { type: 'comment'; comment: string }
  | { type: 'false_alarm'; reason: string; comment?: string }
  | { type: 'shelve'; until: string; once?: true; comment?: string }
  | { type: 'unshelve' }
  | { type: 'assign'; to: { department?: string; grid?: string; person?: string } | null; comment?: string }
  | { type: 'hand_over'; external: { system: string; number: string }; comment?: string }
  | { type: 'reopen'; comment?: string }
export type ActType = Act['type']

const PATH: Record<ActType, string> = {
  acknowledge: 'acknowledge',
  comment: 'comments',
  false_alarm: 'false-alarm',
  shelve: 'shelve',
  unshelve: 'unshelve',
  assign: 'assign',
  hand_over: 'hand-over',
  reopen: 'reopen',
}

export interface Commands {
  /**
   * Does it to an alert as it was seen: 409 when more was told or said of it since. `key` the same: the same command, which
   * does nothing twice. Rejects with `ApiFailure`.
   */
  run(act: Act, alert: Pick<AlertView, 'id' | 'version'>, key: string, outlivesPage?: boolean): Promise<AlertView>
}

export function createCommands({ send }: Http): Commands {
  return {
    run({ type, ...fields }, { id, version }, key, outlivesPage = false) {
      const path = `/api/v1/alerts/${encodeURIComponent(id)}/${PATH[type]}`
      return send('POST', path, { ...fields, expectedVersion: version }, { key, outlivesPage })
    },
  }
}

/** What of them an act would change: there is nothing to acknowledge twice. */
export function meantBy({ type }: Act, alerts: readonly AlertView[]): AlertView[] {
  switch (type) {
    case 'acknowledge':
      return alerts.filter(({ acknowledged }) => !acknowledged)
    case 'reopen':
      return alerts.filter(({ acknowledged }) => acknowledged)
    case 'unshelve':
      return alerts.filter(({ shelf }) => shelf !== undefined)
    default:
      return [...alerts]
  }
}
