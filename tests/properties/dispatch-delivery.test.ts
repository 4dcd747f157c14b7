import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createReached } from '../../alerts/dispatch/reached.ts'
import { createSession, type Session } from '../../alerts/dispatch/session.ts'
import { createSubscribers } from '../../alerts/dispatch/subscribers.ts'
import { createEventLog } from '../../alerts/event-log.ts'
import { silentLog } from '../../core/log.ts'
import { anEvent } from '../alerts/an-event.ts'
import { createHandTimers } from '../fakes/hand-timers.ts'
import { createMemoryJournal } from '../fakes/memory-journal.ts'

type Action =
  | { do: 'write'; count: number; offered: boolean }
  | { do: 'read'; messages: number }
  | { do: 'ack' | 'reconnect' | 'connect again' | 'rubbish' }

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('write' as const), count: fc.nat(40), offered: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('read' as const), messages: fc.nat(60) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'ack' as const,
        'ack' as const,
        'reconnect' as const,
        'connect again' as const,
        'rubbish' as const,
      ),
    }),
  },
)

/** The message of every event carries 20 kB, so that a dozen of them fill a connection. */
const BULKY = { code: 'above', params: { text: 'x'.repeat(20_000) } }
const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

/** A network that holds what the peer has not read yet. */
function createLine() {
  const held: (string | Buffer)[] = []
  let heldBytes = 0
  return {
    send(message: string | Buffer) {
      held.push(message)
      heldBytes += message.length
    },
    get bufferedBytes() {
      return heldBytes
    },
    close: () => undefined,
    take() {
      const message = held.shift()
      heldBytes -= message?.length ?? 0
      return message
    },
  }
}

interface Connection {
  line: ReturnType<typeof createLine>
  session: Session
  cursors: number[]
}

/** One subscriber that may be connected several times, and what it has received in all. */
async function createWorld() {
  const ledger = createMemoryJournal({ commit: 'by hand' })
  const events = createEventLog({ ledger, ring: 16 })
  const subscribers = createSubscribers({
    ledgerId: ledger.id,
    latest: 0,
    load: async () => null,
    save: async () => undefined,
    log: silentLog,
    timers: createHandTimers(),
  })
  await subscribers.register('a', 0)
  const connections: Connection[] = []
  const reached = createReached()
  const contentById = new Map<string, string>()
  let mostHeld = 0
  let written = 0

  function connect(): void {
    const line = createLine()
    const command = () => Promise.reject(new Error('no commands here'))
    const identity = { name: 'a', mayUse: () => true }
    const session = createSession({ socket: line, identity, reached, events, subscribers, command, log: silentLog })
    connections.push({ line, session, cursors: [] })
    session.receive(Buffer.from('{"type":"subscribe","subscriber":"a"}'), false)
  }

  function receive({ cursors }: Connection, text: string): void {
    const message = JSON.parse(text) as { type: string; cursor: string; event: { id: string } }
    if (message.type !== 'event') return
    cursors.push(Number(message.cursor))
    const before = contentById.get(message.event.id)
    if (before !== undefined) expect(text).toBe(before)
    contentById.set(message.event.id, text)
  }

  return {
    connect,
    newest: () => connections.at(-1) as Connection,
    write(count: number, offered: boolean): void {
      for (let i = 0; i < count; i++) {
        const event = anEvent(++written, { reason: BULKY })
        const seq = ledger.append(Buffer.from(JSON.stringify(event)), () => {
          if (offered) events.offer(seq, event)
        })
      }
      ledger.commit()
      for (const { session } of connections) session.wake()
    },
    async read(connection: Connection, messages: number): Promise<void> {
      for (let i = 0; i < messages; i++) {
        mostHeld = Math.max(mostHeld, connection.line.bufferedBytes)
        const message = connection.line.take()
        if (message === undefined) break
        receive(connection, String(message))
        connection.session.drained()
        await settle()
      }
    },
    end: () => ({ connections, contentById, mostHeld, written }),
  }
}

async function play(actions: Action[]) {
  const world = await createWorld()
  world.connect()
  for (const one of actions) {
    const { session, cursors } = world.newest()
    if (one.do === 'write') world.write(one.count, one.offered)
    else if (one.do === 'read') await world.read(world.newest(), one.messages)
    else if (one.do === 'rubbish') session.receive(Buffer.from('{"type":'), false)
    else if (one.do === 'connect again') world.connect()
    else if (one.do === 'reconnect') {
      session.end()
      world.connect()
    } else if (cursors.length > 0)
      session.receive(Buffer.from(JSON.stringify({ type: 'ack', cursor: String(cursors.at(-1)) })), false)
    await settle()
  }
  world.connect()
  await settle()
  await world.read(world.newest(), Number.POSITIVE_INFINITY)
  return world.end()
}

it('every event arrives at least once, in order, with one content per id, and no connection holds more than its bound', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 30 }), async (actions) => {
      const { connections, contentById, mostHeld, written } = await play(actions)
      expect(contentById.size).toBe(written)
      for (const { cursors } of connections) expect(cursors).toEqual(cursors.map((_, i) => (cursors[0] ?? 0) + i))
      expect(mostHeld).toBeLessThan(256 * 1024 + 25_000)
    }),
    { numRuns: 40 },
  )
})
