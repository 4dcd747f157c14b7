import { type Refusal, refuse } from '../core/refusal.ts'
import type { Delivery } from './delivery.ts'
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
    const fault = channel ? findFault(message, held) : refuse('topic_not_allowed', `publish to ${topic}`)
    if (fault || !channel) return drop(peer, fault as Refusal)
    lane.enter(
      payload.length,
      (finish) => delivery.deliver(deviceId, channel, payload, finish),
      () => {
        acknowledge()
        if (wire.isPaused() && lane.held() <= HELD_MESSAGES / 2 && lane.heldBytes() <= HELD_BYTES / 2) wire.resume()
      },
    )
    if (lane.held() >= HELD_MESSAGES || lane.heldBytes() >= HELD_BYTES) wire.pause()
  }
}

function ownChannel(topics: Record<string, string>, topic: string): UpChannel | null {
  if (topic === topics.readings) return 'readings'
  if (topic === topics.frames) return 'frames'
  return topic === topics.status ? 'status' : null
}

function findFault({ qos, messageId, payload }: PublishPacketView, held: ByteMeter): Refusal | null {
  // [MQTT-2.3.1-1]
  if (qos > 0 && messageId === 0) return refuse('bad_payload', 'PUBLISH with QoS and without packet id')
  if (held.bytes + payload.length <= held.limit) return null
  return refuse('overloaded', `more than ${held.limit} bytes wait to be stored`)
}
