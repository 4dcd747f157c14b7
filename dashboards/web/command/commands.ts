import type { AlertView } from '../../contract.ts'
import type { Http } from '../http.ts'

/** What a person can do to alerts. */
export interface Commands {
  acknowledge(alert: AlertView): Promise<AlertView>
  comment(alert: AlertView, comment: string): Promise<AlertView>
}

export function createCommands({ send }: Http): Commands {
  const post = (id: string, what: string, body: object) =>
    send<AlertView>('POST', `/api/v1/alerts/${encodeURIComponent(id)}/${what}`, body)
  return {
    acknowledge: ({ id }) => post(id, 'acknowledge', {}),
    comment: ({ id }, comment) => post(id, 'comments', { comment }),
  }
}
