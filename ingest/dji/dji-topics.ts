import { DEVICE_ID } from '../../core/device.ts'

/** What a DJI topic is about: the levels after the serial number. */
export type DjiKind = 'osd' | 'state' | 'events' | 'requests' | 'status' | 'drc/up' | 'other'

/** A topic that leads up, from a dock, a remote controller or a drone. */
export interface DjiTopic {
  /** Of the device itself in `osd` and `state`, of its gateway in all others. */
  sn: string
  kind: DjiKind
}

const THING = 'thing/product/'
const SYSTEM = 'sys/product/'
const THING_KINDS: ReadonlySet<string> = new Set(['osd', 'state', 'events', 'requests', 'drc/up'])
/** What a gateway hears, after `thing/product/{gateway_sn}/`. */
const THING_DOWN: ReadonlySet<string> = new Set([
  'events_reply',
  'requests_reply',
  'services',
  'property/set',
  'drc/down',
])
const SYSTEM_DOWN = 'status_reply'

/**
 * Reads a topic of the DJI Cloud API (v1.11.3). `other` is a topic of the device's own that we do nothing with
 * (`services_reply`, `property/set_reply`, …). Null for topics that lead down, and for what is none of DJI's.
 */
export function parseDjiTopic(topic: string): DjiTopic | null {
  const root = topic.startsWith(THING) ? THING : topic.startsWith(SYSTEM) ? SYSTEM : null
  if (root === null) return null
  const slash = topic.indexOf('/', root.length)
  const sn = topic.slice(root.length, slash)
  const rest = topic.slice(slash + 1)
  if (slash < 0 || !DEVICE_ID.test(sn) || rest === '' || isDown(root, rest)) return null
  if (root === SYSTEM) return { sn, kind: rest === 'status' ? 'status' : 'other' }
  return { sn, kind: THING_KINDS.has(rest) ? (rest as DjiKind) : 'other' }
}

/** True for a topic by which this very gateway is answered or told what to do. */
export function isDjiDownTopic(topic: string, sn: string): boolean {
  const [root, rest] = [THING, SYSTEM].flatMap((one) =>
    topic.startsWith(`${one}${sn}/`) ? [one, topic.slice(one.length + sn.length + 1)] : [],
  )
  return root !== undefined && rest !== undefined && isDown(root, rest)
}

function isDown(root: string, rest: string): boolean {
  return root === THING ? THING_DOWN.has(rest) : rest === SYSTEM_DOWN
}

/** Where the answer to a message of this kind goes. */
export function djiReplyTopic(sn: string, kind: 'events' | 'requests' | 'status'): string {
  return kind === 'status' ? `${SYSTEM}${sn}/${SYSTEM_DOWN}` : `${THING}${sn}/${kind}_reply`
}

/** Subscriptions by which a client of another broker hears all docks and drones. */
export const DJI_FILTERS = [...[...THING_KINDS].map((kind) => `${THING}+/${kind}`), `${SYSTEM}+/status`]
