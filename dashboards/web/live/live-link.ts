import { type LiveMessage, type LiveRequest, STATS_EVERY_MS } from '../../contract.ts'
import { liveProtocols } from './live-protocols.ts'
import { retryDelayMs } from './retry-delay.ts'

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

export function createLiveLink({ token, onMessage, onLost }: LiveLinkOptions): LiveLink {
  let socket: WebSocket | undefined
  let heardAtMs = Date.now()
  let attempt = 0
  let seq = -1
  let retry: number | undefined
  let stopped = false

  function open(): void {
    const mine = new WebSocket(addressOf('/api/v1/live'), liveProtocols(token))
    socket = mine
    mine.onmessage = (event) => receive(mine, JSON.parse(String(event.data)))
    mine.onclose = () => lose(mine)
  }

  function receive(from: WebSocket, message: LiveMessage): void {
    if (from !== socket) return
    heardAtMs = Date.now()
    attempt = 0
    if (message.type === 'delta' && message.seq <= seq) return
    const isGap = message.type === 'delta' && message.seq > seq + 1
    if (message.type === 'delta' || message.type === 'snapshot') seq = message.seq
    if (isGap) {
      lose(from)
      return
    }
    if (message.type === 'hello') ping()
    onMessage(message)
  }

  function lose(which: WebSocket): void {
    if (stopped || which !== socket) return
    socket = undefined
    which.close()
    attempt++
    onLost(heardAtMs, attempt)
    retry = window.setTimeout(open, retryDelayMs(attempt, Math.random()))
  }

  function ping(): void {
    const request: LiveRequest = { type: 'ping', sentAtMs: Date.now() }
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(request))
  }

  function watch(): void {
    if (socket !== undefined && Date.now() - heardAtMs > SILENT_AFTER_MS) lose(socket)
  }

  open()
  const pings = window.setInterval(ping, PING_EVERY_MS)
  const watcher = window.setInterval(watch, 1_000)
  return {
    stop() {
      stopped = true
      for (const timer of [pings, watcher]) window.clearInterval(timer)
      window.clearTimeout(retry)
      socket?.close()
    },
  }
}

function addressOf(path: string): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`
}
