/** What a PUBLISH packet (MQTT 3.1.1 §3.3) says, once it is whole. */
export interface PublishPacketView {
  /** As latin1: equal to a topic of ours only when it is that topic. */
  topic: string
  qos: number
  /** 0 with QoS 0, where there is none. */
  messageId: number
  payload: Buffer
}

/** Reads a whole PUBLISH whose fixed header ends at `bodyAt`; null when its topic or packet id leaves the packet. */
export function parsePublish(packet: Buffer, bodyAt: number): PublishPacketView | null {
  const qos = ((packet[0] as number) >> 1) & 3
  const topicAt = bodyAt + 2
  if (topicAt > packet.length) return null
  const topicEnd = topicAt + (((packet[bodyAt] as number) << 8) | (packet[bodyAt + 1] as number))
  const payloadAt = qos === 0 ? topicEnd : topicEnd + 2
  if (payloadAt > packet.length) return null
  const messageId = qos === 0 ? 0 : ((packet[topicEnd] as number) << 8) | (packet[topicEnd + 1] as number)
  return { topic: packet.toString('latin1', topicAt, topicEnd), qos, messageId, payload: packet.subarray(payloadAt) }
}

/** PUBACK (§3.4) of each message, one behind the other. */
export function encodePubacks(messageIds: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(4 * messageIds.length)
  let at = 0
  for (const messageId of messageIds) {
    bytes[at++] = 0x40
    bytes[at++] = 2
    bytes[at++] = messageId >> 8
    bytes[at++] = messageId & 0xff
  }
  return bytes
}
