import type { Alert } from '../core/alert.ts'
import { AppError } from '../core/errors.ts'
import {
  type Finding,
  type FindingChange,
  type FindingNews,
  reviewStateOf,
  type Verdict,
  type VerdictWord,
} from '../core/finding.ts'
import type { FindingDesk, ReviewCommand } from '../core/finding-desk.ts'
import type { ReviewEvent } from '../core/finding-events.ts'
import type { FrameRow } from '../core/history.ts'
import type { FlightDesk, PatrolPlan } from '../core/patrol.ts'
import type { PatrolQueries } from '../detectors/patrol/patrol-book.ts'
import { type ConfirmedAlerts, createConfirmedAlerts } from './confirmed-alerts.ts'
import type { Judging } from './judging.ts'

const MAX_NOTE = 2_000
const MAX_PLANS = 1_000
/** More duplicates of duplicates than this are a ring. */
const LONGEST_CHAIN = 100

export interface PatrolDeskPorts {
  patrol: Omit<PatrolQueries, 'measurements'>
  judging: Pick<Judging, 'say' | 'signal' | 'settle' | 'judged'>
  openAlerts(): Alert[]
  onFinding(listener: (news: FindingNews) => void): () => void
  /** A frame as it is known, for its size. May throw `database_unavailable`. */
  frame(frameId: string): Promise<FrameRow | null>
}

/** Flights and findings for those who look at them, and their words on them, which go to the ledger. */
export interface PatrolDesk {
  flights: FlightDesk
  findings: FindingDesk
  /** Once, after the replay: alerts hear of words that a crash kept from them. */
  start(): void
}

export function createPatrolDesk(ports: PatrolDeskPorts): PatrolDesk {
  const confirmed = createConfirmedAlerts(ports)
  return {
    flights: flightDesk(ports),
    findings: findingDesk(ports, confirmed),
    start() {
      const { patrol, judging, openAlerts } = ports
      for (const { finding: told } of openAlerts()) {
        const finding = told && patrol.finding(told.id)
        const verdict = finding && reviewStateOf(finding) !== told.review ? lastWord(finding) : undefined
        if (!finding || !verdict) continue
        const { by, atMs } = verdict
        judging.settle({
          type: 'finding.reviewed',
          atMs,
          by,
          findingId: finding.id,
          verdict,
          afterSeq: judging.judged.seq,
        })
      }
      confirmed.start((id) => patrol.finding(id)?.presence === 'present')
    },
  }
}

/** The verdict that decides. */
function lastWord({ verdicts }: Finding): Verdict | undefined {
  return verdicts.findLast(({ verdict }) => verdict !== 'reclassed' && verdict !== 'redrawn')
}

function flightDesk({ patrol, judging }: PatrolDeskPorts): FlightDesk {
  return {
    flights: patrol.flights,
    flight: patrol.flight,
    patrols: patrol.patrols,
    rivers: patrol.rivers,
    plans: patrol.plans,
    async setPlan(plan: PatrolPlan, by) {
      const { plan: made } = await judging.say(({ nowMs, afterSeq }) => {
        const plans = patrol.plans()
        if (plans.length >= MAX_PLANS && !plans.some(({ id }) => id === plan.id))
          throw new AppError('too_many_requests', `there may be ${MAX_PLANS} plans`, { plan: plan.id })
        return { type: 'patrol.planned' as const, atMs: nowMs, by, plan, afterSeq }
      })
      return made
    },
    async withdrawPlan(id, by) {
      await judging.say(({ nowMs, afterSeq }) => {
        if (!patrol.plans().some((plan) => plan.id === id))
          throw new AppError('not_found', 'no such plan', { plan: id })
        return { type: 'patrol.withdrawn' as const, atMs: nowMs, by, planId: id, afterSeq }
      })
    },
  }
}

