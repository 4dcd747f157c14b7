import { createServer } from 'node:http'
import Fastify from 'fastify'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { createDispatchHub, type LiveSocket } from '../../../alerts/dispatch/dispatch-hub.ts'
import { createNameOwners } from '../../../alerts/dispatch/may-subscribe.ts'
import type { CommandPort, Identity } from '../../../alerts/dispatch/session.ts'
import { createSubscribers } from '../../../alerts/dispatch/subscribers.ts'
import { createDispatchUpgrade, DISPATCH_PATH } from '../../../alerts/dispatch/websocket.ts'
import { createEventLog } from '../../../alerts/event-log.ts'
import { AppError } from '../../../core/errors.ts'
import type { LedgerEntry } from '../../../core/ledger-entry.ts'
import { silentLog } from '../../../core/log.ts'
import { createHandTimers } from '../../fakes/hand-timers.ts'
import { createMemoryJournal, type MemoryJournal } from '../../fakes/memory-journal.ts'

interface DispatchOptions {
  ledger?: MemoryJournal
  /** Subscriber positions; the same one given twice is a restart. */
  file?: { text: string | null }
  command?: CommandPort
  ring?: number
  port?: number
  nowMs?: number
}

const noCommands: CommandPort = () => Promise.reject(new AppError('not_found', 'no such alert'))

/** The dispatch room behind a real fastify server on a free port, over a ledger in memory. Stops with the test. */
export async function aDispatch(options: DispatchOptions = {}) {
  const { ledger = createMemoryJournal(), file = { text: null }, command = noCommands } = options
  const timers = createHandTimers()
  const clock = { nowMs: () => options.nowMs ?? 0 }
  const events = createEventLog({ ledger, ...(options.ring !== undefined && { ring: options.ring }) })
  const subscribers = createSubscribers({
    ledgerId: ledger.id,
    latest: ledger.status().committedSeq,
    clock,
    load: async () => file.text,
    save: async (text) => {
      file.text = text
    },
    log: silentLog,
    timers,
  })
  await subscribers.start()
  const hub = createDispatchHub({ events, subscribers, command, log: silentLog, clock, timers })
  hub.start()
  /** The server's ends of all connections. */
  const sockets: LiveSocket[] = []
  const watched = {
    ...hub,
    get accepts() {
      return hub.accepts
    },
    connect(socket: LiveSocket, identity: Identity) {
      sockets.push(socket)
      return hub.connect(socket, identity)
    },
  }
  const owns = createNameOwners(['王', '王.二'])
  const authorise = (token: string | null) => {
    if (token === 'secret' || token === '密/钥=') return { name: '王', mayUse: () => true }
    if (token === 'narrow') return { name: '王', mayUse: (subscriber: string) => owns('王', subscriber) }
    return token === 'view' ? 'forbidden' : null
  }
  const upgrade = createDispatchUpgrade({ hub: watched, authorise, log: silentLog })
  const app = Fastify({ serverFactory: (handler) => createServer(handler) })
  app.server.on('upgrade', (request, socket, head) => upgrade(request, socket, head))
  await app.listen({ port: options.port ?? 0, host: '127.0.0.1' })
  const address = app.server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const url = `ws://127.0.0.1:${port}${DISPATCH_PATH}`

  async function stop(): Promise<void> {
    hub.stop()
    timers.advance(2000)
    await app.close()
    await subscribers.stop()
  }
  onTestFinished(stop)

  function write(...entries: LedgerEntry[]): void {
    for (const entry of entries) {
      const seq = ledger.append(Buffer.from(JSON.stringify(entry)), (error) => {
        if (!error) events.offer(seq, entry)
      })
    }
  }
  return { ledger, events, subscribers, hub, sockets, timers, file, url, port, write, stop }
}

/** What a test reads of a message. */
export interface Received {
  type: string
  cursor?: string
  event?: { id: string; type: string; alert: { rule: string; subject: { device?: string } } }
  [field: string]: unknown
}

export interface Peer {
  socket: WebSocket
  received: Received[]
  say(message: object | string): void
  /** Resolves when what was received fits; rejects when the connection ends before. */
  until(fits: (received: Received[]) => boolean): Promise<Received[]>
  next(type: string): Promise<Received>
  /** Cursors of the events so far. */
  cursors(): number[]
  closed: Promise<{ code: number; reason: string }>
}

/** A raw client that writes down what it hears. */
export async function aPeer(url: string, token = 'secret'): Promise<Peer> {
  const socket = new WebSocket(url, 'huying.dispatch.v1', { headers: { authorization: `Bearer ${token}` } })
  const received: Received[] = []
  const waiting = new Set<() => void>()
  const wakeAll = () => {
    for (const wake of [...waiting]) wake()
  }
  socket.on('message', (data) => {
    received.push(JSON.parse(String(data)) as Received)
    wakeAll()
  })
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => {
      resolve({ code, reason: String(reason) })
      wakeAll()
    })
  })
  await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject))
  socket.on('error', () => undefined)
  onTestFinished(() => socket.terminate())

  function until(fits: (received: Received[]) => boolean): Promise<Received[]> {
    return new Promise((resolve, reject) => {
      function look(): void {
        const isThere = fits(received)
        if (!isThere && socket.readyState !== WebSocket.CLOSED) return
        waiting.delete(look)
        if (isThere) resolve(received)
        else reject(new Error(`connection ended; received ${JSON.stringify(received.slice(-3))}`))
      }
      waiting.add(look)
      look()
    })
  }
  return {
    socket,
    received,
    closed,
    say: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    until,
    async next(type) {
      const from = received.length
      const all = await until((messages) => messages.slice(from).some((message) => message.type === type))
      return all.slice(from).find((message) => message.type === type) as Received
    },
    cursors: () => received.filter((message) => message.type === 'event').map((message) => Number(message.cursor)),
  }
}
