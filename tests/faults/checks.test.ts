import { describe, expect, it } from 'vitest'
import { alertEventId, toAlertEventView } from '../../core/alert-view.ts'
import type { AlertEvent } from '../../core/ledger-entry.ts'
import { encodeLedgerRecord, NO_PREVIOUS, recordHash } from '../../core/ledger-record.ts'
import { anEvent } from '../alerts/an-event.ts'
import { checkAll } from './check-all.ts'
import { compareEvents, compareRecords } from './check-database.ts'
import { contentOf } from './check-deliveries.ts'
import { toRecord } from './read-ledger.ts'
import type { ConnectionRecord, SubscriberRecord, Testimony, WrittenLedger } from './testimony.ts'

const LEDGER = 'ledger'

/** One oven that is hot, acknowledged, commented, cool, hot again and cool again. */
const EVENTS: AlertEvent[] = [
  event(1, 'alert.raised'),
  event(2, 'alert.acknowledged', { idempotencyKey: 'ack-1', by: 'li' }),
  event(3, 'alert.commented', { idempotencyKey: 'comment-1', by: 'li' }),
  event(4, 'alert.cleared'),
  event(5, 'alert.raised'),
  event(6, 'alert.cleared'),
]

function event(version: number, type: AlertEvent['type'], more: Partial<AlertEvent> = {}): AlertEvent {
  const made = anEvent(1, { rule: 'hot-0', subject: { device: 'oven-0', metric: 'hot_0' } })
  return { ...made, type, alert: { ...made.alert, id: 'a', version }, ...more }
}

function ledgerOf(events: AlertEvent[]): WrittenLedger {
  let prev = NO_PREVIOUS
  const records = events.map((entry, index) => {
    const bytes = Buffer.from(encodeLedgerRecord(entry, index + 1, prev))
    prev = recordHash(bytes).toString('hex')
    return toRecord(index + 1, bytes)
  })
  return { id: LEDGER, records }
}

/** A subscriber that got these positions over these connections. */
function subscriber(connections: (ConnectionRecord & { got: number[] })[], name = 'desk'): SubscriberRecord {
  return {
    name,
    wants: () => true,
    connections: connections.map(({ got: _, ...connection }) => connection),
    deliveries: connections.flatMap(({ got }, connection) =>
      got.map((cursor) => {
        const id = alertEventId(LEDGER, cursor)
        const view = toAlertEventView(EVENTS[cursor - 1] as AlertEvent, id)
        return { connection, cursor, id, content: contentOf(JSON.parse(JSON.stringify(view))) }
      }),
    ),
  }
}

const FIRST = { after: 0, asked: 0, acknowledged: 0 }

function testimony(broken: Partial<Testimony> = {}): Testimony {
  return {
    ledger: ledgerOf(EVENTS),
    untilSeq: 6,
    subscribers: [
      subscriber([
        { ...FIRST, got: [1, 2, 3] },
        { after: 2, acknowledged: 2, got: [3, 4, 5, 6] },
      ]),
    ],
    commands: [
      { key: 'ack-1', type: 'acknowledge', alertId: 'a', answers: ['ok', 'ok'] },
      { key: 'ack-2', type: 'acknowledge', alertId: 'a', answers: ['ok'] },
      { key: 'comment-1', type: 'comment', alertId: 'a', answers: [] },
    ],
    conditions: [{ rule: 'hot-0', device: 'oven-0', metric: 'hot_0', high: [false, true, true, false, true, false] }],
    ...broken,
  }
}

const told = (connections: (ConnectionRecord & { got: number[] })[]) => ({ subscribers: [subscriber(connections)] })

it('finds nothing in a history where everything arrived, some of it twice', () => {
  expect(checkAll(testimony())).toEqual([])
})

describe.each<[title: string, broken: Partial<Testimony>, fault: RegExp]>([
  ['an event that never came', told([{ ...FIRST, got: [1, 2, 3, 4, 5] }]), /desk: never got 1 events, the first 6/],
  ['an event left out', told([{ ...FIRST, got: [1, 2, 4, 5, 6] }]), /connection 0 brought 4 where 3 was next/],
  ['two events in the wrong order', told([{ ...FIRST, got: [1, 3, 2, 4, 5, 6] }]), /first got 3 where 2 was next/],
  [
    'an event left out between two connections',
    told([
      { ...FIRST, got: [1, 2, 3] },
      { after: 4, acknowledged: 4, got: [5, 6] },
    ]),
    /first got 5 where 4 was next/,
  ],
  [
    'a start beyond what was acknowledged',
    told([
      { ...FIRST, got: [1, 2, 3, 4] },
      { after: 4, acknowledged: 2, got: [5, 6] },
    ]),
    /starts at 4, beyond 2/,
  ],
  [
    'a start elsewhere than asked',
    told([{ after: 1, asked: 0, acknowledged: 0, got: [2, 3, 4, 5, 6] }]),
    /asked for 0/,
  ],
  ['an event that is not in the ledger', { ledger: ledgerOf(EVENTS.slice(0, 5)) }, /got position 6, which the ledger/],
  ['a subscriber that never got in', { subscribers: [subscriber([])] }, /desk: was never subscribed/],
])('finds %s', (_, broken, fault) => {
  it('in what a subscriber got', () => {
    expect(checkAll(testimony(broken)).join('\n')).toMatch(fault)
  })
})

