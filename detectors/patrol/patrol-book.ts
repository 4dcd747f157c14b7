import type { BeforeAfter, Finding, FindingChange, FindingNews, FindingQuery } from '../../core/finding.ts'
import type { LedgerEntry } from '../../core/ledger-entry.ts'
import type { Measurement } from '../../core/measurement.ts'
import type { FrameAnalysis, Observation, Readings } from '../../core/observation.ts'
import type { Page } from '../../core/page.ts'
import type {
  Flight,
  FlightDetail,
  FlightFrame,
  FlightQuery,
  PatrolDigest,
  PatrolPlan,
  RiverWatch,
} from '../../core/patrol.ts'
import { airbornePoints, isOfPlace, type Whereabouts } from './airborne.ts'
import { withoutPictures } from './coverage.ts'
import { makeRoom, put } from './finding-log.ts'
import { type FindingState, toFinding } from './finding-state.ts'
import {
  forgetFlight,
  forgetFrames,
  nextDue,
  noteAnalysis,
  noteFrame,
  noteNews,
  noteTrack,
  overflow,
  settle,
} from './flight-log.ts'
import { type FlightState, MAX_FRAMES } from './flight-state.ts'
import { expire, expiryMs, lookAgain } from './look-again.ts'
import type { PatrolMap } from './patrol-map.ts'
import { createPatrolQueries } from './patrol-queries.ts'
import { createPatrolMemory, type PatrolState, type PatrolWord, restorePatrol } from './patrol-state.ts'
import { reviewFinding } from './review-finding.ts'
import { see } from './see.ts'
import type { PatrolSettings } from './settings.ts'

export interface PatrolBookOptions {
  settings: PatrolSettings
  /** Rivers, reaches and masks. */
  map: PatrolMap
  /** Whether a device flies: only its frames and readings are part of patrols. Absent: every device does. */
  isDrone?(deviceId: string): boolean
  /** As an earlier book gave it. Throws `config_invalid` when it is of another version. */
  snapshot?: unknown
}

/**
 * What patrols saw, as a fold over the intake journal with people's words from the ledger at their places in it: the
 * same entries give the same flights and findings, with the same ids. It keeps no clock: time comes with observations
 * and `advance`, and never goes back.
 */
export interface PatrolBook extends PatrolQueries {
  /** What became of findings; time passes to the observation's arrival first. One that was judged already says nothing. */
  observe(observation: Observation): FindingNews[]
  /** Lets time pass: flights end by silence, and what they looked at and did not see is gone. */
  advance(clockMs: number): FindingNews[]
  /** `advance` decides nothing before this clock; null: never. */
  nextDueMs(): number | null
  /**
   * Takes `finding.reviewed`, `patrol.planned` and `patrol.withdrawn`; other entries are passed by. A word is taken in
   * at its place: after the observation `afterSeq`, by the next `observe` or `advance`.
   */
  applyEntry(entry: LedgerEntry): void
  /** Findings that are believed and there, as news that says nothing new: for rules that have not heard of them. */
  present(): FindingNews[]
  /** All state as JSON-safe data; later changes of the book do not reach it. */
  snapshot(): unknown
}

export interface PatrolQueries {
  /** Newest first. */
  flights(query: FlightQuery): Page<Flight>
  flight(id: string): FlightDetail | null
  /** Flights with what they covered and what is left to review. Newest first. */
  patrols(query: FlightQuery): Page<PatrolDigest>
  rivers(): RiverWatch[]
  /** Newest change first. */
  findings(query: FindingQuery): Page<Finding>
  finding(id: string): Finding | null
  /** Every finding that a person had a word on and that is still remembered. */
  reviewed(): Finding[]
  /** A picture as its flight knows it, while it is remembered. */
  frame(device: string, frameId: string): FlightFrame | null
  /** The spot on the last two flights that looked at it; null where there is no such finding. */
  beforeAfter(findingId: string): BeforeAfter | null
  plans(): PatrolPlan[]
  measurements(): Measurement[]
}

