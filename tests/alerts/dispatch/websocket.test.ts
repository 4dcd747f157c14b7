import { describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { AlertEvent } from '../../../core/ledger-entry.ts'
import { createMemoryJournal } from '../../fakes/memory-journal.ts'
import { anEvent } from '../an-event.ts'
import { aDispatch, aPeer, type Peer } from './a-dispatch.ts'

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)
const someEvents = (from: number, to: number): AlertEvent[] => range(from, to).map((n) => anEvent(n))
const hasCursor = (cursor: number) => (received: { cursor?: string }[]) =>
  received.some((message) => message.cursor === String(cursor))

async function subscribe(peer: Peer, parts: object): Promise<void> {
  peer.say({ type: 'subscribe', ...parts })
  await peer.next('subscribed')
}

/** The status with which an upgrade is refused. */
function refusedWith(url: string, protocols: string[], headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, protocols, { headers })
    socket.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0))
    socket.on('open', () => reject(new Error('was let in')))
    socket.on('error', () => undefined)
  })
}

/** Bulky events to a peer that stops reading, until the service stops sending. Returns the last cursor. */
async function writeUntilBlocked({ write, hub, peer }: Pick<Dispatch, 'write' | 'hub'> & { peer: Peer }) {
  const reason = { code: 'above', params: { text: 'x'.repeat(60_000) } }
  peer.socket.pause()
  for (let n = 1; ; n++) {
    write(anEvent(n, { reason }))
    await new Promise((resolve) => setImmediate(resolve))
    if (hub.status().blockedSessions > 0) return n
  }
}
type Dispatch = Awaited<ReturnType<typeof aDispatch>>

describe('the way in', () => {
  it('is refused before the upgrade without a token that is known', async () => {
    const { url, hub } = await aDispatch()
    expect(await refusedWith(url, ['huying.dispatch.v1'])).toBe(401)
    expect(await refusedWith(url, ['huying.dispatch.v1'], { authorization: 'Bearer wrong' })).toBe(401)
    expect(await refusedWith(url, ['huying.dispatch.v1', 'bearer.wrong'])).toBe(401)
    expect(hub.status().sessions).toBe(0)
  })

  it('is refused to who may only look', async () => {
    const { url } = await aDispatch()
    expect(await refusedWith(url, ['huying.dispatch.v1', 'bearer.view'])).toBe(403)
  })

  it('is refused to other subprotocols', async () => {
    const { url } = await aDispatch()
    expect(await refusedWith(url, ['huying.dispatch.v9'], { authorization: 'Bearer secret' })).toBe(400)
    expect(await refusedWith(url, ['bearer.secret'])).toBe(400)
  })

  it('is open to browsers, which can say the token only as a subprotocol; it is not repeated to them', async () => {
    const { url } = await aDispatch()
    const socket = new WebSocket(url, ['bearer.secret', 'huying.dispatch.v1'])
    await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject))
    expect(socket.protocol).toBe('huying.dispatch.v1')
    socket.terminate()
  })

  it('is refused once the service stops, and who is in is told so', async () => {
    const { url, hub } = await aDispatch()
    const peer = await aPeer(url)
    hub.stop()
    expect(await peer.closed).toEqual({ code: 1001, reason: 'the service stops' })
    expect(await refusedWith(url, [], { authorization: 'Bearer secret' })).toBe(503)
  })
})

