import fc from 'fast-check'
import { generate, type Packet, parser } from 'mqtt-packet'
import { expect, it } from 'vitest'
import { createPacketReader } from '../../ingest/packet-reader.ts'
import { encodePubacks, parsePublish } from '../../ingest/publish-packet.ts'

function readPublish(bytes: Buffer) {
  let read: ReturnType<typeof parsePublish> = null
  const reader = createPacketReader({
    publishBytes: 1e6,
    meter: { bytes: 0, limit: 1e9 },
    onPacket(packet, isPublish, bodyAt) {
      if (isPublish) read = parsePublish(packet, bodyAt)
    },
  })
  reader.signedIn()
  reader.read(Buffer.from([0x10, 0]), 0)
  reader.read(bytes, 0)
  return read
}

it('reads of a PUBLISH what the MQTT library writes', () => {
  const messages = fc.record({
    topic: fc.stringMatching(/^[a-z0-9/._-]{1,200}$/),
    payload: fc.uint8Array({ maxLength: 40_000 }).map((bytes) => Buffer.from(bytes)),
    qos: fc.constantFrom(0 as const, 1 as const, 2 as const),
    messageId: fc.integer({ min: 1, max: 65_535 }),
    dup: fc.boolean(),
    retain: fc.boolean(),
  })
  fc.assert(
    fc.property(messages, (message) => {
      const read = readPublish(generate({ cmd: 'publish', ...message, dup: message.dup && message.qos > 0 } as Packet))
      const { topic, qos, payload } = message
      expect(read).toEqual({ topic, qos, payload, messageId: qos === 0 ? 0 : message.messageId })
    }),
  )
})

it('finds nothing in a PUBLISH whose topic or packet id leaves it', () => {
  for (const body of [[], [0], [0, 5, 97], [0, 1, 97], [0, 1, 97, 7]])
    expect(readPublish(Buffer.from([0x32, body.length, ...body]))).toBeNull()
})

it('writes a PUBACK that the MQTT library reads', () => {
  const read: Packet[] = []
  const incoming = parser()
  incoming.on('packet', (packet: Packet) => read.push(packet))
  incoming.parse(encodePubacks([1, 255, 256, 65_535]))
  expect(read).toMatchObject([1, 255, 256, 65_535].map((messageId) => ({ cmd: 'puback', messageId })))
})
