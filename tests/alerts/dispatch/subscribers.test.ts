import { describe, expect, it } from 'vitest'
import { createSubscribers } from '../../../alerts/dispatch/subscribers.ts'
import { silentLog } from '../../../core/log.ts'
import { createHandTimers } from '../../fakes/hand-timers.ts'

function aStore(over: { ledgerId?: string; limit?: number; text?: string; latest?: number } = {}) {
  const timers = createHandTimers()
  const file = { text: over.text ?? (null as string | null), saves: 0, broken: false }
  const subscribers = createSubscribers({
    ledgerId: over.ledgerId ?? 'ledger-1',
    latest: over.latest ?? 1000,
    clock: { nowMs: () => 5000 },
    load: async () => file.text,
    save: async (text) => {
      file.saves++
      if (file.broken) throw new Error('no disk')
      file.text = text
    },
    log: silentLog,
    timers,
    ...(over.limit !== undefined && { limit: over.limit }),
  })
  return { timers, file, subscribers }
}

describe('remembered subscribers', () => {
  it('are stored before a new name is answered', async () => {
    const { file, subscribers } = aStore()
    await subscribers.register('a', 7)
    expect(file.text).toBe('{"ledgerId":"ledger-1","acknowledged":{"a":7},"seenMs":{"a":5000}}')
  })

  it('move forward, never backwards, and only for names that are known', async () => {
    const { subscribers } = aStore()
    await subscribers.register('a', 7)
    await subscribers.register('a', 3)
    subscribers.acknowledge('a', 9)
    subscribers.acknowledge('a', 8)
    subscribers.acknowledge('b', 8)
    expect(subscribers.all()).toEqual([{ name: 'a', acknowledged: 9, seenMs: 5000 }])
  })

  it('are written once for many acknowledgements', async () => {
    const { timers, file, subscribers } = aStore()
    await subscribers.register('a', 0)
    for (let seq = 1; seq <= 100; seq++) subscribers.acknowledge('a', seq)
    expect(file.saves).toBe(1)
    timers.advance(250)
    await subscribers.stop()
    expect(file.saves).toBe(2)
    expect(file.text).toContain('"a":100')
  })

  it('are written at the end, and the timer is gone', async () => {
    const { timers, file, subscribers } = aStore()
    await subscribers.register('a', 0)
    subscribers.acknowledge('a', 5)
    await subscribers.stop()
    await subscribers.stop()
    expect(file.text).toContain('"a":5')
    expect(timers.waiting).toBe(0)
  })

  it('survive a restart with the same ledger and mean nothing with another', async () => {
    const text = '{"ledgerId":"ledger-1","acknowledged":{"a":7}}'
    const same = aStore({ text })
    await same.subscribers.start()
    expect(same.subscribers.get('a')).toBe(7)
    const other = aStore({ text, ledgerId: 'ledger-2' })
    await other.subscribers.start()
    expect(other.subscribers.get('a')).toBeUndefined()
  })

  it('are tried again when the disk refuses', async () => {
    const { timers, file, subscribers } = aStore()
    file.broken = true
    await subscribers.register('a', 7)
    expect(file.text).toBeNull()
    file.broken = false
    timers.advance(250)
    await subscribers.stop()
    expect(file.text).toContain('"a":7')
  })

  it.each(['{', 'null', '{"ledgerId":"ledger-1","acknowledged":{"a":"7"}}'])(
    'refuse to start over %s',
    async (text) => {
      await expect(aStore({ text }).subscribers.start()).rejects.toMatchObject({ code: 'journal_corrupt' })
    },
  )

  it('are bounded', async () => {
    const { subscribers } = aStore({ limit: 1 })
    await subscribers.register('a', 7)
    await expect(subscribers.register('b', 7)).rejects.toMatchObject({ code: 'too_many_requests' })
    await subscribers.register('a', 7)
  })

  it('that acknowledged more than a restored ledger has go back to its end', async () => {
    const { subscribers } = aStore({ text: '{"ledgerId":"ledger-1","acknowledged":{"a":90,"b":20}}', latest: 50 })
    await subscribers.start()
    expect(subscribers.all()).toEqual([
      { name: 'a', acknowledged: 50 },
      { name: 'b', acknowledged: 20 },
    ])
  })

  it('are forgotten on demand, also in the file', async () => {
    const { file, subscribers } = aStore()
    await subscribers.register('a', 7)
    await subscribers.remove('a')
    expect([subscribers.get('a'), file.text]).toEqual([
      undefined,
      '{"ledgerId":"ledger-1","acknowledged":{},"seenMs":{}}',
    ])
  })
})
