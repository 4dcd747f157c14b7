import type { Device } from '../../../core/device.ts'
import type { Explanation } from '../../../core/explanation.ts'
import type { FindingNews } from '../../../core/finding.ts'
import type { Judge } from '../../../core/judge.ts'
import type { Signal, Subject } from '../../../core/signal.ts'
import type { SuspicionNews } from '../../../core/suspicion.ts'
import type { RuleSet } from '../rule.ts'
import { firingIn, parseSnapshot, toSnapshot } from './engine-snapshot.ts'
import {
  abandon,
  adoptOrphans,
  clearOrphans,
  judgeAnalysis,
  judgeComposites,
  judgeFiled,
  judgeReadings,
  judgeStatus,
  leaveGateway,
  moveMembers,
  passTo,
  skipSilence,
  toReadings,
  toTold,
} from './engine-steps.ts'
import { explain } from './explain.ts'
import { silenceOf } from './gateway-family.ts'
import { introduce, judgeNews, judgeSuspicions } from './judge-news.ts'
import { restoreEngine, type Times } from './restore-engine.ts'
import { type RuleHearing, ruleHearings } from './rule-hearing.ts'

export interface RuleEngineOptions {
  rules: RuleSet
  /** The registry. A device that is not there yet is judged by its id alone, and by all of it once it is. */
  device(id: string): Device | undefined
  /** Asked at the first use and after each change of rules, to know from whom readings are awaited. */
  devices(): Device[]
  /** Findings that are there, asked when rules about findings are new. Absent: none. */
  presentFindings?(): FindingNews[]
  /** What is thought of houses, asked when rules about that are new. Absent: nothing. */
  presentSuspicions?(): SuspicionNews[]
  /** As an earlier engine gave it. Throws `config_invalid` when it is of another version. */
  snapshot?: unknown
  /** Default `DEFAULT_TIMES`. */
  times?: Partial<Times>
}

/** Local choices: a minute is what messages overtake each other by; who is alerted ten minutes late was not alerted. */
export const DEFAULT_TIMES: Times = { lateToleranceMs: 60_000, liveWithinMs: 600_000 }

/** Beyond the bounds: words that composites did not take in, records, sightings. */
export interface Unheard {
  members: number
  records: number
  sightings: number
  findings: number
  suspicions: number
}

export interface RuleEngine extends Judge {
  /**
   * Judges what became of a finding: call it right after the observation, or the moment, that caused it. Time passes to
   * its arrival first, but for a person's word, which may come while observations are on their way.
   */
  hear(news: FindingNews): Signal[]
  /** The same for what is thought of a house. `isWord`: a person's word caused it. */
  hearSuspicion(news: SuspicionNews, isWord: boolean): Signal[]
  /**
   * Puts other rules in force. Rules of unchanged content keep their state; what others had firing is returned as
   * cleared (`rule_changed`, `rule_removed`), and they start afresh.
   */
  replaceRules(rules: RuleSet): Signal[]
  /** The registry learnt of a device or changed what it knows: from now on it is judged, and awaited, as what it is. */
  deviceRegistered(device: Device): void
  /**
   * Nobody listened from the engine's clock to `nowMs`: that time counts neither as a device's silence nor as a
   * sighting's absence. Call it after the journal was replayed at a start, before the first `advance`.
   */
  resumeAt(nowMs: number): void
  /** Why a rule does or does not fire for a subject now; null when it does not judge that subject (or never heard of it). */
  explain(rule: string, subject: Subject): Explanation | null
  /** What the rules say of a device that does not speak: it is silent, or only its gateway is known to be. */
  silenceOf(deviceId: string): 'silent' | 'unknown' | null
  /** How much each rule has to judge by. */
  hearings(): RuleHearing[]
  /** All that fires now, without rules that are inputs only. */
  firing(): { rule: string; subject: Subject }[]
  /** How much found no room since the engine was made, and was therefore not judged. */
  unheard(): Unheard
}

/**
 * Judges observations by a set of rules, in journal order, on the journal's time: the same observations give the same
 * signals, whenever and however often `advance` is called in between, and across a snapshot taken anywhere. An
 * observation whose position was already judged is passed by. `advance` must not be called with a clock later than
 * the arrival of an observation still to come.
 *
 * Judging has two stages: rules over what is observed, then composites over what those say at the same moment.
 *
 * Repeated messages are not judged. A sample older than the newest of its metric is judged in its place when it is not
 * later than `lateToleranceMs`, else as history, beside the live state; signals of what happened before `liveWithinMs`
 * are marked `historical`. A device whose clock is wrong is judged by arrival. A snapshot taken
 * under other rules gives up the state of those that changed; what they had firing is cleared at the first `advance`,
 * unless it fires again before.
 */
