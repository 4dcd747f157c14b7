import { expect, it } from 'vitest'
import { createAlertBook } from '../../alerts/alert-book.ts'
import { createJudging } from '../../app/judging.ts'
import { openLedgerWriter } from '../../app/ledger.ts'
import { createFindingScribe } from '../../app/open-patrol.ts'
import { foldLedger, type Snapshot } from '../../app/recovery.ts'
import type { VerdictWord } from '../../core/finding.ts'
import type { ReviewEvent } from '../../core/finding-events.ts'
import type { LedgerEntry } from '../../core/ledger-entry.ts'
import { silentLog } from '../../core/log.ts'
import type { Arrival } from '../../core/observation.ts'
import { createHouseBook } from '../../detectors/houses/house-book.ts'
import { createPatrolJudge } from '../../detectors/patrol/patrol-judge.ts'
import { createRuleBook } from '../../detectors/rules/book/rule-book.ts'
import { createRegistry } from '../../ingest/registry.ts'
import { aBook, aFlight, HOUR_MS, MINUTE_MS, NOON_MS, seen } from '../detectors/patrol/a-patrol.ts'
import { aDevice, engineOf, rulesOf } from '../detectors/rules/play.ts'
import { createMemoryJournal, type MemoryJournal } from '../fakes/memory-journal.ts'

const RULES = rulesOf(`rules:
  - { id: found, title: { zh: 有, en: Found }, category: river, kind: finding, labels: { debris: minor, algae: minor } }
`)
const DAY_MS = 24 * HOUR_MS

/** The service between its two journals, without doors: patrols, rules, alerts, and recovery as at a start. */
async function start(intake: MemoryJournal, ledger: MemoryJournal, clock: { ms: number }, snapshot: Snapshot | null) {
  const writer = await openLedgerWriter({ ledger, log: silentLog })
  const registry = createRegistry({ ledger: writer, clock: { nowMs: () => clock.ms } })
  const book = createAlertBook({ describe: () => ({}), ...(snapshot && { snapshot: snapshot.book }) })
  const ruleBook = createRuleBook()
  const patrol = aBook({ snapshot: snapshot?.patrol })
  const scribe = createFindingScribe()
  await foldLedger(ledger, snapshot, { registry, book, ruleBook, patrol, houses: createHouseBook(), scribe })
  const engine = engineOf(RULES, [aDevice({ id: 'drone-1', type: 'drone' })], snapshot?.rules)
  scribe.open(writer)
  const judging = createJudging({
    ...{ journal: intake, ledger: writer, book, log: silentLog, clock: { nowMs: () => clock.ms } },
    judge: createPatrolJudge(patrol, engine, scribe.write),
    from: snapshot?.judged ?? { seq: 0, clockMs: 0 },
    onObservation() {},
    onEvent() {},
  })
  await judging.replay(snapshot?.judged.seq ?? 0)
  judging.catchUp(0)

  return {
    ...{ patrol, book },
    async send(arrivals: Arrival[]) {
      for (const arrival of arrivals) {
        clock.ms = Math.max(clock.ms, 'atMs' in arrival ? arrival.atMs : 0)
        await new Promise<void>((resolve) => judging.submit(arrival, () => resolve()))
      }
    },
    say: (findingId: string, word: VerdictWord) =>
      judging.say(
        ({ nowMs, afterSeq }): ReviewEvent => ({
          ...{ type: 'finding.reviewed', atMs: nowMs, by: 'li', findingId, afterSeq },
          verdict: { ...word, by: 'li', atMs: nowMs, model: 'm', score: 0.8 },
        }),
      ),
    async snapshot(): Promise<Snapshot> {
      const state = {
        rules: engine.snapshot(),
        book: book.snapshot(),
        patrol: patrol.snapshot(),
        judged: { ...judging.judged },
      }
      const whole = { ...state, ledgerSeq: await writer.settled(), ruleBook: [] }
      return JSON.parse(JSON.stringify(whole)) as Snapshot
    },
    settled: writer.settled,
  }
}

async function entriesOf(ledger: MemoryJournal): Promise<string[]> {
  const entries = await ledger.read(0, 10_000)
  return entries.map(({ bytes }) => {
    const entry = JSON.parse(bytes.toString()) as LedgerEntry
    if (entry.type === 'finding.changed') return `${entry.change} ${entry.finding.label}`
    return 'alert' in entry ? `${entry.type} ${entry.alert.reason.code}` : entry.type
  })
}

const morning = aFlight({ id: 'one', beganMs: NOON_MS, fromM: 400, toM: 900 }, [
  seen('debris', 500),
  seen('algae', 800),
])
const nextDay = aFlight({ id: 'two', beganMs: NOON_MS + DAY_MS, fromM: 400, toM: 900 }, [seen('algae', 800)])

it('what patrols find is written down and raised once, and a person’s word closes or confirms it', async () => {
  const [intake, ledger, clock] = [createMemoryJournal(), createMemoryJournal(), { ms: NOON_MS }]
  const service = await start(intake, ledger, clock, null)

  await service.send(morning)
  const [debris, algae] = ['debris', 'algae'].map((label) => service.patrol.findings({ label, limit: 1 }).items[0]!.id)
  await service.say(debris!, { verdict: 'rejected', reason: 'glint' })
  await service.say(algae!, { verdict: 'confirmed' })
  await service.send(nextDay)
  await service.settled()

  expect(await entriesOf(ledger)).toEqual([
    ...['opened debris', 'alert.raised found', 'opened algae', 'alert.raised found'],
    ...['finding.reviewed', 'alert.cleared found', 'finding.reviewed', 'alert.updated found'],
    ...['seen_again algae', 'alert.updated found'],
  ])
  const alerts = service.book.open()
  expect(alerts.map(({ state, finding }) => [state, finding?.review, finding?.reviewedBy])).toEqual([
    ['active', 'confirmed', 'li'],
  ])
})

it('a crash at any moment, with or without a snapshot, writes and raises nothing twice and forgets nothing', async () => {
  for (const snapshotAfter of [0, 5, 20, 40])
    for (const crashAfter of [6, 21, 41, 60].filter((n) => n >= snapshotAfter)) {
      const [intake, ledger, clock] = [createMemoryJournal(), createMemoryJournal(), { ms: NOON_MS }]
      const first = await start(intake, ledger, clock, null)
      const { snapshot } = await course(first, clock, { snapshotAfter, crashAfter })
      const before = await entriesOf(ledger)

      const kept = ledger.crash()
      const second = await start(intake.crash(), kept, clock, snapshot)
      await second.settled()

      expect(await entriesOf(kept)).toEqual(before)
      expect(second.patrol.findings({ limit: 10 })).toEqual(first.patrol.findings({ limit: 10 }))
      expect(second.book.open()).toEqual(first.book.open())
    }
})

/** Two flights with words between; stopped after some arrivals. */
async function course(
  service: Awaited<ReturnType<typeof start>>,
  clock: { ms: number },
  { snapshotAfter = -1, crashAfter = Number.POSITIVE_INFINITY } = {},
) {
  let snapshot: Snapshot | null = null
  let sent = 0
  for (const arrival of [...morning, ...nextDay]) {
    if (sent === snapshotAfter && sent > 0) snapshot = await service.snapshot()
    if (sent >= crashAfter) break
    await service.send([arrival])
    sent++
    if (sent !== morning.length) continue
    clock.ms += MINUTE_MS
    const [finding] = service.patrol.findings({ label: 'debris', limit: 1 }).items
    await service.say(finding!.id, { verdict: 'not_ours', note: 'upstream' })
  }
  await service.settled()
  return { snapshot }
}
