import type { AlertBook } from '../alerts/alert-book.ts'
import type { Clock } from '../core/clock.ts'
import type { Journal } from '../core/journal.ts'
import { explainFault, type LedgerFault } from '../core/ledger-audit/ledger-fault.ts'
import type { Readiness } from '../dashboards/api/ports.ts'
import { calendarGaps } from '../detectors/rules/files/calendar-gaps.ts'
import type { Vision } from '../detectors/vision/vision.ts'
import type { HistoryHandle } from '../storage/database/open-history.ts'
import type { DiskRoom } from './disk-room.ts'
import type { Doors } from './doors.ts'
import type { Judging } from './judging.ts'
import type { Media } from './open-media.ts'
import type { OutputRoom } from './open-outputs.ts'
import type { Registers } from './open-registers.ts'
import type { PathTest } from './path-test.ts'
import type { RulesInForce } from './rules-in-force.ts'
import { type Condition, conditionKey, createSelfWatch } from './self-watch.ts'

const LOOK_EVERY_MS = 1_000
/** A condition must last this long before it is an alert; readiness shows it at once. */
const ALERT_AFTER_MS = 3_000
/** Pictures, snapshots and the database need room of their own; journals have some in advance and notice later. */
const NO_ROOM_BYTES = 1024 * 1024

export type Upkeep = ReturnType<typeof createUpkeep>

/** Looks at huying itself: what is wrong now is told by `/readyz` and raised as alerts of its own. */
export function createUpkeep(ports: {
  intake: Journal
  ledger: Journal
  history: HistoryHandle
  vision: Vision
  doors: Doors
  disk: DiskRoom
  media: Media
  registers: Pick<Registers, 'faults'>
  pathTest: Pick<PathTest, 'silent' | 'broken'>
  outputs: Pick<OutputRoom, 'conditions'>
  rules: RulesInForce
  judging: Judging
  book: AlertBook
  clock: Clock
  ledgerFault(): LedgerFault | null
}) {
  const { intake, ledger, history, vision, doors, disk, media, registers, outputs, rules, judging, book, clock } = ports
  const since = new Map<string, number>()
  let timer: NodeJS.Timeout | undefined
  const watch = createSelfWatch(book.open, () => ({
    seq: judging.judged.seq,
    clockMs: Math.max(judging.judged.clockMs, clock.nowMs()),
  }))

  function conditions(): (Condition & { message: string })[] {
    const found: (Condition & { message: string })[] = []
    const add = (condition: Condition, message: string) => found.push({ ...condition, message })
    if (intake.status().state === 'full' || ledger.status().state === 'full')
      add({ code: 'disk_full', severity: 'critical', params: {} }, 'no room for the journals: nothing is acknowledged')
    else if (disk.freeBytes < NO_ROOM_BYTES)
      add({ code: 'disk_full', severity: 'critical', params: {} }, 'no room on the disk of the data folder')
    for (const [name, journal] of Object.entries({ intake, ledger })) {
      const { state } = journal.status()
      if (state === 'failed')
        add({ code: 'journal_failed', severity: 'critical', params: { journal: name } }, `the ${name} journal failed`)
    }
    const { ready, reason = 'starting', intakeLag } = history.status()
    if (!ready) add({ code: 'database_away', severity: 'major', params: { lag: intakeLag } }, `database: ${reason}`)
    const bent = ports.ledgerFault()
    if (bent)
      add(
        { code: 'ledger_bent', severity: 'critical', params: { seq: bent.seq } },
        `the ledger was bent: ${explainFault(bent)}`,
      )
    found.push(...ports.pathTest.broken())
    const { fault } = doors.status()
    if (fault) add({ code: 'broker_away', severity: 'critical', params: {} }, `external broker: ${fault}`)
    if (vision.status().workers === 0)
      add({ code: 'vision_down', severity: 'major', params: {} }, 'no worker analyses frames')
    return found
  }

  function look(): void {
    const nowMs = clock.nowMs()
    const now = conditions()
    const faults = rules.faults().length
    if (faults > 0) now.push({ code: 'rules_faulty', severity: 'minor', params: { faults }, message: '' })
    if (media.faults().length > 0) now.push({ code: 'media_away', severity: 'major', params: {}, message: '' })
    if (registers.faults().length > 0) now.push({ code: 'registers_away', severity: 'major', params: {}, message: '' })
    const [gap] = calendarGaps(rules.joined().rules, nowMs)
    if (gap) now.push({ code: 'calendar_unknown', severity: 'warning', params: { ...gap }, message: '' })
    for (const condition of [...outputs.conditions(nowMs), ...ports.pathTest.silent()])
      now.push({ ...condition, message: '' })
    const keys = new Set(now.map(conditionKey))
    for (const key of since.keys()) if (!keys.has(key)) since.delete(key)
    for (const key of keys) if (!since.has(key)) since.set(key, nowMs)
    const lasting = now.filter((condition) => nowMs - (since.get(conditionKey(condition)) ?? nowMs) >= ALERT_AFTER_MS)
    judging.signal(watch.look(lasting))
  }

  return {
    readiness(): Readiness {
      const reasons = conditions().map(({ code, message }) => ({ code, message }))
      const { engine, intakeLag, ledgerLag } = history.status()
      return {
        ready: reasons.length === 0,
        reasons,
        info: {
          database: engine,
          intakeLag,
          ledgerLag,
          model: vision.status().model,
          modelFault: vision.status().fault,
          ruleFaults: rules.faults().length,
          mediaFaults: media.faults(),
          registerFaults: registers.faults(),
          silentWays: ports.pathTest.silent().map(({ of }) => of),
        },
      }
    },
    start() {
      timer ??= setInterval(look, LOOK_EVERY_MS)
    },
    stop() {
      clearInterval(timer)
      timer = undefined
    },
  }
}
