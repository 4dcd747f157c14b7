import type { Detection } from '../../../core/detection.ts'
import type { FrameAnalysis } from '../../../core/observation.ts'
import { type Signal, type SignalOrder, type Subject, subjectKey } from '../../../core/signal.ts'
import { toDetectionScope, type Witness } from '../parts/condition.ts'
import type { RuleOf, SightJudge } from '../rule.ts'
import { groundCell } from './ground-cell.ts'
import { noteLevel, repeatedLevel } from './repeats.ts'
import type { SpotSlot } from './slots.ts'
import { toSignal } from './to-signal.ts'

/** What one frame shows of one subject. */
interface Sight {
  subject: Subject
  best: Detection
  count: number
}

/** One analysed frame, and who took it. */
export interface Look {
  analysis: FrameAnalysis
  camera: Witness
}

/** Spots that are followed at a time, over all rules; what is seen beyond is passed by and counted. */
export const MAX_SPOTS = 50_000

/** All that is, or may be, somewhere. */
export interface Spots {
  slots: Map<string, SpotSlot>
  /** Sightings that found no room. */
  unseen: number
}

/**
 * Judges one analysed frame by one rule: a signal per subject that was seen often enough. Gives the spots that are seen.
 * Pictures taken outside the rule's hours are passed by.
 */
export function judgeSights(
  spots: Spots,
  rule: RuleOf<SightJudge>,
  { analysis, camera }: Look,
  order: SignalOrder,
  out: Signal[],
): SpotSlot[] {
  const seen: SpotSlot[] = []
  if (rule.openTimes?.isOpen(analysis.atMs) === false) return seen
  for (const sight of toSights(rule.judge, analysis, camera)) {
    const slot = spotOf(spots, rule, sight.subject, sight.best.label)
    if (slot === null) continue
    slot.position = sight.best.position ?? null
    slot.dueMs = order.clockMs + rule.judge.clearAfterMs
    seen.push(slot)
    noteSight(slot, analysis)
    if (slot.isShown) out.push(toSeen(slot, sight, analysis, order))
  }
  noteAbsence(spots, rule, analysis, seen)
  return seen
}

/** What is not shown yet counts from the sighting that makes it enough: a single look never does so by time alone. */
function noteSight(slot: SpotSlot, { atMs, deviceId }: FrameAnalysis): void {
  if (slot.isShown) return
  const { repeat, onDelayMs } = slot.judge
  slot.camera = deviceId
  slot.firstMs = Math.min(slot.firstMs, atMs)
  if (repeat !== undefined) noteLevel(slot.repeats, repeat, atMs, 1)
  const isOften = repeat === undefined || repeatedLevel(slot.repeats, repeat, atMs) > 0
  slot.isShown = isOften && atMs - slot.firstMs >= onDelayMs
  if (slot.isShown) slot.repeats = []
}

/** A frame of the camera that saw it last, without it. */
function noteAbsence(spots: Spots, rule: RuleOf<SightJudge>, analysis: FrameAnalysis, seen: SpotSlot[]): void {
  const { repeat } = rule.judge
  if (repeat === undefined || !('of' in repeat)) return
  for (const slot of spots.slots.values())
    if (slot.rule.id === rule.id && !slot.isShown && slot.camera === analysis.deviceId && !seen.includes(slot))
      noteLevel(slot.repeats, repeat, analysis.atMs, 0)
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

function toSights(judge: SightJudge, analysis: FrameAnalysis, camera: Witness): Iterable<Sight> {
  const { deviceId, detections, model, atMs } = analysis
  const sights = new Map<string, Sight>()
  for (const detection of detections) {
    if (!isClear(judge, detection) || !judge.condition(toDetectionScope(detection, model), atMs, camera)) continue
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

/** One of the rule's labels, sure and large enough. */
function isClear(judge: SightJudge, { label, score, box }: Detection): boolean {
  const [, , width, height] = box
  return judge.labels.has(label) && score >= judge.minScoreOf(label) && Math.min(width, height) >= judge.minBoxPx
}

function toSubject(device: string, { label, position }: Detection): Subject {
  return position === undefined ? { device, label } : { label, cell: groundCell(position) }
}

function spotOf(spots: Spots, rule: RuleOf<SightJudge>, subject: Subject, label: string): SpotSlot | null {
  const key = spotKey(rule.id, subject)
  const known = spots.slots.get(key)
  if (known !== undefined) return known
  if (spots.slots.size >= MAX_SPOTS) {
    spots.unseen++
    return null
  }
  const slot: SpotSlot = {
    sort: 'spot',
    key,
    rule,
    judge: rule.judge,
    subject,
    severity: rule.judge.labels.get(label)!,
    position: null,
    isShown: false,
    camera: '',
    firstMs: Number.POSITIVE_INFINITY,
    repeats: [],
    dueMs: Number.POSITIVE_INFINITY,
    queuedMs: Number.POSITIVE_INFINITY,
  }
  spots.slots.set(key, slot)
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
      limit: slot.judge.minScoreOf(best.label),
      params: { label: best.label, count },
    },
    position: slot.position,
    frameId: analysis.frameId,
    evidence: analysis.annotatedSha256 === undefined ? [] : [analysis.annotatedSha256],
  })
}