it('finds one event id with two contents, and content that the ledger does not have', () => {
  const bent = testimony()
  const last = bent.subscribers[0]?.deliveries.at(-1)
  if (last) last.content = 'another'
  expect(checkAll(bent)).toEqual([`desk: event ${LEDGER}-6 is not what the ledger has`])

  const again = testimony()
  const third = again.subscribers[0]?.deliveries[2]
  if (third) third.content = 'another'
  expect(checkAll(again)).toContain(`desk: event ${LEDGER}-3 came with two contents`)
})

const without = (seq: number) => EVENTS.filter((_, index) => index !== seq - 1)
const twice = (seq: number) => [...EVENTS, EVENTS[seq - 1] as AlertEvent]

it('finds a command that was answered ok and is not there, or is there twice, or of another alert', () => {
  const of = (ledger: WrittenLedger, commands = testimony().commands) =>
    checkAll(testimony({ ledger, commands, subscribers: [], conditions: [] }))
  const [, , comment] = testimony().commands
  const answered = [{ ...(comment as Testimony['commands'][number]), answers: ['conflict', 'ok'] }]

  expect(of(ledgerOf(without(3)))).toEqual([])
  expect(of(ledgerOf(without(3)), answered)).toEqual([expect.stringContaining('answered ok and is not in the history')])
  expect(of(ledgerOf(twice(3)))).toEqual([expect.stringContaining('is in the history 2 times')])
  expect(of(ledgerOf(without(2))).at(0)).toContain('command ack-1')
  expect(
    of(
      ledgerOf(EVENTS),
      answered.map((one) => ({ ...one, alertId: 'b' })),
    ),
  ).toHaveLength(1)
})

it('finds a condition that was not raised, raised twice, or left standing', () => {
  const of = (events: AlertEvent[]) => checkAll(testimony({ ledger: ledgerOf(events), subscribers: [], commands: [] }))

  expect(of(EVENTS.slice(0, 4))).toEqual([expect.stringContaining('4 changes were acknowledged, 2 are in the history')])
  expect(of(without(4))).toEqual([expect.stringContaining('raised twice')])
  expect(of(twice(6))).toEqual([expect.stringContaining('cleared twice')])
  expect(of(without(6))).toHaveLength(1)
})

it('finds a record that was changed, left out, or put elsewhere', () => {
  const of = (records: WrittenLedger['records']) =>
    checkAll({ ...testimony(), ledger: { id: LEDGER, records }, subscribers: [], commands: [], conditions: [] })
  const { records } = ledgerOf(EVENTS)
  const [first, second, third] = records as [(typeof records)[0], (typeof records)[0], (typeof records)[0]]
  const changed = { ...second, bytes: Buffer.from(second.bytes.toString().replace('li', 'wu')) }
  const { says: _, ...bare } = third

  expect(of(records)).toEqual([])
  expect(of([first, changed, ...records.slice(2)])).toEqual(['ledger: record 3 does not name the one before it'])
  expect(of([first, third])).toEqual(['ledger: position 3 follows 1'])
  expect(of([first, { ...third, seq: 2 }])).toEqual(['ledger: record 2 says that it is 3'])
  expect(of([first, second, bare])).toEqual(['ledger: record 3 names nothing before it'])
})

it('finds an event that the database lacks, or has differently', () => {
  const ledger = ledgerOf(EVENTS)
  const rows = EVENTS.map((one, index) => ({ seq: index + 1, event: one }))

  expect(compareEvents(rows, ledger)).toEqual([])
  const records = ledger.records.map(({ seq, bytes }) => ({ seq, record: bytes }))
  expect(compareRecords(records, ledger)).toEqual([])
  expect(compareRecords(records.slice(1), ledger)).toEqual(['has 5 records of 6'])
  expect(compareRecords([{ seq: 1, record: Buffer.from('{}') }, ...records.slice(1)], ledger)).toEqual([
    'has another record at position 1',
  ])
  expect(compareEvents(rows.slice(1), ledger)).toEqual(['has 5 events of 6'])
  expect(compareEvents([rows[1], rows[0], ...rows.slice(2)] as typeof rows, ledger)).toHaveLength(1)
})
