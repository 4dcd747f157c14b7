import type { Timers } from '../timers.ts'
import { type BackOff, backOffMs } from './back-off.ts'
import type { WebSocketLike } from './web-socket-like.ts'

/** How a connection ended, or failed to begin. */
export interface Loss {
  message: string
  /** False when it never opened: the address is wrong, nobody is there, or we are not let in. */
  wasOpen: boolean
  /** Failures since the connection last did well, this one included. */
  failures: number
}

/** A WebSocket that comes back by itself, and notices a peer that has gone silent. Creating it does nothing. */
export interface Connection {
  start(): void
  /** False when there is no open connection to say it on. */
  send(text: string): boolean
  /** The connection does what it is for: the next failure is the first again. */
  doesWell(): void
  /** Drops what there is and comes back after the back-off, or after `afterMs`. */
  retry(message: string, afterMs?: number): void
  /** Ends for good. May be called twice. */
  stop(): void
}

export interface ConnectionOptions {
  /** Makes a socket; called for each attempt. What it throws counts as a failed attempt. */
  open(): WebSocketLike | Promise<WebSocketLike>
  onOpen(): void
  onText(text: string): void
  /** Called once per attempt that failed or connection that broke, before it waits. */
  onLost(loss: Loss): void
  /** The socket's own word on what went wrong; `ws` says the status of an upgrade that was refused. */
  onError?(message: string): void
  backOff: BackOff
  /** ms without a message after which the connection counts as dead. */
  silentAfterMs: number
  timers: Timers
  random(): number
}

export function createConnection(options: ConnectionOptions): Connection {
  const { backOff, silentAfterMs, timers, random } = options
  let socket: WebSocketLike | undefined
  let isOpen = false
  let failures = 0
  let stopped = false
  let started = false
  /** Grows with each attempt: what an older one still says is not heard. */
  let attempt = 0
  let cancelRetry: (() => void) | undefined
  let cancelSilence: (() => void) | undefined

  function connect(): void {
    const mine = ++attempt
    listenForLife()
    Promise.resolve()
      .then(options.open)
      .then(
        (opened) => {
          if (mine === attempt && !stopped) listenTo(opened, mine)
          else leave(opened)
        },
        (error: unknown) => {
          if (mine === attempt) retry(error instanceof Error ? error.message : String(error))
        },
      )
  }

  function leave(opened: WebSocketLike): void {
    opened.onerror = () => undefined
    opened.close(1000, 'no longer needed')
  }

  function listenTo(opened: WebSocketLike, mine: number): void {
    socket = opened
    opened.onopen = () => {
      if (mine !== attempt) return
      isOpen = true
      listenForLife()
      options.onOpen()
    }
    opened.onmessage = (message: { data: unknown }) => {
      if (mine !== attempt) return
      listenForLife()
      options.onText(String(message.data))
    }
    opened.onerror = (error: { message?: unknown }) => {
      if (mine === attempt) options.onError?.(String(error.message ?? ''))
    }
    opened.onclose = ({ code = 1006, reason = '' }: { code?: number; reason?: unknown }) => {
      if (mine === attempt) retry(`connection ended (${code}${reason === '' ? '' : ` ${String(reason)}`})`)
    }
  }

  /** A peer that vanished without a word is noticed by its silence. */
  function listenForLife(): void {
    cancelSilence?.()
    cancelSilence = timers.after(silentAfterMs, () => retry('no sign of life from the other side'))
  }

  function drop(code: number, reason: string): void {
    attempt++
    cancelSilence?.()
    cancelRetry?.()
    const old = socket
    socket = undefined
    isOpen = false
    old?.close(code, reason)
  }

  function retry(message: string, afterMs?: number): void {
    if (stopped) return
    const wasOpen = isOpen
    drop(4000, 'reconnecting')
    failures++
    cancelRetry = timers.after(afterMs ?? backOffMs(backOff, failures, random), connect)
    options.onLost({ message, wasOpen, failures })
  }

  return {
    start() {
      if (started || stopped) return
      started = true
      connect()
    },
    send(text) {
      if (!isOpen || socket === undefined) return false
      socket.send(text)
      return true
    },
    doesWell() {
      failures = 0
    },
    retry,
    stop() {
      if (stopped) return
      stopped = true
      drop(1000, 'closed')
    },
  }
}
