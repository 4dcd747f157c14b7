import { createConnection } from '../../../core/dispatch-client/connection.ts'
import { protocolsWithToken } from '../../../core/dispatch-client/token-protocols.ts'
import { systemTimers } from '../../../core/timers.ts'
import { LIVE_PROTOCOL, type LiveMessage, type LiveRequest, STATS_EVERY_MS } from '../../contract.ts'

export interface LiveLinkOptions {
  token: string | null
  onMessage: (message: LiveMessage) => void
  /** Called once per failed or broken connection; `sinceMs` is when we last heard anything. */
  onLost: (sinceMs: number, attempt: number) => void
}

/** The one WebSocket of the page: it comes back by itself, and notices a server that has gone silent. */
export interface LiveLink {
  stop(): void
}

const SILENT_AFTER_MS = 3 * STATS_EVERY_MS
const PING_EVERY_MS = 5_000
const BACK_OFF = { firstMs: 1_000, longestMs: 30_000 }

export function createLiveLink({ token, onMessage, onLost }: LiveLinkOptions): LiveLink {
  let heardAtMs = Date.now()
  let seq = -1
  const connection = createConnection({
    open: () => new WebSocket(addressOf('/api/v1/live'), protocolsWithToken(LIVE_PROTOCOL, token)),
    onOpen: () => undefined,
    onText: (text) => receive(JSON.parse(text)),
    onLost: ({ failures }) => onLost(heardAtMs, failures),
    backOff: BACK_OFF,
    silentAfterMs: SILENT_AFTER_MS,
    timers: systemTimers,
    random: Math.random,
  })

  function receive(message: LiveMessage): void {
    heardAtMs = Date.now()
    connection.doesWell()
    if (message.type === 'delta' && message.seq <= seq) return
    const isGap = message.type === 'delta' && message.seq > seq + 1
    if (message.type === 'delta' || message.type === 'snapshot') seq = message.seq
    if (isGap) {
      connection.retry('a message is missing')
      return
    }
    if (message.type === 'hello') ping()
    onMessage(message)
  }

  function ping(): void {
    const request: LiveRequest = { type: 'ping', sentAtMs: Date.now() }
    connection.send(JSON.stringify(request))
  }

  connection.start()
  const pings = window.setInterval(ping, PING_EVERY_MS)
  return {
    stop() {
      window.clearInterval(pings)
      connection.stop()
    },
  }
}

function addressOf(path: string): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`
}
