import type { AlertBook, AlertBookSnapshot } from '../alerts/alert-book.ts'
import { AppError } from '../core/errors.ts'
import type { RefusalCount } from '../core/front-door.ts'
import type { Journal } from '../core/journal.ts'
import type { Access } from '../core/ledger-entry.ts'
import { decodeLedgerRecord } from '../core/ledger-record.ts'
import type { HouseBook } from '../detectors/houses/house-book.ts'
import type { PatrolBook } from '../detectors/patrol/patrol-book.ts'
import type { RuleBook } from '../detectors/rules/book/rule-book.ts'
import type { MediaBookState } from '../ingest/media/media-book.ts'
import type { Registry } from '../ingest/registry.ts'
import { loadStateFile } from '../storage/state-file.ts'
import type { AccessScribe } from './access-scribe.ts'
import type { AlertLoadSnapshot } from './alert-load.ts'
import type { FrameQueueState } from './frame-queue.ts'
import type { FindingScribe } from './open-patrol.ts'
import type { WaveformQueueState } from './waveform-queue.ts'

/** All judging state at one position of both journals. */
export interface Snapshot {
  intakeId: string
  ledgerId: string
  /** Last intake position that is judged into this state, and the clock then. */
  judged: { seq: number; clockMs: number }
  /** Last ledger position that is folded into this state. */
  ledgerSeq: number
  rules: unknown
  book: AlertBookSnapshot
  /** Versions of rules; a snapshot of an older huying has none. */
  ruleBook?: unknown
  registry: unknown
  /**
   * Ledger position up to which the registry surely holds everything, in snapshots of earlier versions, in which it wrote to the
   * ledger by itself; since then it is `ledgerSeq`.
   */
  registrySeq?: number
  refusals: RefusalCount[]
  frames: FrameQueueState
  /** Absent in snapshots of earlier versions. */
  waveforms?: WaveformQueueState
  /** Flights and findings; absent in snapshots of earlier versions. */
  patrol?: unknown
  /** The register of houses with its records; absent in snapshots of earlier versions. */
  houses?: unknown
  /** What is thought of houses; absent in snapshots of earlier versions. */
  works?: unknown
  /** Absent in snapshots of earlier versions. */
  media?: MediaBookState
  /** Who had rights; absent in snapshots of earlier versions. */
  access?: Access[] | null
  /** Absent in snapshots of earlier versions; it has its own position in the ledger. */
  load?: AlertLoadSnapshot
}

const FOLD_BATCH = 2_000

/**
 * The newest whole snapshot, or null when there is none yet: then everything is folded from the start. Throws
 * `journal_corrupt` when it does not belong to these journals: positions in alerts would mean other observations.
 */
export async function loadSnapshot(path: string, intake: Journal, ledger: Journal): Promise<Snapshot | null> {
  const snapshot = (await loadStateFile(path)) as Snapshot | null
  if (snapshot === null) return null
  const { intakeId, ledgerId, judged, ledgerSeq } = snapshot
  const isOurs = intakeId === intake.id && ledgerId === ledger.id
  if (isOurs && judged.seq <= intake.status().committedSeq && ledgerSeq <= ledger.status().committedSeq) return snapshot
  throw new AppError(
    'journal_corrupt',
    'a journal was replaced or cut: restore it, or start with an empty data folder',
    {
      path,
      isOurs,
      judgedSeq: judged.seq,
      committedSeq: intake.status().committedSeq,
    },
  )
}

/**
 * Brings registry, alert book, patrol book, house book and rule book up to the end of the ledger, each from where the snapshot has it; the rule
 * book from its start where the snapshot has none. Returns how many entries the alert book took.
 */
export async function foldLedger(
  ledger: Journal,
  snapshot: Pick<Snapshot, 'ledgerSeq' | 'ruleBook' | 'registrySeq'> | null,
  books: {
    registry: Registry
    book: AlertBook
    ruleBook: RuleBook
    patrol: Pick<PatrolBook, 'applyEntry'>
    houses: Pick<HouseBook, 'applyEntry'>
    scribe: Pick<FindingScribe, 'known'>
    access?: Pick<AccessScribe, 'applyEntry'>
  },
): Promise<number> {
  const { registry, book, ruleBook, patrol, houses, scribe, access } = books
  const afterSeq = snapshot?.ledgerSeq ?? 0
  const registrySeq = snapshot?.registrySeq ?? afterSeq
  let position = snapshot?.ruleBook === undefined ? 0 : Math.min(afterSeq, registrySeq)
  for (;;) {
    const entries = await ledger.read(position, FOLD_BATCH)
    for (const { seq, bytes } of entries) {
      const entry = decodeLedgerRecord(bytes).entry
      ruleBook.applyEntry(entry)
      if (seq > registrySeq) registry.applyEntry(entry)
      if (seq <= afterSeq) continue
      book.applyEntry(entry)
      patrol.applyEntry(entry)
      houses.applyEntry(entry)
      scribe.known(entry)
      access?.applyEntry(entry)
    }
    if (entries.length === 0) return Math.max(0, position - afterSeq)
    position = entries.at(-1)?.seq ?? position
  }
}