describe('a subscription', () => {
  it('gets what was there and what comes, in order, with the cursor it started at', async () => {
    const { url, write } = await aDispatch()
    write(...someEvents(1, 5))
    const peer = await aPeer(url)
    peer.say({ type: 'subscribe', subscriber: 'a', after: 'earliest' })
    const subscribed = await peer.next('subscribed')
    expect(subscribed).toEqual({ type: 'subscribed', subscriber: 'a', after: '0', latest: '5', ledger: 'memory' })
    write(...someEvents(6, 9))
    await peer.until(hasCursor(9))
    expect(peer.cursors()).toEqual(range(1, 9))
  })

  it('from the latest gets only what comes', async () => {
    const { url, write } = await aDispatch()
    write(...someEvents(1, 5))
    const peer = await aPeer(url)
    await subscribe(peer, { subscriber: 'a', after: 'latest' })
    write(anEvent(6))
    await peer.until(hasCursor(6))
    expect(peer.cursors()).toEqual([6])
  })

  it('from a cursor gets what follows it', async () => {
    const { url, write } = await aDispatch()
    write(...someEvents(1, 5))
    const peer = await aPeer(url)
    await subscribe(peer, { subscriber: 'a', after: '3' })
    await peer.until(hasCursor(5))
    expect(peer.cursors()).toEqual([4, 5])
  })

  it('without a cursor goes on where it acknowledged, also after a restart', async () => {
    const first = await aDispatch()
    first.write(...someEvents(1, 5))
    const peer = await aPeer(first.url)
    await subscribe(peer, { subscriber: 'a', after: 'earliest' })
    await peer.until(hasCursor(5))
    peer.say({ type: 'ack', cursor: '3' })
    peer.say({ type: 'ack', cursor: '2' })
    peer.say({ type: 'subscribe', subscriber: 'a' })
    expect(await peer.next('subscribed')).toMatchObject({ after: '3' })
    await first.stop()
    const second = await aDispatch({ ledger: first.ledger, file: first.file })
    const again = await aPeer(second.url)
    await subscribe(again, { subscriber: 'a' })
    await again.until(hasCursor(5))
    expect(again.cursors()).toEqual([4, 5])
  })

  it('of a name never seen starts at the latest and loses nothing from then on', async () => {
    const { url, write, events } = await aDispatch()
    write(...someEvents(1, 2))
    const peer = await aPeer(url)
    await subscribe(peer, { subscriber: 'new' })
    peer.socket.terminate()
    write(...someEvents(3, 4))
    const again = await aPeer(url)
    await subscribe(again, { subscriber: 'new' })
    await again.until(hasCursor(4))
    expect(again.cursors()).toEqual([3, 4])
    expect(events.latest).toBe(4)
  })

  it.each(['5', '-1', '1.5', 'x', '', '99999999999999999999'])('from the cursor %j is refused', async (after) => {
    const { url, write, hub } = await aDispatch()
    write(...someEvents(1, 4))
    const peer = await aPeer(url)
    peer.say({ type: 'subscribe', subscriber: 'a', after })
    expect(await peer.next('error')).toMatchObject({ code: 'bad_cursor' })
    expect(hub.status().subscribers).toEqual([])
  })

  it('from a cursor whose successors are gone is refused, not skipped over', async () => {
    const { url, write, ledger } = await aDispatch()
    write(...someEvents(1, 4))
    const peer = await aPeer(url)
    await ledger.release(3)
    peer.say({ type: 'subscribe', subscriber: 'a', after: '1' })
    expect(await peer.next('error')).toMatchObject({ code: 'bad_cursor' })
    await subscribe(peer, { subscriber: 'a', after: 'earliest' })
    await peer.until(hasCursor(4))
    expect(peer.cursors()).toEqual([3, 4])
  })

  it('gets an event only once it is durable', async () => {
    const ledger = createMemoryJournal({ commit: 'by hand' })
    const { url, write } = await aDispatch({ ledger })
    const peer = await aPeer(url)
    await subscribe(peer, { subscriber: 'a', after: 'earliest' })
    write(anEvent(1))
    write(anEvent(2))
    ledger.commit(1)
    await peer.until(hasCursor(1))
    peer.say({ type: 'ack', cursor: '2' })
    expect(await peer.next('error')).toMatchObject({ code: 'bad_cursor' })
    expect(peer.cursors()).toEqual([1])
    ledger.commit(1)
    await peer.until(hasCursor(2))
    expect(peer.cursors()).toEqual([1, 2])
  })

  it('gets a backlog of 10,000 events from the files, each once and in order', async () => {
    const entries = someEvents(1, 10_000).map((event) => Buffer.from(JSON.stringify(event)))
    const { url, write } = await aDispatch({ ledger: createMemoryJournal({ entries }), ring: 100 })
    const peer = await aPeer(url)
    await subscribe(peer, { subscriber: 'a', after: 'earliest' })
    write(...someEvents(10_001, 10_010))
    await peer.until(hasCursor(10_010))
    expect(peer.cursors()).toEqual(range(1, 10_010))
    const ids = peer.received.filter((one) => one.event).map((one) => one.event?.id)
    expect(new Set(ids).size).toBe(10_010)
  })

  it('of which there are two under one name serves both; the furthest acknowledgement counts', async () => {
    const { url, write, hub } = await aDispatch()
    write(...someEvents(1, 5))
    const [one, two] = [await aPeer(url), await aPeer(url)]
    for (const peer of [one, two]) await subscribe(peer, { subscriber: 'a', after: 'earliest' })
    for (const peer of [one, two]) await peer.until(hasCursor(5))
    one.say({ type: 'ack', cursor: '4' })
    two.say({ type: 'ack', cursor: '2' })
    for (const peer of [one, two]) {
      peer.say('?')
      await peer.next('error')
    }
    expect([one.cursors(), two.cursors()]).toEqual([range(1, 5), range(1, 5)])
    expect(hub.status().subscribers).toMatchObject([{ name: 'a', connected: 2, acknowledged: 4, lag: 1 }])
  })

  it('made again on the same connection starts over with the new filter', async () => {
    const { url, write } = await aDispatch()
    write(anEvent(1), anEvent(2, { severity: 'critical' }), anEvent(3))
    const peer = await aPeer(url)
    await subscribe(peer, { subscriber: 'a', after: 'earliest' })
    await peer.until(hasCursor(3))
    await subscribe(peer, { subscriber: 'a', after: 'earliest', filter: { severity: ['critical'] } })
    write(anEvent(4, { severity: 'critical' }))
    await peer.until(hasCursor(4))
    expect(peer.cursors()).toEqual([1, 2, 3, 2, 4])
  })
})