export function createRuleEngine({ rules, device, devices, snapshot, ...options }: RuleEngineOptions): RuleEngine {
  const { presentFindings = () => [], presentSuspicions = () => [] } = options
  const present = { findings: presentFindings, suspicions: presentSuspicions }
  const times = { ...DEFAULT_TIMES, ...options.times }
  let state = restoreEngine(rules, device, snapshot === undefined ? null : parseSnapshot(snapshot), times)
  let knowsDevices = false
  /** By the rules that were in force earlier. */
  let unheardBefore: Unheard = { members: 0, records: 0, sightings: 0, findings: 0, suspicions: 0 }

  function unheard(): Unheard {
    const { composites, records, spots, findings, suspicions } = state
    return {
      members: unheardBefore.members + composites.unheard,
      records: unheardBefore.records + records.unheard,
      sightings: unheardBefore.sightings + spots.unseen,
      findings: unheardBefore.findings + findings.unheard,
      suspicions: unheardBefore.suspicions + suspicions.unheard,
    }
  }

  function meetDevices(): void {
    if (knowsDevices) return
    knowsDevices = true
    for (const { id } of devices()) state.book.entryOf(id)
  }

  return {
    observe(observation) {
      const out: Signal[] = []
      if (observation.seq <= state.seq) return out
      meetDevices()
      introduce(state, present, out)
      passTo(state, observation.arrivalMs, out)
      state.seq = observation.seq
      const from = out.length
      if (observation.kind === 'readings') judgeReadings(state, observation, out)
      else if (observation.kind === 'vibration') judgeReadings(state, toReadings(observation), out)
      else if (observation.kind === 'analysis') judgeAnalysis(state, observation, out)
      else if (observation.kind === 'status') judgeStatus(state, observation, out)
      else if (observation.kind === 'record') judgeFiled(state, observation, out)
      judgeComposites(state, [], from, { seq: state.seq, clockMs: state.clockMs }, out)
      adoptOrphans(state, out)
      return toTold(state, out)
    },
    hear(news) {
      const out: Signal[] = []
      meetDevices()
      introduce(state, present, out)
      if (news.change !== 'reviewed') passTo(state, news.arrivalMs, out)
      judgeNews(state, news, out)
      adoptOrphans(state, out)
      return toTold(state, out)
    },
    hearSuspicion(news, isWord) {
      const out: Signal[] = []
      meetDevices()
      introduce(state, present, out)
      if (!isWord) passTo(state, news.arrivalMs, out)
      judgeSuspicions(state, news, out)
      adoptOrphans(state, out)
      return toTold(state, out)
    },
    advance(clockMs) {
      const out: Signal[] = []
      meetDevices()
      introduce(state, present, out)
      passTo(state, clockMs, out)
      adoptOrphans(state, out)
      return [...toTold(state, out), ...clearOrphans(state)]
    },
    nextDueMs() {
      meetDevices()
      return state.orphans.size + state.newcomers.size > 0 ? state.clockMs : (state.queue.peek()?.dueMs ?? null)
    },
    snapshot: () => toSnapshot(state),
    replaceRules(next) {
      unheardBefore = unheard()
      state = restoreEngine(next, device, toSnapshot(state), times)
      knowsDevices = false
      const out: Signal[] = []
      introduce(state, present, out)
      adoptOrphans(state, out)
      return [...toTold(state, out), ...clearOrphans(state)]
    },
    deviceRegistered(registered) {
      const { id } = registered
      const before = state.book.entries.get(id)?.family ?? null
      for (const slot of state.book.renew(id)) abandon(state, slot)
      if (before !== null && state.book.entryOf(id).family !== before) leaveGateway(state, id, before)
      moveMembers(state, registered)
    },
    resumeAt(nowMs) {
      meetDevices()
      if (nowMs > state.clockMs) skipSilence(state, nowMs)
    },
    explain: (rule, subject) => explain(state, rule, subject),
    silenceOf(deviceId) {
      const entry = state.book.entries.get(deviceId)
      return entry === undefined ? null : silenceOf(entry)
    },
    hearings: () => ruleHearings(state.book.entries.values()),
    firing() {
      return firingIn(toSnapshot(state))
        .filter(({ rule }) => !state.hidden.has(rule))
        .map(({ rule, subject }) => ({ rule, subject }))
    },
    unheard,
  }
}
