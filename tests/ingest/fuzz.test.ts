import fc from 'fast-check'
import { generate, type Packet } from 'mqtt-packet'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openRaw, openRawDevice, publish, startBroker } from './rig.ts'

let rig: Awaited<ReturnType<typeof startBroker>>
let token: string

beforeAll(async () => {
  rig = await startBroker({ limits: { messagesBurst: 1e6 } })
  token = (await rig.registry.register({ id: 'fuzz', type: 'tilt' }, 'test')).token
})
afterAll(() => rig.close())

/** A session that is valid from first to last packet. */
function validSession(): Buffer {
  const packets: Packet[] = [
    {
      ...{ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, clientId: 'fuzz', keepalive: 60 },
      ...{ username: 'fuzz', password: Buffer.from(token) },
      will: { topic: 'huying/v1/fuzz/status', payload: Buffer.from('{"online":false}'), qos: 1, retain: false },
    } as Packet,
    { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'huying/v1/fuzz/commands', qos: 1 }] } as Packet,
    publish('fuzz', 2, 0.5, 0),
    publish('fuzz', 3, 0.5, 1),
    publish('fuzz', 4, 0.5, 2),
    { cmd: 'pubrel', messageId: 4 } as Packet,
    { cmd: 'puback', messageId: 9 },
    { cmd: 'unsubscribe', messageId: 5, unsubscriptions: ['huying/v1/fuzz/commands'] } as Packet,
    { cmd: 'pingreq' },
  ]
  return Buffer.concat(packets.map((packet) => generate(packet)))
}

type Mutation = { at: number; kind: 'flip' | 'insert' | 'remove' | 'repeat'; byte: number; length: number }

function mutate(session: Buffer, mutations: Mutation[]): Buffer {
  let bytes = session
  for (const { at, kind, byte, length } of mutations) {
    const i = at % bytes.length
    const head = bytes.subarray(0, i)
    const part = bytes.subarray(i, i + length)
    if (kind === 'flip') bytes = Buffer.concat([head, Buffer.from([byte]), bytes.subarray(i + 1)])
    else if (kind === 'insert') bytes = Buffer.concat([head, Buffer.alloc(length, byte), bytes.subarray(i)])
    else if (kind === 'remove') bytes = Buffer.concat([head, bytes.subarray(i + length)])
    else bytes = Buffer.concat([head, part, part, bytes.subarray(i + length)])
  }
  return bytes
}

it('survives thousands of damaged sessions, keeps nothing of them, and goes on serving', async () => {
  const mutation = fc.record({
    at: fc.nat(),
    kind: fc.constantFrom('flip', 'insert', 'remove', 'repeat'),
    byte: fc.integer({ min: 0, max: 255 }),
    length: fc.integer({ min: 1, max: 20 }),
  }) as fc.Arbitrary<Mutation>

  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(mutation, { minLength: 1, maxLength: 6 }), { minLength: 10, maxLength: 10 }),
      async (sessions) => {
        await Promise.all(
          sessions.map(async (mutations) => {
            const raw = openRaw(rig.port)
            raw.socket.end(mutate(validSession(), mutations))
            await raw.closed
          }),
        )
      },
    ),
    { numRuns: 300, seed: 20260301 },
  )

  const raw = await openRawDevice(rig, 'healthy')
  raw.send(publish('healthy', 1, 1))
  expect(await raw.next('puback')).toMatchObject({ messageId: 1 })
  expect(rig.broker.status()).toMatchObject({ connections: 1, held: 0, heldBytes: 0 })
  expect(rig.refusals.total()).toBeGreaterThan(500)
})