describe('the name of a subscriber', () => {
  it('belongs to the token: its own and what begins with it, and nothing of a longer one', async () => {
    const { url } = await aDispatch()
    const peer = await aPeer(url, 'narrow')
    for (const subscriber of ['王', '王:夜班', '王.一', '王@1']) {
      peer.say({ type: 'subscribe', subscriber })
      expect(await peer.next('subscribed')).toMatchObject({ subscriber })
    }
    for (const subscriber of ['李', '王二', '王-1', '王.二', '王.二:夜班']) {
      peer.say({ type: 'subscribe', subscriber })
      expect(await peer.next('error')).toMatchObject({
        code: 'forbidden',
        message: `王 may not subscribe as ${subscriber}`,
      })
    }
    peer.say({ type: 'subscribe' })
    expect(await peer.next('subscribed')).not.toHaveProperty('subscriber')
  })

  it('is shown with what it asked for, and is forgotten on demand when it is not connected', async () => {
    const { url, hub, file } = await aDispatch({ nowMs: 7000 })
    const peer = await aPeer(url)
    await subscribe(peer, { subscriber: 'a', filter: { river: '文津河' } })
    expect(hub.status().subscribers).toEqual([
      { name: 'a', connected: 1, acknowledged: 0, lag: 0, lagS: 0, filters: [{ river: '文津河' }], seenMs: 7000 },
    ])
    expect(() => hub.checkRemovable('a')).toThrow('the subscriber is connected')
    expect(() => hub.checkRemovable('b')).toThrow('no such subscriber')
    await subscribe(peer, {})
    await hub.remove('a')
    expect(hub.status().subscribers).toEqual([])
    expect(file.text).toBe('{"ledgerId":"memory","acknowledged":{},"seenMs":{}}')
  })
})

describe('an acknowledgement', () => {
  it('of what was not sent is refused: it would be lost', async () => {
    const { url, write, hub } = await aDispatch()
    const peer = await aPeer(url)
    await subscribe(peer, { subscriber: 'a' })
    const last = await writeUntilBlocked({ write, hub, peer })
    peer.say({ type: 'ack', cursor: String(last) })
    await vi.waitFor(() => expect(hub.status().badMessages).toBe(1))
    peer.socket.resume()
    await peer.until(hasCursor(last))
    expect(peer.received.find(({ type }) => type === 'error')).toMatchObject({ code: 'bad_cursor' })
    expect(hub.status().subscribers).toMatchObject([{ acknowledged: 0 }])
    peer.say({ type: 'ack', cursor: String(last) })
    peer.say('?')
    await peer.next('error')
    expect(hub.status().subscribers).toMatchObject([{ acknowledged: last }])
  })

  it('may come over the next connection', async () => {
    const { url, write, hub } = await aDispatch()
    const first = await aPeer(url)
    await subscribe(first, { subscriber: 'a' })
    write(...someEvents(1, 3))
    await first.until(hasCursor(3))
    first.socket.close()
    await first.closed
    const second = await aPeer(url)
    second.socket.pause()
    second.say({ type: 'subscribe', subscriber: 'a' })
    second.say({ type: 'ack', cursor: '3' })
    second.say('?')
    second.socket.resume()
    await second.next('error')
    expect(hub.status().subscribers).toMatchObject([{ acknowledged: 3 }])
  })

  it('and a start are refused when their cursor is of another ledger', async () => {
    const { url, write } = await aDispatch()
    write(...someEvents(1, 3))
    const peer = await aPeer(url)
    peer.say({ type: 'subscribe', subscriber: 'a', after: '2', ledger: 'another' })
    expect(await peer.next('error')).toMatchObject({ code: 'bad_cursor', message: expect.stringContaining('memory') })
    await subscribe(peer, { subscriber: 'a', after: '2', ledger: 'memory' })
    peer.say({ type: 'ack', cursor: '3', ledger: 'another' })
    expect(await peer.next('error')).toMatchObject({ code: 'bad_cursor' })
  })
})

