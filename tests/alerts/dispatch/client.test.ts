import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { backoffMs } from '../../../alerts/dispatch/backoff.ts'
import { createDispatchClient, type DispatchClientOptions } from '../../../alerts/dispatch/client.ts'
import type { Alert } from '../../../core/alert.ts'
import type { AlertCommand } from '../../../core/alert-command.ts'
import { AppError } from '../../../core/errors.ts'
import { createHandTimers } from '../../fakes/hand-timers.ts'
import { createMemoryJournal } from '../../fakes/memory-journal.ts'
import { anEvent } from '../an-event.ts'
import { aDispatch } from './a-dispatch.ts'

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
      timers.advance(backoffMs(attempt - 1, () => 0.5))
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

  it('refuses a token that cannot be sent', () => {
    expect(() => aClient('ws://localhost', { token: 'a b' })).toThrow('the token has characters')
  })
})

describe('the back-off', () => {
  it('doubles up to 15 s, with jitter of a half', () => {
    const longest = [0, 1, 2, 3, 4, 5, 6, 7, 100].map((failures) => backoffMs(failures, () => 1))
    expect(longest).toEqual([250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000])
    expect(backoffMs(3, () => 0)).toBe(1000)
  })
})
