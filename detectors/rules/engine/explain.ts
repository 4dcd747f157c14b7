import type { Explanation, Gate, Predicate } from '../../../core/explanation.ts'
import { type Subject, subjectKey } from '../../../core/signal.ts'
import type { CompositeSlot } from './composites.ts'
import type { FindingSlot } from './findings.ts'
import { type Delays, type Hold, holdDueMs } from './hold.ts'
import { spotKey } from './judge-sight.ts'
import type { RecordSlot } from './records.ts'
import { countReaching, repeatedLevel } from './repeats.ts'
import type { EngineState } from './restore-engine.ts'
import { type SampleSlot, type SilenceSlot, type SpotSlot, subjectOf } from './slots.ts'
import type { SuspicionSlot } from './suspicions.ts'

/** Why a rule does or does not fire for a subject, as things stand; null when it does not judge that subject. */
export function explain(state: EngineState, rule: string, subject: Subject): Explanation | null {
  const spot = state.spots.slots.get(spotKey(rule, subject))
  if (spot !== undefined) return explainSpot(spot, state.clockMs)
  const record = state.records.slots.get(spotKey(rule, subject))
  if (record !== undefined) return explainRecord(record, state.clockMs)
  const finding = state.findings.slots.get(`${rule}|${subject.finding ?? ''}`)
  if (finding !== undefined) return explainFinding(finding, state.clockMs)
  const house = state.suspicions.slots.get(`${rule}|${subject.building ?? ''}`)
  if (house !== undefined) return explainSuspicion(house, state.clockMs)
  const area = areaOf(state, rule, subject)
  if (area !== undefined) return explainComposite(area, state.clockMs)
  const entry = state.book.entries.get(subject.device ?? '')
  if (entry === undefined) return null
  const tracks = subject.metric === undefined ? [] : [entry.tracks.get(subject.metric)]
  const sample = tracks[0]?.slots.find((slot) => slot.rule.id === rule)
  if (sample !== undefined) return explainSample(sample, state.clockMs)
  const silences = tracks[0]?.silences ?? entry.silences
  const silence = silences.find((slot) => slot.rule.id === rule)
  return silence === undefined ? null : explainSilence(silence, state.clockMs)
}

/** The same for a house. */
function explainSuspicion({ rule, subject, severity, said }: SuspicionSlot, clockMs: number): Explanation {
  return {
    ...{ rule: rule.id, ruleVersion: rule.hash, subject, clockMs, state: 'active', severity, inputs: [] },
    predicates: [{ severity, holds: true, byHysteresis: false, reason: { code: 'works' } }],
    gates: [{ gate: 'condition', passed: true, facts: {}, sinceMs: said.clockMs }, ...raisesGate(rule.raises)],
    stoppedBy: null,
  }
}

/** A rule says something of a finding only while it holds. */
function explainFinding({ rule, subject, severity, said }: FindingSlot, clockMs: number): Explanation {
  return {
    ...{ rule: rule.id, ruleVersion: rule.hash, subject, clockMs, state: 'active', severity, inputs: [] },
    predicates: [{ severity, holds: true, byHysteresis: false, reason: { code: 'found' } }],
    gates: [{ gate: 'condition', passed: true, facts: {}, sinceMs: said.clockMs }, ...raisesGate(rule.raises)],
    stoppedBy: null,
  }
}

function explainSample(slot: SampleSlot, clockMs: number): Explanation {
  const { rule, track, hold, judge } = slot
  const isKnown = track.lastAtMs !== Number.NEGATIVE_INFINITY
  const atMs = clockMs - track.skewMs
  const gates = isKnown
    ? [
        inputGate(slot, clockMs),
        conditionGate(slot),
        ...repeatGate(slot, atMs),
        ...scheduleGate(slot, atMs),
        delayGate(hold, judge),
      ]
    : [{ gate: 'input' as const, passed: false, facts: {} }]
  const isActive = hold.shown > 0
  return {
    ...{ rule: rule.id, ruleVersion: rule.hash, subject: subjectOf(slot), clockMs },
    state: isKnown ? (isActive ? 'active' : 'inactive') : 'unknown',
    severity: isActive ? judge.severities[hold.shown - 1]! : null,
    inputs: isKnown ? [{ metric: track.metric, value: track.lastValue, atMs: track.lastAtMs }] : [],
    predicates: isKnown ? toPredicates(slot) : [],
    gates: [...gates, ...raisesGate(rule.raises)],
    stoppedBy: isActive ? null : (gates.find(({ passed }) => !passed)?.gate ?? null),
  }
}

