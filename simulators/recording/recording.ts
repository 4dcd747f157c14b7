import { isUtf8 } from 'node:buffer'
import type { IConnectPacket } from 'mqtt-packet'
import { AppError } from '../../core/errors.ts'

/** What a device sent in one session, with its timing: JSON lines, the first of them a head. No passwords. */
export interface Recording {
  startedMs: number
  entries: RecordedEntry[]
}

/** `ms` since the start; connections count from 1. */
type Timed = { ms: number; connection: number }
export type RecordedEntry =
  | (Timed & { kind: 'connect'; login: Login })
  | (Timed & { kind: 'message'; message: RecordedMessage })
  /** The broker's answer had come: a replay waits for it before it goes on. */
  | (Timed & { kind: 'acknowledged'; id: number })
  | (Timed & { kind: 'subscribe'; topics: string[] })
  | (Timed & { kind: 'closed'; goodbye: boolean })

export interface Login {
  clientId: string
  user: string
  keepaliveS: number
  clean: boolean
  will?: { topic: string; payload: string; qos: 0 | 1 | 2; retain: boolean }
}

export interface RecordedMessage {
  topic: string
  qos: 0 | 1 | 2
  dup: boolean
  retain: boolean
  id?: number
  payload: Buffer
}

const VERSION = 1
const KINDS: ReadonlySet<RecordedEntry['kind']> = new Set(['connect', 'message', 'acknowledged', 'subscribe', 'closed'])
const HEAD = 'huying-recording'

export function headLine(startedMs: number): string {
  return JSON.stringify({ format: HEAD, version: VERSION, startedAt: new Date(startedMs).toISOString() })
}

/** Text stays readable; bytes that are none are base64. */
export function entryLine(entry: RecordedEntry): string {
  if (entry.kind !== 'message') return JSON.stringify(entry)
  const { payload, ...message } = entry.message
  const written = isUtf8(payload) ? { payload: payload.toString('utf8') } : { base64: payload.toString('base64') }
  return JSON.stringify({ ...entry, message: { ...message, ...written } })
}

/** Throws `bad_request` naming the line that is wrong. A last line that was cut off is left out. */
export function parseRecording(text: string): Recording {
  const lines = text.split('\n')
  const head = parseLine(lines[0] ?? '', 1) as { format?: string; version?: number; startedAt?: string }
  const startedMs = Date.parse(head.startedAt ?? '')
  if (head.format !== HEAD || head.version !== VERSION || Number.isNaN(startedMs))
    throw new AppError('bad_request', `line 1: expected the head of a recording, version ${VERSION}`)
  const isCutOff = lines.at(-1) !== ''
  const whole = lines.slice(1, isCutOff ? -1 : undefined).filter((line) => line !== '')
  return { startedMs, entries: whole.map((line, i) => toEntry(parseLine(line, i + 2), i + 2)) }
}

function parseLine(line: string, number: number): object {
  try {
    const value = JSON.parse(line) as unknown
    if (typeof value === 'object' && value !== null) return value
  } catch {
    // Said below.
  }
  throw new AppError('bad_request', `line ${number}: expected a JSON object`)
}

function toEntry(line: object, number: number): RecordedEntry {
  const { kind, ms, connection } = line as { kind?: string; ms?: number; connection?: number }
  if (!KINDS.has(kind as RecordedEntry['kind']) || !Number.isFinite(ms) || !Number.isInteger(connection))
    throw new AppError('bad_request', `line ${number}: expected kind, ms and connection`)
  if (kind !== 'message') return line as RecordedEntry
  const { message } = line as { message?: { topic?: unknown; payload?: unknown; base64?: unknown } }
  const { payload, base64, ...rest } = message ?? {}
  if (typeof rest.topic !== 'string' || (typeof payload !== 'string' && typeof base64 !== 'string'))
    throw new AppError('bad_request', `line ${number}: expected a topic and a payload`)
  const bytes = typeof payload === 'string' ? Buffer.from(payload, 'utf8') : Buffer.from(base64 as string, 'base64')
  return { ...(line as RecordedEntry), message: { ...rest, payload: bytes } } as RecordedEntry
}

/** What is kept of a CONNECT. */
export function toLogin({ clientId, username = '', keepalive = 0, clean = true, will }: IConnectPacket): Login {
  return {
    ...{ clientId, user: username, keepaliveS: keepalive, clean },
    ...(will && {
      will: { topic: will.topic, payload: String(will.payload), qos: will.qos ?? 0, retain: will.retain ?? false },
    }),
  }
}
