import { Readable } from 'node:stream'

interface WithMessageId {
  messageId?: number
}

/**
 * The broker's persistence that keeps nothing beyond a connection: no retained messages, no stored subscriptions, no
 * queue for absent clients. So a device cannot fill our memory with sessions of ever new client ids, and CONNACK always
 * says "no session present": a device subscribes again after it connects. What is durable here is the journal.
 * Only the ids of QoS 2 messages between PUBLISH and PUBREL are remembered, per connection [MQTT-4.3.3-2].
 */
export function createNoSessions() {
  const unreleased = new WeakMap<object, Set<number>>()
  return {
    async setup() {},
    async addSubscriptions() {},
    async removeSubscriptions() {},
    async cleanSubscriptions() {},
    subscriptionsByClient: async () => [],
    subscriptionsByTopic: async () => [],
    async storeRetained() {},
    createRetainedStreamCombi: () => Readable.from([]),
    async outgoingEnqueue() {},
    async outgoingEnqueueCombi() {},
    async outgoingUpdate() {},
    async outgoingClearMessageId() {},
    outgoingStream: () => Readable.from([]),
    async incomingStorePacket(client: object, packet: WithMessageId) {
      const ids = unreleased.get(client) ?? new Set<number>()
      unreleased.set(client, ids.add(packet.messageId ?? 0))
    },
    async incomingGetPacket(client: object, packet: WithMessageId) {
      if (!unreleased.get(client)?.has(packet.messageId ?? 0)) throw new Error('no such packet')
      return packet
    },
    async incomingDelPacket(client: object, packet: WithMessageId) {
      unreleased.get(client)?.delete(packet.messageId ?? 0)
    },
    async cleanIncoming(client: object) {
      unreleased.delete(client)
    },
    async putWill() {},
    async delWill() {},
    streamWill: () => Readable.from([]),
    async destroy() {},
  }
}