describe('a filter', () => {
  it('lets its subscriber acknowledge beyond what it never saw', async () => {
    const { url, write, hub } = await aDispatch()
    const peer = await aPeer(url)
    await subscribe(peer, { subscriber: 'a', after: 'earliest', filter: { minSeverity: 'critical' } })
    write(...someEvents(1, 450))
    await peer.until(hasCursor(400))
    expect(peer.received.filter((one) => one.type === 'progress').map((one) => one.cursor)).toEqual(['200', '400'])
    peer.say({ type: 'ack', cursor: '400' })
    peer.say('?')
    await peer.next('error')
    expect(hub.status().subscribers[0]?.lag).toBe(50)
  })
})

describe('a slow reader', () => {
  it('costs no more memory than the bound, holds nobody up, and gets everything later', async () => {
    const bulky = { code: 'above', params: { text: 'x'.repeat(16_000) } }
    const { url, write, sockets, hub } = await aDispatch({ ring: 50 })
    const slow = await aPeer(url)
    await subscribe(slow, { subscriber: 'slow', after: 'earliest' })
    slow.socket.pause()
    const quick = await aPeer(url)
    await subscribe(quick, { subscriber: 'quick', after: 'earliest' })
    let mostBuffered = 0
    for (let n = 1; n <= 2000; n++) {
      write(anEvent(n, { reason: bulky }))
      if (n % 20 > 0) continue
      await quick.until(hasCursor(n))
      mostBuffered = Math.max(mostBuffered, sockets[0]?.bufferedBytes ?? 0)
    }
    expect(hub.status().blockedSessions).toBe(1)
    expect(mostBuffered).toBeGreaterThan(200 * 1024)
    expect(mostBuffered).toBeLessThan(300 * 1024)
    slow.socket.resume()
    await slow.until(hasCursor(2000))
    expect(slow.cursors()).toEqual(range(1, 2000))
    expect(hub.status().blockedSessions).toBe(0)
  })
})

describe('rubbish', () => {
  it('is answered with what is wrong, and the connection goes on', async () => {
    const { url, write } = await aDispatch()
    const peer = await aPeer(url)
    const answer = async (message: object | string) => {
      peer.say(message)
      const { code, message: text, id } = await peer.next('error')
      return `${id === undefined ? '' : `${id} `}${code}: ${text}`
    }
    expect(await answer('{')).toMatchInlineSnapshot(`"bad_request: not JSON"`)
    expect(await answer('[]')).toMatchInlineSnapshot(`"bad_request: not a JSON object"`)
    expect(await answer({ type: 'hello', id: 'x' })).toMatchInlineSnapshot(
      `"x bad_request: type must be one of subscribe, ack, command, acknowledge, comment, shelve, unshelve, false_alarm, assign, hand_over, reopen"`,
    )
    expect(await answer({ type: 'ack', cursor: '0' })).toMatchInlineSnapshot(`"not_subscribed: subscribe first"`)
    expect(await answer({ type: 'subscribe', subscriber: 'a b' })).toMatchInlineSnapshot(
      `"bad_request: subscribe: /subscriber must match pattern "^[\\p{L}\\p{N}][\\p{L}\\p{N}._:@-]{0,63}$""`,
    )
    expect(await answer({ type: 'subscribe', filter: { severty: 'major' } })).toMatchInlineSnapshot(
      `"bad_request: subscribe: /filter/severty is not a known field"`,
    )
    expect(await answer({ type: 'command', id: 7, name: 'comment', alert: 'a' })).toMatchInlineSnapshot(
      `"7 bad_request: command comment: comment is missing"`,
    )
    expect(await answer({ type: 'acknowledge' })).toMatchInlineSnapshot(`"bad_request: acknowledge: alert is missing"`)
    await subscribe(peer, { subscriber: 'a', after: 'earliest' })
    write(anEvent(1))
    await peer.until(hasCursor(1))
  })

  it('without end ends the connection', async () => {
    const { url, hub } = await aDispatch()
    const peer = await aPeer(url)
    for (let i = 0; i < 30; i++) peer.say('?')
    expect(await peer.closed).toEqual({ code: 1008, reason: 'too many bad messages' })
    expect(hub.status().badMessages).toBe(21)
  })

  it('is forgiven with time', async () => {
    const { url, timers } = await aDispatch()
    const peer = await aPeer(url)
    for (let round = 0; round < 10; round++) {
      for (let i = 0; i < 5; i++) peer.say('?')
      await peer.until((received) => received.filter((one) => one.type === 'error').length === (round + 1) * 5)
      timers.advance(15_000)
    }
    expect(peer.socket.readyState).toBe(WebSocket.OPEN)
  })

  it('of more than 64 KiB ends the connection', async () => {
    const { url } = await aDispatch()
    const peer = await aPeer(url)
    peer.say('x'.repeat(64 * 1024 + 1))
    expect((await peer.closed).code).toBe(1009)
  })

  it('does not hurt the others', async () => {
    const { url, write } = await aDispatch()
    const [good, bad] = [await aPeer(url), await aPeer(url)]
    await subscribe(good, { subscriber: 'good' })
    bad.socket.send(Buffer.from([0xff, 0xfe]))
    expect(await bad.next('error')).toMatchObject({ code: 'bad_request', message: 'messages are text' })
    for (let i = 0; i < 30; i++) bad.say('?')
    await bad.closed
    write(anEvent(1))
    await good.until(hasCursor(1))
  })
})

