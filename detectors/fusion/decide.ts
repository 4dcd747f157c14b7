import type { Suspicion, SuspicionChange, SuspicionState } from '../../core/suspicion.ts'
import type { DayClock } from '../rules/parts/day-clock.ts'
import type { Assessment } from './assess.ts'
import { type EvidenceTable, msOf } from './evidence-table.ts'
import type { HouseThought } from './fusion-state.ts'
import { logit, speaks, toEvidence } from './weigh.ts'

/** What is left of a kind that is not worth telling. */
const NEGLIGIBLE = 0.1
/** By so much a probability must be past the edge of a band to be in another one. */
const BAND_MARGIN = 0.02

export function newThought(): HouseThought {
  return { state: 'quiet', cleared: null, band: 0, kinds: {} }
}

/** Where a house stands by what is known now. */
function stateOf(table: EvidenceTable, before: HouseThought, found: Assessment, nowMs: number): SuspicionState {
  const { probability, sensed, filing, visit, windows, pieces, finishedMs } = found
  const isSuspect = windows.length > 0 || pieces.some(({ group, weight }) => group !== 'beside' && weight >= NEGLIGIBLE)
  const isFoundOut =
    visit?.result === 'works_found' && finishedMs < visit.atMs && nowMs < visit.atMs + msOf(table.visits.confirmedFor)
  const concerns =
    isFoundOut || windows.length > 0 || pieces.some(({ group }) => group === 'sensed' || group === 'seen')
  if (filing !== null && concerns) return 'approved'
  if (isFoundOut) return 'confirmed'
  // Never by records alone.
  if (sensed >= Math.log(table.levels.leastSensed)) {
    const isCleared = visit?.result === 'none' && visit.atMs >= (before.likelySinceMs ?? 0)
    const goesOn = before.state === 'likely' && !isCleared && probability >= table.levels.settled
    if (probability >= table.levels.likely || goesOn) return 'likely'
  }
  return isSuspect ? 'watched' : 'quiet'
}

/** What is thought of a house from now on, and what is to be told of it. `before` is not altered. */
export function decide(
  table: EvidenceTable,
  clock: DayClock,
  before: HouseThought,
  found: Assessment,
  nowMs: number,
): { thought: HouseThought; changes: SuspicionChange[] } {
  const state = stateOf(table, before, found, nowMs)
  const thought = { ...before, state, ...tellable(table, before, found) }
  ask(thought, found, nowMs)
  setDeadline(table, clock, thought, before, found, nowMs)
  const change = changeOf(before, thought)
  const isLate =
    state === 'likely' && !thought.isOverdue && thought.visitByMs !== undefined && nowMs >= thought.visitByMs
  if (isLate) thought.isOverdue = true
  return { thought, changes: [...(change === null ? [] : [change]), ...(isLate ? (['overdue'] as const) : [])] }
}

function changeOf(
  before: HouseThought,
  { state, band, kinds, visitByMs, visitBySetBy }: HouseThought,
): SuspicionChange | null {
  if (state !== before.state) {
    if (state === 'likely' || state === 'approved' || state === 'confirmed') return state
    return before.state === 'quiet' ? 'opened' : 'settled'
  }
  if (state === 'quiet') return null
  const rose = Object.entries(kinds).some(([kind, level]) => level > (before.kinds[kind] ?? 0))
  const isReset = visitByMs !== before.visitByMs || visitBySetBy !== before.visitBySetBy
  return band !== before.band || rose || isReset ? 'weighed' : null
}

/** The band of its probability, left only when it is clearly in another one, and the level of each kind that counts. */
function tellable(
  { levels }: EvidenceTable,
  before: HouseThought,
  { probability, pieces }: Assessment,
): Pick<HouseThought, 'band' | 'kinds'> {
  const bandOf = (value: number) => levels.bands.filter((edge) => value >= edge).length
  const [low, high] = [bandOf(probability - BAND_MARGIN), bandOf(probability + BAND_MARGIN)]
  const band = before.band >= low && before.band <= high ? before.band : bandOf(probability)
  const kinds: Record<string, number> = {}
  for (const { kind, level, weight } of pieces)
    if (Math.abs(weight) >= NEGLIGIBLE) kinds[kind] = Math.max(kinds[kind] ?? 0, level)
  return { band, kinds }
}

/** Is there a filing for this house and time? Asked when something first speaks of works, and again when the answer changes. */
function ask(thought: HouseThought, { filing }: Assessment, nowMs: number): void {
  if (thought.state === 'quiet') {
    delete thought.asked
    return
  }
  const record = filing === null ? null : `${filing.record.source}|${filing.record.recordId}`
  if (thought.asked === undefined || thought.asked.record !== record) thought.asked = { atMs: nowMs, record }
}

function setDeadline(
  table: EvidenceTable,
  clock: DayClock,
  thought: HouseThought,
  before: HouseThought,
  { visit }: Assessment,
  nowMs: number,
): void {
  if (thought.state !== 'likely') {
    delete thought.likelySinceMs
    delete thought.visitByMs
    delete thought.visitBySetBy
    delete thought.isOverdue
    return
  }
  const isRefused =
    visit?.result === 'refused_entry' &&
    visit.id !== before.visitBySetBy &&
    visit.atMs >= (before.likelySinceMs ?? nowMs)
  if (before.state === 'likely' && !isRefused) return
  thought.likelySinceMs ??= nowMs
  thought.visitByMs = deadlineOf(table, clock, nowMs)
  if (isRefused) thought.visitBySetBy = visit.id
  delete thought.isOverdue
}

/** By when somebody must have looked, of what became likely at `nowMs`. */
function deadlineOf({ visits: { deadline } }: EvidenceTable, clock: DayClock, nowMs: number): number {
  if ('hours' in deadline) return nowMs + deadline.hours * 3_600_000
  let { day } = clock.at(nowMs)
  for (let left = deadline.workingDays; left > 0; ) if (clock.of(++day).isWorkday) left--
  return clock.of(day).startMs + deadline.byHour * 3_600_000
}

/** What is thought of a house as those who look at it get it: evidence heaviest first. */
export function toSuspicion(
  building: string,
  table: EvidenceTable,
  thought: HouseThought,
  found: Assessment,
): Suspicion {
  const { likelySinceMs, visitByMs, asked } = thought
  const { probability, windows, pieces, visit, filing } = found
  const evidence = pieces.filter(speaks).map((piece) => toEvidence(table, piece))
  evidence.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight) || b.atMs - a.atMs || (a.kind < b.kind ? -1 : 1))
  return {
    ...{ building, state: thought.state, probability, prior: logit(table.prior.probability), windows, evidence },
    ...(asked && { filing: { askedMs: asked.atMs, record: toFilingRecord(filing) } }),
    ...(likelySinceMs !== undefined && { likelySinceMs }),
    ...(visitByMs !== undefined && { visitByMs }),
    ...(visit && { visit: { id: visit.id, atMs: visit.atMs, result: visit.result } }),
  }
}

function toFilingRecord(filing: Assessment['filing']) {
  if (filing === null) return null
  const { source, recordId, facts } = filing.record
  return { source, recordId, untilMs: filing.untilMs, ...(facts.filing !== undefined && { filing: facts.filing }) }
}
