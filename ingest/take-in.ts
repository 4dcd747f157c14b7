import { type Refusal, refuse } from '../core/refusal.ts'
import type { Delivery } from './delivery.ts'
import { type DjiTopic, parseDjiTopic } from './dji/dji-topics.ts'
import type { Finish } from './lane.ts'
import type { ByteMeter } from './packet-reader.ts'
import type { Peer } from './peers.ts'
import type { PublishPacketView } from './publish-packet.ts'
import type { UpChannel } from './topics.ts'

/** Takes in one message of a connection; `acknowledge` is called once it is durable and those before it are. */
export type TakeIn = (peer: Peer, message: PublishPacketView, acknowledge: () => void) => void

export interface TakeInOptions {
  delivery: Delivery
  /** Unacknowledged payload bytes of all connections. */
  held: ByteMeter
  /** Closes a connection for a reason and counts it. */
  drop: (peer: Peer, refusal: Refusal) => void
}

/** One connection may have this much on its way; then it is not read from until half of that is done. */
const HELD_MESSAGES = 256
const HELD_BYTES = 1024 * 1024

/** The one way of a device's message, whoever read it off the wire. QoS 0 is held back in the same way, by not reading on. */
export function createTakeIn({ delivery, held, drop }: TakeInOptions): TakeIn {
  return (peer, message, acknowledge) => {
    const { session, wire } = peer
    if (!session || peer.isDropped) return
    const { deviceId, topics, lane } = session
    const { topic, payload } = message
    const channel = ownChannel(topics, topic)
    const begin = channel ? beginOwn(delivery, deviceId, channel, payload) : beginDji(delivery, deviceId, message)
    const fault = begin ? findFault(message, held) : refuse('topic_not_allowed', `publish to ${topic}`)
    if (fault || !begin) return drop(peer, fault as Refusal)
    lane.enter(payload.length, begin, () => {
      acknowledge()
      if (wire.isPaused() && lane.held() <= HELD_MESSAGES / 2 && lane.heldBytes() <= HELD_BYTES / 2) wire.resume()
    })
    if (lane.held() >= HELD_MESSAGES || lane.heldBytes() >= HELD_BYTES) wire.pause()
  }
}

function ownChannel(topics: Record<string, string>, topic: string): UpChannel | null {
  if (topic === topics.readings) return 'readings'
  if (topic === topics.frames) return 'frames'
  if (topic === topics.waveforms) return 'waveforms'
  if (topic === topics.status) return 'status'
  return topic === topics.camera ? 'camera' : null
}

type Begin = (finish: Finish) => void

function beginOwn(delivery: Delivery, deviceId: string, channel: UpChannel, payload: Buffer): Begin {
  return (finish) => delivery.deliver(deviceId, channel, payload, finish)
}

function beginDji(delivery: Delivery, deviceId: string, { topic, payload }: PublishPacketView): Begin | null {
  const dji = djiTopicOf(deviceId, topic)
  return dji && ((finish) => delivery.deliverDji({ speaker: deviceId, topic: dji, payload }, finish))
}

/** A gateway's own topics, and the properties of what may be its drone: the DJI door knows whether it is. */
function djiTopicOf(deviceId: string, topic: string): DjiTopic | null {
  const dji = parseDjiTopic(topic)
  return dji && (dji.sn === deviceId || dji.kind === 'osd' || dji.kind === 'state') ? dji : null
}

function findFault({ qos, messageId, payload }: PublishPacketView, held: ByteMeter): Refusal | null {
  // [MQTT-2.3.1-1]
  if (qos > 0 && messageId === 0) return refuse('bad_payload', 'PUBLISH with QoS and without packet id')
  if (held.bytes + payload.length <= held.limit) return null
  return refuse('overloaded', `more than ${held.limit} bytes wait to be stored`)
}
