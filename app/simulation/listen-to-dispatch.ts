import { setTimeout as wait } from 'node:timers/promises'
import WebSocket from 'ws'
import { createDispatchClient } from '../../core/dispatch-client/index.ts'
import { createToldAlerts, type ToldAlert } from '../../simulators/scoring/told-alert.ts'
import { createApiClient } from '../api-client.ts'

/** A dispatch system that writes down what it is told and acknowledges it. */
export interface DispatchListener {
  alerts(): ToldAlert[]
  /** Resolves when nothing more has come for a moment. */
  quiet(): Promise<void>
  /** Leaves, and is forgotten by the service. */
  close(): Promise<void>
}

const QUIET_MS = 700
const LOOK_EVERY_MS = 50

/** Resolves once it is subscribed: from then on it is told of everything. */
export async function listenToDispatch(httpUrl: string, token: string, name: string): Promise<DispatchListener> {
  const told = createToldAlerts()
  let heardMs = performance.now()
  let subscribed = () => {}
  const ready = new Promise<void>((resolve) => {
    subscribed = resolve
  })
  const client = createDispatchClient({
    ...{ url: new URL('/api/v1/dispatch', httpUrl.replace(/^http/, 'ws')).href, token, subscriber: name, WebSocket },
    onEvent(event, cursor) {
      heardMs = performance.now()
      told.hear(event)
      client.ack(cursor)
    },
    onSubscribed: () => subscribed(),
  })
  client.start()
  await ready
  return {
    alerts: told.all,
    async quiet() {
      const askedMs = performance.now()
      while (performance.now() - Math.max(heardMs, askedMs) < QUIET_MS) await wait(LOOK_EVERY_MS)
    },
    async close() {
      client.close()
      const api = createApiClient(httpUrl, token)
      await api.call('DELETE', `/api/v1/subscribers/${encodeURIComponent(name)}`).catch(() => {})
    },
  }
}