function toPredicates({ judge, measured, indicated, memory }: SampleSlot): Predicate[] {
  const afresh = judge.levelOf(measured, 0, memory)
  return judge.severities.map((severity, index) => {
    const level = index + 1
    const reason = judge.reasonOf(measured, level, memory)
    return { severity, holds: indicated >= level, byHysteresis: indicated >= level && afresh < level, reason }
  })
}

function inputGate({ track }: SampleSlot, clockMs: number): Gate {
  const ageS = (clockMs - track.lastAtMs) / 1000
  return { gate: 'input', passed: true, facts: { ageS, clockBehindS: track.skewMs / 1000 }, sinceMs: track.lastAtMs }
}

function conditionGate({ indicated, measured }: SampleSlot): Gate {
  return { gate: 'condition', passed: indicated > 0, facts: { measured, level: indicated } }
}

function repeatGate({ judge, repeats }: SampleSlot, atMs: number): Gate[] {
  const { repeat } = judge
  if (repeat === undefined) return []
  const level = repeatedLevel([...repeats], repeat, atMs)
  const facts = { needed: repeat.count, counted: countReaching(repeats, repeat, atMs, 1) }
  const span = 'of' in repeat ? { of: repeat.of } : { withinS: repeat.withinMs / 1000 }
  return [{ gate: 'repeat', passed: level > 0, facts: { ...facts, ...span } }]
}

function scheduleGate({ rule }: SampleSlot, atMs: number): Gate[] {
  if (rule.openTimes === undefined) return []
  const nextMs = rule.openTimes.nextChangeMs(atMs)
  const until = Number.isFinite(nextMs) ? { untilMs: nextMs } : {}
  return [{ gate: 'schedule', passed: rule.openTimes.isOpen(atMs), facts: {}, ...until }]
}

function delayGate(hold: Hold, judge: Delays): Gate {
  const dueMs = holdDueMs(hold, judge)
  const isPending = hold.raw > hold.shown
  const sinceMs = hold.sinceMs[Math.max(isPending ? hold.shown : hold.shown - 1, 0)]!
  const facts = {
    onDelayS: judge.onDelayMs / 1000,
    offDelayS: judge.offDelayMs / 1000,
    level: hold.raw,
    shown: hold.shown,
  }
  const passed = hold.shown > 0 || hold.raw === 0
  return {
    gate: 'delay',
    passed,
    facts,
    ...(sinceMs > 0 && { sinceMs }),
    ...(Number.isFinite(dueMs) && { untilMs: dueMs }),
  }
}

function raisesGate(raises: boolean): Gate[] {
  return raises ? [] : [{ gate: 'raises', passed: false, facts: {} }]
}

function explainSilence(slot: SilenceSlot, clockMs: number): Explanation {
  const { rule, track, entry, judge, silent, limitMs } = slot
  const heardMs = track === null ? entry.heardMs : track.heardMs
  const silentS = (clockMs - (heardMs ?? entry.device?.registeredAtMs ?? clockMs)) / 1000
  const gateway = slot.unknownBy === null ? {} : { unknownBehindGateway: slot.unknownBy.gateway }
  const condition: Gate = {
    gate: 'condition',
    passed: silent,
    facts: { silentS, limitS: limitMs / 1000, ...gateway },
    ...(heardMs !== null && { sinceMs: heardMs }),
    ...(Number.isFinite(slot.dueMs) && { untilMs: slot.dueMs }),
  }
  const reason = { code: 'silent', value: silentS, limit: limitMs / 1000, unit: 's' }
  return {
    ...{ rule: rule.id, ruleVersion: rule.hash, subject: subjectOf(slot), clockMs },
    state: silent ? 'active' : slot.unknownBy === null ? 'inactive' : 'unknown',
    severity: silent ? judge.severity : null,
    inputs: [],
    predicates: [{ severity: judge.severity, holds: silent, byHysteresis: false, reason }],
    gates: [condition, ...raisesGate(rule.raises)],
    stoppedBy: silent ? null : 'condition',
  }
}