function findingDesk(ports: PatrolDeskPorts, confirmed: ConfirmedAlerts): FindingDesk {
  const { patrol, judging, onFinding } = ports
  const listeners = new Set<(finding: Finding, change: FindingChange) => void>()
  /** Words on their way to the disk, the last of each finding. */
  const underWay = new Map<string, Promise<unknown>>()

  function tell(finding: Finding, change: FindingChange): void {
    for (const listener of listeners) listener(finding, change)
  }

  onFinding(({ change, finding }) => {
    // A person's word is told once it is durable.
    if (change !== 'reviewed') tell(finding, change)
  })

  function known(id: string): Finding {
    const finding = patrol.finding(id)
    if (finding === null) throw new AppError('not_found', 'no such finding', { finding: id })
    return finding
  }

  function raiseOrClear(finding: Finding, { verdict }: VerdictWord): void {
    if (verdict === 'confirmed') confirmed.raise(finding)
    if (verdict === 'reopened') confirmed.clear(finding.id)
  }

  async function review(command: ReviewCommand, by: string): Promise<Finding> {
    const { findingId, idempotencyKey: key } = command
    const { note } = command
    if (note !== undefined && (note.trim() === '' || note.length > MAX_NOTE))
      throw new AppError('bad_request', `a note has 1 to ${MAX_NOTE} characters`, { key: 'note' })
    await checkWord(command.word, known(findingId), ports)
    const before = known(findingId)
    if (key !== undefined && before.verdicts.some((verdict) => verdict.by === by && verdict.key === key)) {
      await underWay.get(findingId)
      return known(findingId)
    }
    const durable = judging.say((at) => toEvent(command, by, before, at))
    underWay.set(findingId, durable)
    try {
      // In the same turn, so that nothing stands between them in the ledger. What was refused changed nothing.
      const after = known(findingId)
      if (isSaid(after, before)) raiseOrClear(after, command.word)
      await durable
    } finally {
      if (underWay.get(findingId) === durable) underWay.delete(findingId)
    }
    tell(known(findingId), 'reviewed')
    return known(findingId)
  }

  return {
    findings: patrol.findings,
    finding: (id) => patrol.finding(id) ?? undefined,
    beforeAfter: patrol.beforeAfter,
    reviewed: () =>
      patrol
        .findings({ tentative: true, limit: Number.MAX_SAFE_INTEGER })
        .items.filter(({ verdicts }) => verdicts.length > 0),
    review,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** Whether a word was taken in; there may be as many verdicts as before, since only the last ones are kept. */
function isSaid(after: Finding, before: Finding): boolean {
  return after.verdicts.at(-1) !== before.verdicts.at(-1)
}

function toEvent(
  { findingId, word, note, expectedVerdicts, idempotencyKey: key }: ReviewCommand,
  by: string,
  { verdicts, best, score }: Finding,
  { nowMs, afterSeq }: { nowMs: number; afterSeq: number },
): ReviewEvent {
  if (expectedVerdicts !== undefined && expectedVerdicts !== verdicts.length)
    throw new AppError('conflict', `there are ${verdicts.length} verdicts, not ${expectedVerdicts}`, {
      ...{ finding: findingId, verdicts: verdicts.length },
    })
  const said = { by, atMs: nowMs, model: best.model, score }
  const verdict: Verdict = { ...(note !== undefined && { note }), ...word, ...said, ...(key !== undefined && { key }) }
  return { type: 'finding.reviewed', atMs: nowMs, by, findingId, verdict, afterSeq }
}

/** Throws `bad_request` for a word that cannot be true of this finding. */
async function checkWord(word: VerdictWord, finding: Finding, ports: PatrolDeskPorts): Promise<void> {
  if (word.verdict === 'duplicate') checkDuplicate(word.of, finding, ports)
  if (word.verdict === 'redrawn') await checkBox(word, finding, ports)
}

function checkDuplicate(of: string, { id }: Finding, { patrol }: Pick<PatrolDeskPorts, 'patrol'>): void {
  let next: string | undefined = of
  for (let steps = 0; next !== undefined && steps < LONGEST_CHAIN; steps++) {
    const other = patrol.finding(next)
    if (steps === 0 && other === null)
      throw new AppError('bad_request', `there is no finding ${of}`, { key: 'of', finding: of })
    if (other === null) return
    if (other.id === id)
      throw new AppError('bad_request', `${of} is this finding, or a duplicate of it`, { key: 'of', finding: of })
    const last = lastWord(other)
    next = last?.verdict === 'duplicate' ? last.of : undefined
  }
}

async function checkBox(
  { frameId, box }: Extract<VerdictWord, { verdict: 'redrawn' }>,
  { best, flights }: Finding,
  { frame }: Pick<PatrolDeskPorts, 'frame'>,
): Promise<void> {
  const isShown = [best, ...flights.map((flight) => flight.best)].some((sighting) => sighting.frameId === frameId)
  if (!isShown) throw new AppError('bad_request', 'it is not known in that frame', { key: 'frameId', frameId })
  const row = await frame(frameId)
  if (row === null) throw new AppError('bad_request', 'no such frame', { key: 'frameId', frameId })
  const [x, y, width, height] = box
  const { widthPx, heightPx } = row
  const isInside = x >= 0 && y >= 0 && width >= 1 && height >= 1 && x + width <= widthPx && y + height <= heightPx
  if (!isInside)
    throw new AppError('bad_request', `the box must lie in the picture of ${widthPx} × ${heightPx} pixels`, {
      ...{ key: 'box', widthPx, heightPx },
    })
}
