import type { Clause, DeviceFacts, Finding, Level, Words } from './clause.ts'
import { DJI_CLAUSES, MEDIA_CLAUSES } from './clauses-dji.ts'
import { FRAME_CLAUSES } from './clauses-frames.ts'
import { HTTP_CLAUSES } from './clauses-http.ts'
import { TLS_CLAUSES, WEBSOCKET_CLAUSES } from './clauses-link.ts'
import { LOGIN_CLAUSES } from './clauses-login.ts'
import { ORDER_CLAUSES } from './clauses-order.ts'
import { PAYLOAD_CLAUSES } from './clauses-payload.ts'
import { TROUBLE_CLAUSES } from './clauses-trouble.ts'
import type { Language, Profile } from './profile.ts'
import type { TraceEvent } from './trace.ts'

export interface ClauseResult extends Finding {
  id: string
  level: Level
  title: Words
}

/** What the kit says of a device. */
export interface Verdict {
  profile: string
  device: string
  clauses: ClauseResult[]
  passed: number
  /** Clauses that must hold and do not, and those that should. */
  failed: number
  warned: number
  unseen: number
  /** No `must` failed, and none went unseen. */
  conforms: boolean
}

const MQTT_CLAUSES: readonly Clause[] = [...LOGIN_CLAUSES, ...PAYLOAD_CLAUSES, ...ORDER_CLAUSES, ...TROUBLE_CLAUSES]

/** What the Cloud API says otherwise, or does not know. */
const NOT_DJI: ReadonlySet<string> = new Set([
  ...[
    'login.will',
    'login.birth',
    'login.firmware',
    'topics.commands',
    'order.sequence',
    'order.duplicates',
    'order.qos',
  ],
  ...['order.retain', 'trouble.late-puback', 'trouble.set-clock', 'trouble.nothing-lost'],
])

const SPOKEN: Record<Language, readonly Clause[]> = {
  mqtt: MQTT_CLAUSES,
  dji: [...MQTT_CLAUSES.filter(({ id }) => !NOT_DJI.has(id)), ...DJI_CLAUSES],
  http: HTTP_CLAUSES,
}

/** All clauses that there are. */
export const CLAUSES: readonly Clause[] = [
  ...[...MQTT_CLAUSES, ...TLS_CLAUSES, ...WEBSOCKET_CLAUSES],
  ...[...DJI_CLAUSES, ...HTTP_CLAUSES, ...MEDIA_CLAUSES, ...FRAME_CLAUSES],
]

/** The clauses that a device has to answer to, in the order of a report. */
export function clausesOf({ speaks, frames, media }: Profile, { way = 'tcp' }: DeviceFacts): readonly Clause[] {
  const isMqtt = speaks !== 'http'
  return [
    ...SPOKEN[speaks],
    ...(isMqtt && (way === 'tls' || way === 'wss') ? TLS_CLAUSES : []),
    ...(isMqtt && (way === 'ws' || way === 'wss') ? WEBSOCKET_CLAUSES : []),
    ...(media === undefined ? [] : MEDIA_CLAUSES),
    ...(frames === undefined ? [] : FRAME_CLAUSES),
  ]
}

/** Judges a trace by a profile. Pure. */
export function judgeDevice(trace: readonly TraceEvent[], profile: Profile, device: DeviceFacts): Verdict {
  const clauses = clausesOf(profile, device).flatMap(({ id, level: usual, title, judge }) => {
    const level = profile.levels[id] ?? usual
    return level === 'off' ? [] : [{ id, level, title, ...judge(trace, profile, device) }]
  })
  const count = (outcome: Finding['outcome'], level?: Level) =>
    clauses.filter((clause) => clause.outcome === outcome && clause.level === (level ?? clause.level)).length
  const failed = count('fail', 'must')
  return {
    profile: profile.profile,
    device: device.id,
    clauses,
    passed: count('pass'),
    failed,
    warned: count('fail', 'should'),
    unseen: count('unseen'),
    conforms: failed === 0 && count('unseen', 'must') === 0,
  }
}
