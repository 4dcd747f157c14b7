import fc from 'fast-check'
import { generate, type Packet } from 'mqtt-packet'
import { describe, expect, it } from 'vitest'
import { createPacketReader } from '../../ingest/packet-reader.ts'

const CONNECT = generate({
  cmd: 'connect',
  protocolId: 'MQTT',
  protocolVersion: 4,
  clean: true,
  clientId: 'x',
  keepalive: 5,
})
const PING = Buffer.from([0xc0, 0])

function createReader(publishBytes = 1e6, limit = 1e9) {
  const meter = { bytes: 0, limit }
  const packets: Buffer[] = []
  const kinds: string[] = []
  const reader = createPacketReader({
    publishBytes,
    meter,
    onPacket(packet, isPublish, bodyAt) {
      packets.push(packet)
      kinds.push(isPublish ? `publish ${bodyAt}` : 'other')
    },
  })
  return { meter, reader, packets, kinds }
}

function publish(bytes: number): Buffer {
  return generate({ cmd: 'publish', topic: 't', payload: Buffer.alloc(bytes), qos: 0, dup: false, retain: false })
}

describe('the packet reader', () => {
  it('hands out the packets of a valid session whole, however it is cut, and keeps no count of finished ones', () => {
    const packets: Packet[] = [
      { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'a', qos: 1 }] } as Packet,
      { cmd: 'puback', messageId: 2 },
      { cmd: 'pingreq' },
      { cmd: 'disconnect' } as Packet,
    ]
    const session = Buffer.concat([
      CONNECT,
      publish(300),
      publish(70_000),
      ...packets.map((packet) => generate(packet)),
    ])
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 30_000 }), { minLength: 1 }), (sizes) => {
        const { reader, meter, packets, kinds } = createReader()
        reader.signedIn()
        for (let at = 0, i = 0; at < session.length; i++) {
          const size = sizes[i % sizes.length] as number
          expect(reader.read(session.subarray(at, at + size), 0)).toBeNull()
          at += size
        }
        expect({ bytes: meter.bytes, goodbye: reader.saidGoodbye(), since: reader.incompleteSinceMs() }).toEqual({
          ...{ bytes: 0, goodbye: true, since: null },
        })
        expect(Buffer.concat(packets).equals(session)).toBe(true)
        expect(kinds).toEqual(['other', 'publish 3', 'publish 4', 'other', 'other', 'other', 'other'])
      }),
    )
  })

  it.each([
    ['anything before CONNECT [MQTT-3.1.0-1]', [PING], 'bad_payload', 'CONNECT must come first, and once'],
    ['a second CONNECT [MQTT-3.1.0-2]', [CONNECT, CONNECT], 'bad_payload', 'CONNECT must come first, and once'],
    [
      'a packet that only servers send',
      [CONNECT, Buffer.from([0x20, 2, 0, 0])],
      'bad_payload',
      'packet type 2 is not for a client to send',
    ],
    ['a PINGREQ with a body', [CONNECT, Buffer.from([0xc0, 1, 0])], 'bad_payload', 'packet type 12 of wrong length'],
    [
      'a PUBACK that is too long',
      [CONNECT, Buffer.from([0x40, 3, 0, 1, 0])],
      'bad_payload',
      'packet type 4 of wrong length',
    ],
    [
      'a length of five bytes',
      [CONNECT, Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 1])],
      'bad_payload',
      'remaining length of more than four bytes',
    ],
    ['a packet after DISCONNECT', [CONNECT, Buffer.from([0xe0, 0]), PING], 'bad_payload', 'a packet after DISCONNECT'],
    [
      'a picture before signing in',
      [CONNECT, publish(70_000)],
      'too_large',
      'a packet of 70003 bytes, at most 65536 are allowed',
    ],
  ])('refuses %s', (_, chunks, refused, detail) => {
    const { reader } = createReader()
    expect(chunks.map((chunk) => reader.read(chunk, 0)).at(-1)).toEqual({ refused, detail })
  })

  it('knows since when a packet is unfinished, and how much of all of them is there', () => {
    const { reader, meter } = createReader(1e6, 100_000)
    reader.signedIn()
    reader.read(CONNECT, 1)
    const packet = publish(200_000)

    reader.read(packet.subarray(0, 50_000), 20)
    reader.read(packet.subarray(50_000, 90_000), 30)
    expect([reader.incompleteSinceMs(), meter.bytes]).toEqual([20, 90_000])
    expect(reader.read(packet.subarray(90_000, 110_000), 40)).toMatchObject({ refused: 'overloaded' })
    reader.close()
    expect(meter.bytes).toBe(0)
  })
})
