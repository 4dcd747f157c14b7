import type { Detection } from '../../core/detection.ts'
import type { FrameAnalysis } from '../../core/observation.ts'
import { type Signal, type SignalOrder, type Subject, subjectKey } from '../../core/signal.ts'
import { groundCell } from './ground-cell.ts'
import type { RuleOf, SightJudge } from './rule.ts'
import type { SpotSlot } from './slots.ts'
import { toSignal } from './to-signal.ts'

/** What one frame shows of one subject. */
interface Sight {
  subject: Subject
  best: Detection
  count: number
}

/** Judges one analysed frame by one rule: a signal per subject seen, `spots` being all that is thought to be there. */
export function judgeSights(
  spots: Map<string, SpotSlot>,
  rule: RuleOf<SightJudge>,
  analysis: FrameAnalysis,
  order: SignalOrder,
  out: Signal[],
): SpotSlot[] {
  const seen: SpotSlot[] = []
  for (const sight of toSights(rule.judge, analysis)) {
    const slot = spotOf(spots, rule, sight.subject, sight.best.label)
    slot.position = sight.best.position ?? null
    slot.dueMs = order.clockMs + rule.judge.clearAfterMs
    seen.push(slot)
    out.push(toSeen(slot, sight, analysis, order))
  }
  return seen
}

/** Nobody saw it again for the whole time. The caller forgets the spot. */
export function vanish(slot: SpotSlot, order: SignalOrder): Signal {
  slot.dueMs = Number.POSITIVE_INFINITY
  return toSignal({
    rule: slot.rule,
    subject: slot.subject,
    state: 'cleared',
    severity: slot.severity,
    order,
    atMs: order.clockMs,
    reason: { code: 'gone', durationS: slot.judge.clearAfterMs / 1000 },
    position: slot.position,
  })
}

/** The key of a spot among all slots. */
export function spotKey(rule: string, subject: Subject): string {
  return `${rule}|${subjectKey(subject)}`
}

function toSights(judge: SightJudge, { deviceId, detections }: FrameAnalysis): Iterable<Sight> {
  const sights = new Map<string, Sight>()
  for (const detection of detections) {
    if (!judge.labels.has(detection.label) || detection.score < judge.minScore) continue
    const subject = toSubject(deviceId, detection)
    const key = subjectKey(subject)
    const known = sights.get(key)
    if (known === undefined) sights.set(key, { subject, best: detection, count: 1 })
    else {
      known.count++
      if (detection.score > known.best.score) known.best = detection
    }
  }
  return sights.values()
}

function toSubject(device: string, { label, position }: Detection): Subject {
  return position === undefined ? { device, label } : { label, cell: groundCell(position) }
}

function spotOf(spots: Map<string, SpotSlot>, rule: RuleOf<SightJudge>, subject: Subject, label: string): SpotSlot {
  const key = spotKey(rule.id, subject)
  const known = spots.get(key)
  if (known !== undefined) return known
  const slot: SpotSlot = {
    sort: 'spot',
    key,
    rule,
    judge: rule.judge,
    subject,
    severity: rule.judge.labels.get(label)!,
    position: null,
    dueMs: Number.POSITIVE_INFINITY,
    queuedMs: Number.POSITIVE_INFINITY,
  }
  spots.set(key, slot)
  return slot
}

function toSeen(slot: SpotSlot, { best, count }: Sight, analysis: FrameAnalysis, order: SignalOrder): Signal {
  return toSignal({
    rule: slot.rule,
    subject: slot.subject,
    seenBy: analysis.deviceId,
    state: 'active',
    severity: slot.severity,
    order,
    atMs: analysis.atMs,
    reason: {
      code: 'seen',
      value: best.score,
      limit: slot.judge.minScore,
      params: { label: best.label, count },
    },
    position: slot.position,
    frameId: analysis.frameId,
    evidence: analysis.annotatedSha256 === undefined ? [] : [analysis.annotatedSha256],
  })
}