/** Drones whose place is remembered. */
const MAX_DRONES = 1_000
const MAX_PLANS = 1_000

export function createPatrolBook({ settings, map, isDrone, snapshot }: PatrolBookOptions): PatrolBook {
  const state = restorePatrol(snapshot, settings)
  const remember = createPatrolMemory()
  const { flights, findings } = state

  function toNews(finding: FindingState, change: FindingChange, atMs: number): FindingNews {
    const { seq, clockMs } = state
    const reach = map.reach(finding.place?.reach ?? '')
    return {
      ...{ kind: 'finding', seq, arrivalMs: clockMs, deviceId: finding.device, atMs, change },
      finding: toFinding(finding),
      ...(reach && { reach: reach.attributes }),
    }
  }

  /** Time may decide something about these from now on. */
  function expectAt(dueMs: number): void {
    state.dueMs = Math.min(state.dueMs, dueMs)
  }

  function passTo(untilMs: number, out: FindingNews[]): void {
    while (state.dueMs <= untilMs) {
      const flight = nextDue(flights)
      const fading = nextFading(state, settings)
      const dueMs = Math.min(flight?.dueMs ?? Number.POSITIVE_INFINITY, fading?.dueMs ?? Number.POSITIVE_INFINITY)
      state.dueMs = dueMs
      if (dueMs > untilMs) break
      state.clockMs = Math.max(state.clockMs, dueMs)
      if (flight !== null && flight.dueMs === dueMs) out.push(...endFlight(flight))
      else if (fading !== null) out.push(...fade(fading.finding))
    }
    state.clockMs = Math.max(state.clockMs, untilMs)
  }

  function endFlight(flight: FlightState): FindingNews[] {
    settle(flights, flight)
    const later = [...flights.byId.values()]
      .filter((other) => other !== flight && other.isSettled && other.lastMs > flight.beganMs)
      .sort((a, b) => b.lastMs - a.lastMs || (a.id < b.id ? -1 : 1))
    const decided = lookAgain(findings, flight, later, settings)
    return decided.map(({ finding, change, atMs }) => toNews(finding, change, atMs))
  }

  function fade(finding: FindingState): FindingNews[] {
    const decided = expire(findings, finding, state.clockMs)
    return decided === null ? [] : [toNews(decided.finding, decided.change, decided.atMs)]
  }

  /** Words said before the next observation, each at its time. */
  function hearWords(out: FindingNews[]): void {
    while (state.words[0] !== undefined && state.words[0].afterSeq <= state.seq) {
      const word = state.words.shift()!
      passTo(word.atMs, out)
      if (word.type === 'finding.reviewed') {
        const reviewed = reviewFinding(findings, word.findingId, word.verdict)
        if (reviewed) out.push(toNews(reviewed, 'reviewed', word.atMs))
      } else if (word.type === 'patrol.withdrawn') state.plans.delete(word.planId)
      else if (state.plans.has(word.plan.id) || state.plans.size < MAX_PLANS) state.plans.set(word.plan.id, word.plan)
    }
  }

  function fly({ deviceId, samples }: Readings): void {
    let known = state.drones.get(deviceId)
    if (known === undefined && state.drones.size >= MAX_DRONES) return
    known ??= {} satisfies Whereabouts
    state.drones.set(deviceId, known)
    for (const point of airbornePoints(known, samples))
      expectAt(noteTrack(flights, deviceId, point, state.seq, state.clockMs)?.dueMs ?? Number.POSITIVE_INFINITY)
  }

  function look(analysis: FrameAnalysis & { seq: number }): FindingNews[] {
    const noted = noteAnalysis(flights, analysis, state.clockMs)
    if (noted === null) return []
    const { flight, frame } = noted
    expectAt(flight.dueMs)
    if (analysis.state !== 'analysed') return []
    const { clockMs } = state
    const seen = see(findings, { analysis, flightId: flight.id, frame, clockMs, settings, map })
    if (findings.timed.size > 0) expectAt(0)
    const forgotten = makeRoom(findings).map(
      (finding): FindingState => ({ ...finding, presence: 'gone', goneMs: clockMs }),
    )
    return [
      ...seen.map(({ finding, change }) => toNews(finding, change, analysis.atMs)),
      ...forgotten.map((finding) => toNews(finding, 'gone', analysis.atMs)),
    ]
  }

  function rename(): void {
    for (const { from, to } of flights.renamed.splice(0))
      for (const finding of [...findings.byId.values()])
        if (finding.flights.some(({ flightId }) => flightId === from)) put(findings, ofFlight(finding, from, to))
  }

  function thinOut(): void {
    const { forget, thin } = overflow(flights, MAX_FRAMES)
    for (const flight of thin) {
      const coverage = queries.coverageOf(flight)
      flight.coverage = withoutPictures(coverage)
      forgetFrames(flights, flight)
    }
    for (const flight of forget) forgetFlight(flights, flight)
  }

  function take(observation: Observation): FindingNews[] {
    const { kind, seq } = observation
    if (kind === 'readings') fly(observation)
    else if (kind === 'frame') expectAt(noteFrame(flights, observation, seq, state.clockMs).dueMs)
    else if (kind === 'flight') expectAt(noteNews(flights, observation, state.clockMs).dueMs)
    else if (kind === 'analysis') return look(observation)
    return []
  }

  const queries = createPatrolQueries(state, settings, map)
  return {
    ...queries,
    observe(observation) {
      const out: FindingNews[] = []
      if (observation.seq <= state.seq) return out
      hearWords(out)
      passTo(observation.arrivalMs, out)
      state.seq = observation.seq
      // First, as it is said of nearly all there is and costs nothing to see.
      if (observation.kind === 'readings' && !observation.samples.some(isOfPlace)) return out
      if (isDrone?.(observation.deviceId) === false) return out
      out.push(...take(observation))
      if (flights.renamed.length > 0) rename()
      if (observation.kind === 'frame' || observation.kind === 'flight') thinOut()
      return out
    },
    advance(clockMs) {
      const out: FindingNews[] = []
      hearWords(out)
      passTo(clockMs, out)
      return out
    },
    nextDueMs: () => (state.words.length > 0 ? state.clockMs : Number.isFinite(state.dueMs) ? state.dueMs : null),
    applyEntry(entry) {
      if (entry.type === 'finding.reviewed' || entry.type === 'patrol.planned' || entry.type === 'patrol.withdrawn')
        state.words.push(entry satisfies PatrolWord)
    },
    present: () =>
      [...findings.byId.values()]
        .filter(({ believed, presence }) => believed && presence === 'present')
        .map((finding) => toNews(finding, 'seen', finding.lastMs)),
    snapshot: () => remember(state),
  }
}

/** What is over first because nobody sees it. */
function nextFading({ findings }: PatrolState, settings: PatrolSettings) {
  let next: { finding: FindingState; dueMs: number } | null = null
  for (const id of findings.timed) {
    const finding = findings.byId.get(id)!
    const dueMs = expiryMs(finding, settings)
    if (next === null || dueMs < next.dueMs || (dueMs === next.dueMs && id < next.finding.id)) next = { finding, dueMs }
  }
  return next
}

function ofFlight(finding: FindingState, from: string, to: string): FindingState {
  const rename = <T extends { flightId: string }>(one: T): T => (one.flightId === from ? { ...one, flightId: to } : one)
  return {
    ...finding,
    best: rename(finding.best),
    flights: finding.flights.map((seen) => ({ ...rename(seen), best: rename(seen.best) })),
    looks: finding.looks.map((look) => {
      const { sighting } = look
      return { ...rename(look), ...(sighting && { sighting: rename(sighting) }) }
    }),
  }
}
