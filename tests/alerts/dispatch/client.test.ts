import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { Alert } from '../../../core/alert.ts'
import type { AlertCommand } from '../../../core/alert-command.ts'
import { backOffMs } from '../../../core/dispatch-client/back-off.ts'
import { createDispatchClient, type DispatchClientOptions } from '../../../core/dispatch-client/index.ts'
import { AppError } from '../../../core/errors.ts'
import { createHandTimers } from '../../fakes/hand-timers.ts'
import { createMemoryJournal } from '../../fakes/memory-journal.ts'
import { anEvent } from '../an-event.ts'
import { aDispatch } from './a-dispatch.ts'

const BACK_OFF = { firstMs: 250, longestMs: 15_000 }

/** A client that writes down what it is told, with time moved by hand. */
function aClient(url: string, over: Partial<DispatchClientOptions> = {}) {
  const timers = createHandTimers()
  const cursors: number[] = []
  const notes: string[] = []
  const waiting = new Set<() => void>()
  const note = (text: string) => {
    notes.push(text)
    for (const look of [...waiting]) look()
  }
  const client = createDispatchClient({
    url,
    token: 'secret',
    subscriber: 'a',
    WebSocket,
    timers,
    random: () => 0.5,
    onEvent(_, cursor) {
      cursors.push(Number(cursor))
      note(`event ${cursor}`)
    },
    onSubscribed: ({ after }) => note(`subscribed after ${after}`),
    onTrouble: ({ code }) => note(code),
    ...over,
  })
  onTestFinished(() => client.close())
  /** Resolves when this was noted `times` times. */
  const until = (text: string, times = 1): Promise<void> =>
    new Promise((resolve) => {
      function look(): void {
        if (notes.filter((one) => one === text).length < times) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
    })
  return { client, timers, cursors, notes, until }
}

describe('the client', () => {
  it('comes back after the service restarted and goes on where it acknowledged', async () => {
    const ledger = createMemoryJournal()
    const first = await aDispatch({ ledger })
    const { client, timers, cursors, until } = aClient(first.url, { after: 'earliest' })
    client.start()
    first.write(...[1, 2, 3, 4].map((n) => anEvent(n)))
    await until('event 4')
    client.ack('2')
    await first.stop()
    await until('connection_lost')
    expect(client.state).toBe('waiting')
    client.ack('3')
    const second = await aDispatch({ ledger, port: first.port, file: first.file })
    second.write(anEvent(5))
    timers.advance(250)
    await until('event 5')
    expect(cursors).toEqual([1, 2, 3, 4, 4, 5])
    expect(client.state).toBe('subscribed')
  })

  it('that acknowledged nothing gets again what it got, and what it missed', async () => {
    const { url, write, sockets } = await aDispatch()
    const { client, timers, cursors, until } = aClient(url, { after: 'latest' })
    client.start()
    await until('subscribed after 0')
    write(anEvent(1))
    await until('event 1')
    sockets[0]?.terminate()
    await until('connection_lost')
    write(anEvent(2))
    timers.advance(250)
    await until('event 2')
    expect(cursors).toEqual([1, 1, 2])
  })

  it('notices that the other side vanished by its silence', async () => {
    const { url } = await aDispatch()
    const { client, timers, until } = aClient(url)
    client.start()
    await until('subscribed after 0')
    timers.advance(44_999)
    expect(client.state).toBe('subscribed')
    timers.advance(1)
    expect(client.state).toBe('waiting')
    timers.advance(250)
    await until('subscribed after 0', 2)
  })

  it('sends a command again that had no answer, with the same idempotency key', async () => {
    const asked: AlertCommand[] = []
    const alert = anEvent(1).alert
    const command = (one: AlertCommand): Promise<Alert> => {
      asked.push(one)
      if (asked.length > 1) return Promise.resolve(alert)
      sockets[0]?.terminate()
      return new Promise(() => undefined)
    }
    const { url, sockets } = await aDispatch({ command })
    const { client, timers, until } = aClient(url)
    client.start()
    const answer = client.command({ type: 'comment', alertId: alert.id, comment: '好' })
    await until('connection_lost')
    timers.advance(250)
    expect((await answer).id).toBe(alert.id)
    expect(asked).toHaveLength(2)
    expect(asked[0]?.idempotencyKey).toBeTruthy()
    expect(asked[1]).toEqual(asked[0])
  })

  it('rejects a command with the code that the server gives', async () => {
    const command = () => Promise.reject(new AppError('conflict', 'the alert has version 2, not 1'))
    const { url } = await aDispatch({ command })
    const { client } = aClient(url)
    client.start()
    await expect(client.command({ type: 'acknowledge', alertId: 'a' })).rejects.toMatchObject({
      code: 'conflict',
      message: 'the alert has version 2, not 1',
    })
  })

  it('falls back on what the server remembers when its cursor belongs to another ledger', async () => {
    const { url, write } = await aDispatch()
    write(anEvent(1))
    const { client, timers, notes, until } = aClient(url, { after: '77' })
    client.start()
    await until('connection_lost')
    timers.advance(250)
    await until('subscribed after 1')
    expect(notes.slice(0, 2)).toEqual(['bad_cursor', 'connection_lost'])
  })

  it('keeps trying while there is no service, more and more slowly', async () => {
    const { url, stop } = await aDispatch()
    await stop()
    const { client, timers, until } = aClient(url)
    client.start()
    for (let attempt = 1; attempt <= 4; attempt++) {
      await until('connection_lost', attempt)
      timers.advance(backOffMs(BACK_OFF, attempt, () => 0.5))
    }
    await until('connection_lost', 5)
  })

  it('ends for good, and what it was asked to do is rejected', async () => {
    const { url } = await aDispatch({ command: () => new Promise(() => undefined) })
    const { client, timers, until } = aClient(url)
    client.start()
    await until('subscribed after 0')
    const answer = client.command({ type: 'acknowledge', alertId: 'a' })
    client.close()
    client.close()
    await expect(answer).rejects.toMatchObject({ code: 'stopped' })
    await expect(client.command({ type: 'acknowledge', alertId: 'a' })).rejects.toMatchObject({ code: 'stopped' })
    expect([client.state, timers.waiting]).toEqual(['closed', 0])
  })

  it('that is not let in asks again much later, and then with the token of then', async () => {
    const { url } = await aDispatch()
    const tokens = ['wrong', 'secret']
    const { client, timers, notes, until } = aClient(url, {
      token: () => tokens.shift() as string,
      refusedRetryMs: 60_000,
    })
    client.start()
    await until('unauthorized')
    expect([client.state, notes]).toEqual(['refused', ['unauthorized']])
    timers.advance(44_000)
    expect(tokens).toEqual(['secret'])
    timers.advance(1000)
    await until('subscribed after 0')
    expect(client.state).toBe('subscribed')
  })

  it('learns from the API that it is not let in where the WebSocket does not say why', async () => {
    const { url } = await aDispatch()
    class Silent extends WebSocket {
      constructor(address: string, protocols: string[]) {
        super(address, protocols)
        this.on('error', () => undefined)
        Object.defineProperty(this, 'onerror', { set: () => undefined })
      }
    }
    const asked: string[] = []
    const statusOf = async (token: string) => {
      asked.push(token)
      return 403
    }
    const { client, until } = aClient(url, { token: 'view', WebSocket: Silent, statusOf })
    client.start()
    await until('forbidden')
    expect([client.state, asked]).toEqual(['refused', ['view']])
  })

  it('under a name that is not its own is told so and does not hammer', async () => {
    const { url, hub } = await aDispatch()
    const { client, timers, until } = aClient(url, { token: 'narrow', subscriber: '李' })
    client.start()
    await until('forbidden')
    expect(client.state).toBe('refused')
    timers.advance(60_000)
    expect(hub.status().sessions).toBeLessThanOrEqual(1)
  })

  it('begins with the first event of the ledger when that is another one', async () => {
    const first = await aDispatch()
    const { client, timers, cursors, until } = aClient(first.url)
    client.start()
    await until('subscribed after 0')
    first.write(...[1, 2, 3].map((n) => anEvent(n)))
    await until('event 3')
    client.ack('3')
    await first.stop()
    await until('connection_lost')
    const ledger = createMemoryJournal({ id: 'restored' })
    const second = await aDispatch({ ledger, port: first.port })
    second.write(...[1, 2, 3, 4, 5].map((n) => anEvent(n)))
    timers.advance(250)
    await until('connection_lost', 2)
    timers.advance(500)
    await until('ledger_changed')
    await until('event 5')
    expect(cursors).toEqual([1, 2, 3, 1, 2, 3, 4, 5])
    client.ack('9')
    client.ack('5')
    await vi.waitFor(() => expect(second.hub.status().subscribers).toMatchObject([{ acknowledged: 5 }]))
    expect(second.hub.status().badMessages).toBe(1)
  })

  it('goes on behind an event that its handler cannot take', async () => {
    const { url, write } = await aDispatch()
    const seen: string[] = []
    const { client, until } = aClient(url, {
      after: 'earliest',
      onEvent(_, cursor) {
        seen.push(cursor)
        if (cursor === '1') throw new Error('not now')
      },
      onProgress: () => undefined,
    })
    client.start()
    write(anEvent(1), anEvent(2))
    await until('handler_failed')
    await vi.waitFor(() => expect(seen).toEqual(['1', '2']))
  })

  it('has no more commands under way than the service takes, and all are answered', async () => {
    const alert = anEvent(1).alert
    let most = 0
    let now = 0
    const command = async (): Promise<Alert> => {
      most = Math.max(most, ++now)
      await new Promise((resolve) => setImmediate(resolve))
      now--
      return alert
    }
    const { url } = await aDispatch({ command })
    const { client } = aClient(url)
    const asked = Array.from({ length: 200 }, () => client.command({ type: 'acknowledge', alertId: alert.id }))
    client.start()
    expect(await Promise.all(asked)).toHaveLength(200)
    expect(most).toBeLessThanOrEqual(16)
  })

  it('asks again what a service on its way out could not answer', async () => {
    const alert = anEvent(1).alert
    let asked = 0
    const command = (): Promise<Alert> => {
      if (++asked > 1) return Promise.resolve(alert)
      setImmediate(() => sockets[0]?.terminate())
      return Promise.reject(new AppError('stopped', 'the ledger is closed'))
    }
    const { url, sockets } = await aDispatch({ command })
    const { client, timers, until } = aClient(url)
    client.start()
    const answer = client.command({ type: 'acknowledge', alertId: alert.id })
    await until('connection_lost')
    timers.advance(250)
    expect((await answer).id).toBe(alert.id)
  })

  it('carries any token', async () => {
    const { url } = await aDispatch()
    const { client, until } = aClient(url, { token: '密/钥=' })
    client.start()
    await until('subscribed after 0')
  })
})

describe('the back-off', () => {
  it('doubles up to its longest, with jitter of a half', () => {
    const longest = [1, 2, 3, 4, 5, 6, 7, 8, 100].map((failures) => backOffMs(BACK_OFF, failures, () => 1))
    expect(longest).toEqual([250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000])
    expect(backOffMs(BACK_OFF, 4, () => 0)).toBe(1000)
  })
})
