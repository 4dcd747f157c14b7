import { describe, expect, it } from 'vitest'
import { createEventLog, type LoggedEvent } from '../../alerts/event-log.ts'
import { AppError } from '../../core/errors.ts'
import type { DeviceEvent, LedgerEntry } from '../../core/ledger-entry.ts'
import { createMemoryJournal } from '../fakes/memory-journal.ts'
import { anEvent } from './an-event.ts'

const aDevice: DeviceEvent = {
  type: 'device.registered',
  atMs: 1,
  device: { id: 'd', type: 'smoke-detector', registeredAtMs: 1, tokenHash: 'secret' },
}
const toBytes = (entry: LedgerEntry) => Buffer.from(JSON.stringify(entry))
const cursors = (logged: LoggedEvent[]) => logged.map((one) => one.seq)

function aLog(ring: number) {
  const ledger = createMemoryJournal({ id: 'ledger-1', commit: 'by hand' })
  const events = createEventLog({ ledger, ring })
  const write = (entry: LedgerEntry, offered = true) => {
    const seq = ledger.append(toBytes(entry), (error) => {
      if (!error && offered) events.offer(seq, entry)
    })
    return seq
  }
  return { ledger, events, write }
}

describe('the event log', () => {
  it('makes the wire message once, the same from memory and from the files', async () => {
    const { ledger, events, write } = aLog(1)
    write(anEvent(1, { evidence: ['aa'] }))
    ledger.commit()
    const [fromRing] = events.read(0, 10) as LoggedEvent[]
    expect(ledger.reads).toBe(0)
    write(anEvent(2))
    ledger.commit()
    const [fromFiles] = await events.read(0, 1)
    expect(ledger.reads).toBe(1)
    expect(fromFiles?.message?.toString()).toBe(fromRing?.message?.toString())
    expect(JSON.parse(String(fromRing?.message))).toMatchInlineSnapshot(`
      {
        "cursor": "1",
        "event": {
          "alert": {
            "acknowledged": false,
            "category": "fire",
            "deviceName": "name of smoke-1",
            "evidence": [
              "aa",
            ],
            "id": "049985774e227d8365ab",
            "lastAt": "1970-01-01T00:00:00.900Z",
            "level": 2,
            "limit": 0.1,
            "occurrences": 1,
            "raisedAt": "1970-01-01T00:00:00.900Z",
            "reason": {
              "code": "above",
              "limit": 0.1,
              "metric": "smoke_dbm",
              "unit": "dB/m",
              "value": 0.12,
            },
            "rule": "smoke",
            "ruleTitle": {
              "en": "Smoke",
              "zh": "烟雾",
            },
            "severity": "major",
            "state": "active",
            "subject": {
              "device": "smoke-1",
              "metric": "smoke_dbm",
            },
            "unit": "dB/m",
            "value": 0.12,
            "version": 1,
          },
          "at": "1970-01-01T00:00:01.000Z",
          "id": "ledger-1-1",
          "type": "alert.raised",
        },
        "type": "event",
      }
    `)
  })

  it('shows nothing that is not durable', async () => {
    const { ledger, events, write } = aLog(10)
    write(anEvent(1))
    write(anEvent(2))
    expect(events.read(0, 10)).toEqual([])
    ledger.commit(1)
    expect(events.latest).toBe(1)
    expect(cursors(await events.read(0, 10))).toEqual([1])
  })

  it('never shows what was given up, and takes what came in its place', async () => {
    const { ledger, events, write } = aLog(10)
    write(anEvent(1))
    ledger.fail(new AppError('journal_failed', 'no disk'))
    const other = anEvent(2, { rule: 'other' })
    expect(write(other)).toBe(1)
    ledger.commit()
    expect((await events.read(0, 10)).map((one) => one.event?.alert.rule)).toEqual(['other'])
  })

  it('reads back what was not offered, once for all readers', async () => {
    const { ledger, events, write } = aLog(10)
    write(anEvent(1))
    write(aDevice, false)
    write(anEvent(3))
    ledger.commit()
    expect(cursors(await events.read(0, 10))).toEqual([1])
    const rest = await events.read(1, 10)
    expect(cursors(rest)).toEqual([2, 3])
    expect(rest[0]).toEqual({ seq: 2, atMs: 1, event: null, message: null })
    expect(cursors(events.read(0, 10) as LoggedEvent[])).toEqual([1, 2, 3])
    expect(ledger.reads).toBe(1)
  })

  it('keeps no more than the ring in memory and still has everything', async () => {
    const { ledger, events, write } = aLog(3)
    for (let i = 1; i <= 8; i++) write(anEvent(i))
    ledger.commit()
    expect(cursors(await events.read(0, 4))).toEqual([1, 2, 3, 4])
    expect(cursors(events.read(5, 10) as LoggedEvent[])).toEqual([6, 7, 8])
    expect(events.read(8, 10)).toEqual([])
  })

  it('holds the bytes of its messages and nothing around them', async () => {
    const { ledger, events, write } = aLog(3)
    write(anEvent(1))
    write(anEvent(2), false)
    ledger.commit()
    const logged = [...(await events.read(0, 1)), ...(await events.read(1, 1))]
    expect(logged.map(({ message }) => message?.buffer.byteLength)).toEqual(
      logged.map(({ message }) => message?.byteLength),
    )
  })

  it('tells its listeners of a commit until they leave', () => {
    const { ledger, events, write } = aLog(3)
    let calls = 0
    const leave = events.onAdvance(() => calls++)
    write(anEvent(1))
    expect(calls).toBe(0)
    ledger.commit()
    expect(calls).toBe(1)
    leave()
    write(anEvent(2))
    ledger.commit()
    expect(calls).toBe(1)
  })

  it('says that the ledger is broken when an entry is not JSON', async () => {
    const ledger = createMemoryJournal({ entries: [Buffer.from('{')] })
    await expect(createEventLog({ ledger }).read(0, 1)).rejects.toMatchObject({ code: 'journal_corrupt' })
  })
})