describe('a heartbeat', () => {
  it('keeps who answers, tells it where it is, and drops who is silent for two', async () => {
    const { url, timers, hub, write } = await aDispatch()
    const [alive, dead] = [await aPeer(url), await aPeer(url)]
    for (const peer of [alive, dead]) await subscribe(peer, { subscriber: 'a' })
    write(anEvent(1))
    for (const peer of [alive, dead]) await peer.until(hasCursor(1))
    dead.socket.pause()
    for (let beat = 0; beat < 4; beat++) {
      const told = alive.next('progress')
      timers.advance(15_000)
      expect(await told).toEqual({ type: 'progress', cursor: '1' })
      alive.say({ type: 'ack', cursor: '1' })
      alive.say('?')
      await alive.next('error')
    }
    expect(hub.status()).toMatchObject({ sessions: 1, droppedSessions: 1 })
    expect(alive.socket.readyState).toBe(WebSocket.OPEN)
  })
})

describe('a stalled reader', () => {
  it('that answers pings but takes nothing is let go, and gets everything when it comes back', async () => {
    const { url, write, hub, timers, sockets } = await aDispatch()
    const peer = await aPeer(url)
    await subscribe(peer, { subscriber: 'a' })
    await writeUntilBlocked({ write, hub, peer })
    for (let beat = 0; beat < 3; beat++) {
      peer.socket.pong()
      peer.say('?')
      await vi.waitFor(() => expect(hub.status().badMessages).toBe(beat + 1))
      timers.advance(15_000)
    }
    expect(hub.status()).toMatchObject({ droppedSessions: 1 })
    expect(sockets).toHaveLength(1)
  })
})

describe('metrics', () => {
  it('say how far each subscriber is behind, in entries and in time', async () => {
    const { url, write, hub } = await aDispatch({ nowMs: 60_000 })
    const peer = await aPeer(url)
    await subscribe(peer, { subscriber: 'a' })
    write(...someEvents(1, 3))
    await peer.until(hasCursor(3))
    peer.say({ type: 'ack', cursor: '1' })
    peer.say('?')
    await peer.next('error')
    const lines = hub
      .measurements()
      .map(({ name, labels, value }) => `${name} ${JSON.stringify(labels ?? {})} ${value}`)
    expect(lines).toMatchInlineSnapshot(`
      [
        "huying_dispatch_sessions {} 1",
        "huying_dispatch_blocked_sessions {} 0",
        "huying_dispatch_sent_events_total {} 3",
        "huying_dispatch_bad_messages_total {} 1",
        "huying_dispatch_dropped_sessions_total {} 0",
        "huying_dispatch_lag_entries {"subscriber":"a"} 2",
        "huying_dispatch_lag_seconds {"subscriber":"a"} 58",
      ]
    `)
  })
})