function explainSpot(slot: SpotSlot, clockMs: number): Explanation {
  const { rule, judge, severity, isShown } = slot
  const seenMs = slot.dueMs - judge.clearAfterMs
  const reason = { code: 'seen', durationS: (clockMs - seenMs) / 1000 }
  return {
    ...{ rule: rule.id, ruleVersion: rule.hash, subject: subjectOf(slot), clockMs },
    state: isShown ? 'active' : 'inactive',
    severity: isShown ? severity : null,
    inputs: [],
    predicates: [{ severity, holds: true, byHysteresis: false, reason }],
    gates: [
      {
        gate: 'condition',
        passed: true,
        facts: { clearAfterS: judge.clearAfterMs / 1000 },
        sinceMs: seenMs,
        untilMs: slot.dueMs,
      },
      ...sightingsGate(slot),
      ...raisesGate(rule.raises),
    ],
    stoppedBy: isShown ? null : 'repeat',
  }
}

/** Whether it was seen often enough, and long enough after the first time, to count. */
function sightingsGate({ judge: { repeat, onDelayMs }, isShown, repeats, firstMs }: SpotSlot): Gate[] {
  if (repeat === undefined && onDelayMs === 0) return []
  const counted = repeat === undefined ? {} : { needed: repeat.count, counted: countSeen(repeats) }
  const since = isShown ? {} : { sinceMs: firstMs }
  return [{ gate: 'repeat', passed: isShown, facts: { ...counted, onDelayS: onDelayMs / 1000 }, ...since }]
}

function countSeen(repeats: number[]): number {
  return repeats.filter((mark, index) => index % 2 === 1 && mark > 0).length
}

/** A composite's area is named by what its members have in common, or by the first of them. */
function areaOf({ composites }: EngineState, rule: string, subject: Subject): CompositeSlot | undefined {
  const key = subjectKey(subject)
  const composite = composites.list.find((one) => one.rule.id === rule)
  return composite && [...composite.areas.values()].find((area) => subjectKey(area.subject) === key)
}

function explainComposite(slot: CompositeSlot, clockMs: number): Explanation {
  const { composite, hold, members, subject } = slot
  const { rule } = composite
  const isActive = hold.shown > 0
  const inputs = [...members.values()].filter(({ value }) => value !== undefined)
  const gates = [
    { gate: 'condition' as const, passed: hold.raw > 0, facts: { members: members.size } },
    delayGate(hold, rule.judge),
  ]
  return {
    ...{ rule: rule.id, ruleVersion: rule.hash, subject, clockMs },
    state: isActive ? 'active' : 'inactive',
    severity: isActive ? rule.judge.severities[hold.shown - 1]! : null,
    inputs: inputs.map(({ rule: name, subject: { device }, value, lastMs }) => ({
      ...{ metric: name, value: value!, atMs: lastMs },
      ...(device !== undefined && { device }),
    })),
    predicates: [...members.values()].map(({ rule: member, severity, isActive: holds, subject: who }) => ({
      ...{ severity, holds, byHysteresis: false },
      reason: { code: 'combined', params: { rule: member, subject: subjectKey(who) } },
    })),
    gates: [...gates, ...raisesGate(rule.raises)],
    stoppedBy: isActive ? null : (gates.find(({ passed }) => !passed)?.gate ?? null),
  }
}

function explainRecord(slot: RecordSlot, clockMs: number): Explanation {
  const { rule, subject, isActive, beganMs, endedMs, counted } = slot
  const { severity } = rule.judge
  const facts = { counted: counted.size, ended: endedMs > beganMs }
  const condition: Gate = {
    ...{ gate: 'condition', passed: isActive, facts },
    ...(Number.isFinite(beganMs) && { sinceMs: beganMs }),
    ...(Number.isFinite(slot.dueMs) && { untilMs: slot.dueMs }),
  }
  return {
    ...{ rule: rule.id, ruleVersion: rule.hash, subject, clockMs },
    state: isActive ? 'active' : 'inactive',
    severity: isActive ? severity : null,
    inputs: [],
    predicates: [{ severity, holds: isActive, byHysteresis: false, reason: { code: 'recorded' } }],
    gates: [condition, ...raisesGate(rule.raises)],
    stoppedBy: isActive ? null : 'condition',
  }
}
