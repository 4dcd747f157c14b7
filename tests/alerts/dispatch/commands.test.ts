import { describe, expect, it } from 'vitest'
import { type AlertCommand, createAlertBook } from '../../../alerts/alert-book.ts'
import type { Alert } from '../../../core/alert.ts'
import { toAppError } from '../../../core/errors.ts'
import { createMemoryJournal } from '../../fakes/memory-journal.ts'
import { aSignal } from '../a-signal.ts'
import { aDispatch, aPeer } from './a-dispatch.ts'

/** A dispatch over a book with one alert whose commands resolve once the ledger has them. */
async function aDesk(commit: 'at once' | 'by hand' = 'at once') {
  const ledger = createMemoryJournal({ commit })
  const book = createAlertBook({ describe: () => ({}) })
  const [raised] = book.applySignal(aSignal(1))
  const command = (asked: AlertCommand, by: string): Promise<Alert> =>
    new Promise((resolve, reject) => {
      try {
        const outcome = book.applyCommand({ ...asked, by }, 5000)
        if ('unchanged' in outcome) return resolve(outcome.unchanged)
        const bytes = Buffer.from(JSON.stringify(outcome.event))
        ledger.append(bytes, (error) => (error ? reject(error) : resolve(outcome.event.alert)))
      } catch (error) {
        reject(toAppError(error))
      }
    })
  const dispatch = await aDispatch({ ledger, command })
  return { ...dispatch, id: raised?.alert.id ?? '', peer: await aPeer(dispatch.url) }
}

describe('a command over dispatch', () => {
  it('is answered with the alert as it stands then, in the name of who sent it, and is an event for all', async () => {
    const { id, peer } = await aDesk()
    peer.say({ type: 'subscribe', subscriber: 'a', after: 'latest' })
    await peer.next('subscribed')
    peer.say({ type: 'command', id: 7, name: 'acknowledge', alert: id, comment: '在看' })
    const received = await peer.until((all) =>
      ['result', 'event'].every((type) => all.some((one) => one.type === type)),
    )
    expect(received.find((one) => one.type === 'result')).toMatchObject({
      id: 7,
      ok: true,
      alert: { id, acknowledged: true, acknowledgedBy: '王', acknowledgedAt: '1970-01-01T00:00:05.000Z', version: 2 },
    })
    expect(received.find((one) => one.type === 'event')?.event).toMatchObject({
      type: 'alert.acknowledged',
      by: '王',
      comment: '在看',
    })
    expect(JSON.stringify(received)).not.toContain('lastOrder')
  })

  it('is answered only once it is durable', async () => {
    const { id, peer, ledger } = await aDesk('by hand')
    peer.say({ type: 'acknowledge', id: 'c1', alert: id })
    peer.say('?')
    await peer.next('error')
    expect(peer.received.map((one) => one.type)).toEqual(['error'])
    ledger.commit()
    expect(await peer.next('result')).toMatchObject({ id: 'c1', ok: true })
  })

  it('is refused with its id when the alert is unknown or has changed', async () => {
    const { id, peer } = await aDesk()
    peer.say({ type: 'command', id: 'c1', name: 'acknowledge', alert: 'nobody' })
    expect(await peer.next('error')).toEqual({ type: 'error', id: 'c1', code: 'not_found', message: 'no such alert' })
    peer.say({ type: 'comment', id: 'c2', alert: id, comment: '好', expectedVersion: 9 })
    expect(await peer.next('error')).toEqual({
      type: 'error',
      id: 'c2',
      code: 'conflict',
      message: 'the alert has version 1, not 9',
    })
  })

  it('does not tell a stranger what went wrong inside', async () => {
    const { url } = await aDispatch({ command: () => Promise.reject(new Error('password of the database')) })
    const peer = await aPeer(url)
    peer.say({ type: 'acknowledge', alert: 'a' })
    expect(await peer.next('error')).toEqual({ type: 'error', code: 'internal', message: 'internal error' })
  })

  it('waits for no more than 32 others of the same connection', async () => {
    const { url } = await aDispatch({ command: () => new Promise(() => undefined) })
    const peer = await aPeer(url)
    for (let id = 1; id <= 33; id++) peer.say({ type: 'acknowledge', id, alert: 'a' })
    expect(await peer.next('error')).toMatchObject({ id: 33, code: 'too_many_requests' })
  })

  it('of a client that never reads the answers ends the connection', async () => {
    const bulky = createAlertBook({ describe: () => ({}) }).applySignal(
      aSignal(1, { reason: { code: 'above', params: { text: 'x'.repeat(60_000) } } }),
    )[0]?.alert as Alert
    const { url, sockets } = await aDispatch({ command: async () => bulky })
    const peer = await aPeer(url)
    peer.socket.pause()
    let most = 0
    for (let id = 1; id <= 2000 && (sockets[0]?.bufferedBytes ?? 0) <= 1024 * 1024; id++) {
      peer.say({ type: 'acknowledge', id, alert: 'a' })
      await new Promise((resolve) => setImmediate(resolve))
      most = Math.max(most, sockets[0]?.bufferedBytes ?? 0)
    }
    peer.say({ type: 'acknowledge', id: 'last', alert: 'a' })
    peer.socket.resume()
    expect(await peer.closed).toEqual({ code: 1008, reason: 'answers are not read' })
    expect(most).toBeLessThan(1024 * 1024 + 70_000 * 33)
  })
})
