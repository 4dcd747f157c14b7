import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { generate, type Packet, parser } from 'mqtt-packet'
import type { Clock } from '../../core/clock.ts'
import { AppError } from '../../core/errors.ts'
import { moveTimes } from './move-times.ts'
import type { Login, RecordedEntry, Recording } from './recording.ts'

export interface ReplayRecordingOptions {
  recording: Recording
  broker: { host: string; port: number }
  /** The password of a device of the recording, and the id under which it speaks now. */
  access(user: string): Promise<{ id: string; token: string }>
  /** Seconds of the recording per second, or as fast as the broker takes it. */
  speed: number | 'max'
  /** Measured now instead of then; with `max`, as if the last of it was measured now, and the rest before it as it was. */
  asNow: boolean
  clock: Clock
}

export interface ReplayedRecording {
  connections: number
  messages: number
  acknowledged: number
}

const ANSWER_WITHIN_MS = 30_000

/**
 * Sends what was recorded, packet by packet, with its flags and numbers: sign-ons, wills, duplicates and broken connections too. Resolves when
 * all that asked for an acknowledgement had one, or its connection was cut as it was then. Rejects `unauthorized` and `overloaded`.
 */
export async function replayRecording(options: ReplayRecordingOptions): Promise<ReplayedRecording> {
  const { recording, access, speed, asNow, clock } = options
  const startMs = clock.nowMs()
  const lines = new Map<number, Line>()
  const total: ReplayedRecording = { connections: 0, messages: 0, acknowledged: 0 }
  const lastedMs = recording.entries.at(-1)?.ms ?? 0
  const toNow = (atMs: number) =>
    speed === 'max' ? startMs + atMs - recording.startedMs - lastedMs : startMs + (atMs - recording.startedMs) / speed

  async function play(entry: RecordedEntry): Promise<void> {
    if (entry.kind === 'connect') {
      total.connections++
      const { id, token } = await access(entry.login.user)
      lines.set(entry.connection, await open(options.broker, entry.login, { id, token }))
      return
    }
    const line = lines.get(entry.connection)
    if (line === undefined) return
    if (entry.kind === 'closed') {
      lines.delete(entry.connection)
      total.acknowledged += await line.close(entry.goodbye, speed === 'max')
    } else if (entry.kind === 'acknowledged') await line.acknowledged(entry.id)
    else if (entry.kind === 'subscribe') line.subscribe(entry.topics)
    else {
      total.messages++
      const { payload } = entry.message
      await line.publish({ ...entry.message, payload: asNow ? moveTimes(payload, toNow) : payload })
    }
  }

  try {
    for (const entry of recording.entries) {
      if (speed !== 'max') await until(startMs + entry.ms / speed, clock)
      await play(entry)
    }
    for (const line of lines.values()) total.acknowledged += await line.close(true, true)
  } finally {
    for (const line of lines.values()) line.cut()
  }
  return total
}

async function until(dueMs: number, clock: Clock): Promise<void> {
  const restMs = dueMs - clock.nowMs()
  if (restMs > 0) await wait(restMs)
}

interface Line {
  publish(message: Extract<RecordedEntry, { kind: 'message' }>['message']): Promise<void>
  /** Resolves when the message of this number is, or when it is clear that it will not be. */
  acknowledged(id: number): Promise<unknown>
  subscribe(topics: string[]): void
  /** Says goodbye, once everything is acknowledged, or breaks off, at once unless `patient`. How many messages were acknowledged. */
  close(goodbye: boolean, patient: boolean): Promise<number>
  cut(): void
}

/** Resolves when the broker lets it in. */
async function open(
  broker: { host: string; port: number },
  login: Login,
  { id, token }: { id: string; token: string },
): Promise<Line> {
  const socket: Socket = connect({ ...broker, noDelay: true })
  const packets = parser({ protocolVersion: 4 })
  const waiting = new Set<number>()
  let acknowledged = 0
  let onChange = () => {}
  let code: number | null = null
  let fault: Error | null = null

  packets.on('packet', (packet: Packet) => {
    if (packet.cmd === 'connack') code = packet.returnCode ?? 0
    if (packet.cmd === 'pubrec') socket.write(generate({ cmd: 'pubrel', messageId: packet.messageId ?? 0 }))
    if (packet.cmd === 'puback' || packet.cmd === 'pubcomp') {
      acknowledged++
      waiting.delete(packet.messageId ?? 0)
    }
    onChange()
  })
  socket.on('data', (bytes) => packets.parse(bytes))
  socket.on('error', (error) => {
    fault = error
    onChange()
  })
  socket.on('close', () => {
    fault ??= new Error('the broker closed the connection')
    onChange()
  })

  /** False when it never came to hold. */
  function come(holds: () => boolean): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle(false), ANSWER_WITHIN_MS)
      const settle = (held: boolean) => {
        clearTimeout(timer)
        onChange = () => {}
        resolve(held)
      }
      onChange = () => {
        if (holds()) settle(true)
        else if (fault !== null) settle(false)
      }
      onChange()
    })
  }

  const rename = (topic: string) => topic.replace(`huying/v1/${login.user}/`, `huying/v1/${id}/`)
  socket.write(generate(toConnect(login, id, token, rename)))
  if (!(await come(() => code !== null))) {
    socket.destroy()
    throw new AppError('overloaded', `no broker answers at ${broker.host}:${broker.port}`, {}, { cause: fault })
  }
  if (code !== 0) {
    socket.destroy()
    throw new AppError('unauthorized', `the broker refused ${id}`, { device: id, code })
  }
  return {
    async publish({ topic, qos, dup, retain, id: messageId, payload }) {
      const head = { cmd: 'publish', topic: rename(topic), payload, qos, dup, retain } as const
      if (messageId !== undefined && qos > 0) waiting.add(messageId)
      const fits = socket.write(generate(messageId === undefined ? head : { ...head, messageId }))
      if (!fits && !socket.destroyed)
        await new Promise<void>((resolve) => socket.once('drain', resolve).once('close', resolve))
    },
    acknowledged: (messageId) => come(() => !waiting.has(messageId)),
    subscribe(topics) {
      const subscriptions = topics.map((topic) => ({ topic: rename(topic), qos: 1 as const }))
      socket.write(generate({ cmd: 'subscribe', messageId: 65_535, subscriptions }))
    },
    async close(goodbye, patient) {
      if (patient || goodbye) await come(() => waiting.size === 0)
      if (goodbye) socket.end(generate({ cmd: 'disconnect' }))
      else socket.destroy()
      return acknowledged
    },
    cut: () => socket.destroy(),
  }
}

function toConnect(login: Login, id: string, token: string, rename: (topic: string) => string): Packet {
  const { keepaliveS, clean, will } = login
  return {
    ...{ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, username: id, password: Buffer.from(token) },
    ...{ clientId: login.clientId === login.user ? id : login.clientId, clean, keepalive: keepaliveS },
    ...(will && { will: { ...will, topic: rename(will.topic), payload: Buffer.from(will.payload) } }),
  }
}
