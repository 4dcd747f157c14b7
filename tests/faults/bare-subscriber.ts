import { setTimeout as sleep } from 'node:timers/promises'
import WebSocket from 'ws'
import type { AlertEventView } from '../../core/alert-view.ts'
import { SUBPROTOCOL } from '../../core/dispatch-client/subprotocol.ts'
import type { Random } from './random.ts'
import { createNotebook, type Subscriber } from './subscriber.ts'
import type { Habits } from './subscriber-habits.ts'

const RECONNECT_MS: [number, number] = [50, 600]

/** A subscriber that speaks the protocol bare, with whatever bad habits it has. */
export function createBareSubscriber(options: {
  url: string
  token: string
  habits: Habits
  random: Random
  isCurtain(event: AlertEventView): boolean
}): Subscriber {
  const { url, token, habits, random, isCurtain } = options
  const notebook = createNotebook(habits, random, isCurtain)
  const { record } = notebook
  const sockets = new Set<WebSocket>()
  let closed = false

  /** Where to ask to start: the name's memory, except for the first time and for the nameless. */
  function wish(): { after?: string } {
    if (habits.anonymous) return { after: String(notebook.lastCursor ?? 0) }
    return record.connections.length === 0 ? { after: 'earliest' } : {}
  }

  /** One connection from its opening to its end, whoever ends it. */
  function connect(): { socket: WebSocket; ended: Promise<unknown> } {
    const socket = new WebSocket(url, [SUBPROTOCOL, `bearer.${token}`])
    sockets.add(socket)
    let index: number | undefined
    let asked: number | undefined
    socket.on('open', () => {
      const { anonymous, filter, name } = habits
      const { after } = wish()
      asked = after === undefined ? undefined : after === 'earliest' ? 0 : Number(after)
      say(socket, { type: 'subscribe', after, filter, ...(!anonymous && { subscriber: name }) })
    })
    socket.on('message', (data) => {
      // What had arrived before it died was read by nobody.
      if (socket.readyState !== WebSocket.OPEN) return
      const message = JSON.parse(String(data)) as { type: string; after: string; cursor: string; event: AlertEventView }
      if (message.type === 'subscribed') index = notebook.subscribed(Number(message.after), asked)
      if (message.type !== 'event' || index === undefined) return
      const acknowledge = notebook.took(index, message.event, Number(message.cursor))
      if (acknowledge !== undefined) say(socket, { type: 'ack', cursor: String(acknowledge) })
    })
    socket.on('error', () => undefined)
    const ended = new Promise<void>((resolve) => {
      socket.on('close', () => {
        sockets.delete(socket)
        resolve()
      })
    })
    return { socket, ended }
  }

  async function misbehave(socket: WebSocket): Promise<void> {
    while (socket.readyState !== WebSocket.CLOSED && !notebook.isCalm) {
      await sleep(random.between(20, 400))
      if (socket.readyState !== WebSocket.OPEN) continue
      if (habits.rubbish) socket.send(rubbish(random))
      if (habits.stallsMs && random.happens(0.3)) {
        socket.pause()
        await sleep(random.between(...habits.stallsMs))
        socket.resume()
      }
    }
  }

  async function liveOnce(): Promise<void> {
    const { socket, ended } = connect()
    void misbehave(socket)
    const end = new AbortController()
    if (habits.livesMs && !notebook.isCalm)
      void sleep(random.between(...habits.livesMs), undefined, { signal: end.signal }).then(
        () => socket.terminate(),
        () => undefined,
      )
    await ended
    end.abort()
  }

  async function liveOn(): Promise<void> {
    while (!closed) {
      await Promise.all(Array.from({ length: habits.twins && !notebook.isCalm ? 2 : 1 }, liveOnce))
      await sleep(random.between(...RECONNECT_MS))
    }
  }

  return {
    record,
    live() {
      void liveOn()
      return notebook.curtain
    },
    calm() {
      notebook.calm()
      for (const socket of sockets) socket.terminate()
    },
    close() {
      closed = true
      for (const socket of sockets) socket.terminate()
    },
    get longestGapMs() {
      return notebook.longestGapMs
    },
  }
}

function say(socket: WebSocket, message: object): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
}

function rubbish(random: Random): string | Buffer {
  return random.pick<() => string | Buffer>([
    () => '{"type":',
    () => 'null',
    () => '[]',
    () => Buffer.from([0, 255, 254]),
    () => '{"type":"subscribe","after":"yesterday"}',
    () => '{"type":"subscribe","filter":{"colour":"red"}}',
    () => `{"type":"ack","cursor":"${Math.floor(random.between(1e9, 1e12))}"}`,
    () => '{"type":"ack","cursor":"-1"}',
    () => '{"type":"ack"}',
    () => '{"type":"command","id":1,"name":"destroy","alert":"x"}',
    () => '{"type":"command","id":2,"name":"acknowledge","alert":"no such alert"}',
    () => JSON.stringify({ type: 'ack', cursor: 'x'.repeat(random.happens(0.05) ? 70_000 : 300) }),
  ])()
}
