import { setTimeout as wait } from 'node:timers/promises'
import WebSocket from 'ws'
import { createDispatchClient } from '../../core/dispatch-client/index.ts'
import { AppError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import { createToldAlerts, type ToldAlert } from '../../simulators/scoring/told-alert.ts'
import { createApiClient } from '../api-client.ts'

/** A dispatch system that writes down what it is told and acknowledges it. */
export interface DispatchListener {
  alerts(): ToldAlert[]
  /** Resolves when nothing more has come for so long. */
  quiet(forMs: number): Promise<void>
  /** Leaves, and is forgotten by the service. */
  close(): Promise<void>
}

interface ListenOptions {
  httpUrl: string
  token: string
  name: string
  log: Log
}

const LOOK_EVERY_MS = 50
const FORGET_TRIES = 40
const yes = () => true
const no = () => false

/**
 * Resolves once it is subscribed: from then on it is told of everything. A service that is not there yet is waited for. Rejects with
 * `unauthorized` or `forbidden` when it does not let us in.
 */
export async function listenToDispatch({ httpUrl, token, name, log }: ListenOptions): Promise<DispatchListener> {
  const told = createToldAlerts()
  let heardMs = performance.now()
  let subscribed = () => {}
  let refused = (_: AppError) => {}
  const ready = new Promise<void>((resolve, reject) => {
    subscribed = resolve
    refused = reject
  })
  const client = createDispatchClient({
    ...{ url: new URL('/api/v1/dispatch', httpUrl.replace(/^http/, 'ws')).href, token, subscriber: name, WebSocket },
    onEvent(event, cursor) {
      heardMs = performance.now()
      told.hear(event)
      client.ack(cursor)
    },
    onSubscribed: () => subscribed(),
    onTrouble({ code, message }) {
      log.warn({ code, message }, 'dispatch is not heard at the moment')
      if (code === 'unauthorized' || code === 'forbidden') refused(new AppError(code, message))
    },
  })
  client.start()
  await ready.catch((error) => {
    client.close()
    throw error
  })
  return {
    alerts: told.all,
    async quiet(forMs) {
      const askedMs = performance.now()
      while (performance.now() - Math.max(heardMs, askedMs) < forMs) await wait(LOOK_EVERY_MS)
    },
    async close() {
      client.close()
      const api = createApiClient(httpUrl, token)
      const forget = () => api.call('DELETE', `/api/v1/subscribers/${encodeURIComponent(name)}`)
      // Not while the service still takes it for connected.
      for (let tries = 0; tries < FORGET_TRIES; tries++) {
        if (await forget().then(yes, no)) return
        await wait(LOOK_EVERY_MS)
      }
    },
  }
}
