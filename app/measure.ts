import type { AlertBook } from '../alerts/alert-book.ts'
import type { Journal } from '../core/journal.ts'
import type { Measurement } from '../core/measurement.ts'
import { QUIET_GATES } from '../core/quiet.ts'
import { SEVERITIES } from '../core/severity.ts'
import type { RuleEngine } from '../detectors/rules/engine/rule-engine.ts'
import type { Vision } from '../detectors/vision/vision.ts'
import type { Refusals } from '../ingest/refusals.ts'
import type { HistoryHandle } from '../storage/database/open-history.ts'
import type { DeviceBoard } from './device-board.ts'
import type { DiskRoom } from './disk-room.ts'
import type { Doors } from './doors.ts'
import type { FrameQueue } from './frame-queue.ts'

type Row = [kind: Measurement['kind'], name: string, help: string, value: number, labels?: Record<string, string>]

/** Everything `/metrics` says of intake, judging and storage. Base units, low-cardinality labels, never a device id. */
export function measure(ports: {
  intake: Journal
  ledger: Journal
  history: HistoryHandle
  vision: Vision
  doors: Doors
  disk: DiskRoom
  refusals: Refusals
  frames: FrameQueue
  board: DeviceBoard
  book: AlertBook
  engine: Pick<RuleEngine, 'unheard'>
}): Measurement[] {
  const { history, vision, doors, disk, refusals, frames, board, book, engine } = ports
  const { connections, messages, held, heldBytes } = doors.status()
  const { ready, intakeLag, ledgerLag } = history.status()
  const seen = vision.status()
  const open = book.open()
  const rows: Row[] = [
    ['gauge', 'mqtt_connections', 'MQTT connections', connections],
    ['gauge', 'mqtt_held_messages', 'messages waiting for their acknowledgement', held],
    ['gauge', 'mqtt_held_bytes', 'bytes of messages waiting for their acknowledgement', heldBytes],
    ...Object.entries(messages).map(
      ([channel, count]): Row => ['counter', 'mqtt_messages_total', 'MQTT messages taken in', count, { channel }],
    ),
    ['gauge', 'devices_online', 'devices that are connected or spoke last', board.counts.devicesOnline],
    ['counter', 'readings_total', 'values admitted since the start', board.counts.readingsTotal],
    ['counter', 'frames_total', 'frames admitted since the start', board.counts.framesTotal],
    ['counter', 'refusals_total', 'inputs refused', refusals.total()],
    ...Object.entries(engine.unheard()).map(
      ([what, count]): Row => [
        'counter',
        'rules_unheard_total',
        'inputs of rules beyond their bounds',
        count,
        { what },
      ],
    ),
    ['gauge', 'frames_pending', 'frames acknowledged and not analysed yet', frames.size],
    ...Object.entries(frames.waiting).map(
      ([lane, count]): Row => ['gauge', 'frames_waiting', 'frames that no worker looks at yet', count, { lane }],
    ),
    ['counter', 'frames_analysed_total', 'frames analysed', seen.analysed],
    ['counter', 'frames_refused_total', 'frames that could not be analysed', seen.refused],
    ['gauge', 'database_ready', '1 when the database answers', ready ? 1 : 0],
    ['gauge', 'database_lag_entries', 'durable entries not stored yet', intakeLag, { journal: 'intake' }],
    ['gauge', 'database_lag_entries', 'durable entries not stored yet', ledgerLag, { journal: 'ledger' }],
    [
      'counter',
      'database_set_aside_total',
      'entries that the database could not take as they are',
      history.quarantined(),
    ],
    ['gauge', 'disk_free_bytes', 'room on the file system of the data folder', disk.freeBytes],
    ...journalRows('intake', ports.intake),
    ...journalRows('ledger', ports.ledger),
    ...SEVERITIES.map(
      (severity): Row => [
        'gauge',
        'alerts_open',
        'alerts active or not acknowledged',
        open.filter((alert) => alert.severity === severity).length,
        { severity },
      ],
    ),
    ...QUIET_GATES.map(
      (gate): Row => [
        'gauge',
        'alerts_quiet',
        'active alerts that are not pushed, by what keeps them quiet',
        open.filter((alert) => alert.state === 'active' && alert.quiet?.gate === gate).length,
        { gate },
      ],
    ),
  ]
  return rows.map(([kind, name, help, value, labels]) => ({
    kind,
    name: `huying_${name}`,
    help,
    value,
    ...(labels && { labels }),
  }))
}

function journalRows(name: string, journal: Journal): Row[] {
  const { committedSeq, pendingEntries, bytesOnDisk, state } = journal.status()
  const labels = { journal: name }
  return [
    ['counter', 'journal_entries_total', 'durable entries ever', committedSeq, labels],
    ['gauge', 'journal_pending_entries', 'entries waiting for the disk', pendingEntries, labels],
    ['gauge', 'journal_size_bytes', 'bytes of the journal on disk', bytesOnDisk, labels],
    ['gauge', 'journal_writable', '1 when the journal takes entries', state === 'open' ? 1 : 0, labels],
  ]
}
