import { type BeforeAfter, type Finding, type FindingQuery, reviewStateOf } from '../../core/finding.ts'
import type { Measurement } from '../../core/measurement.ts'
import type { Page } from '../../core/page.ts'
import type {
  Coverage,
  Flight,
  FlightDetail,
  FlightFrame,
  FlightQuery,
  PatrolDigest,
  PatrolPlan,
} from '../../core/patrol.ts'
import { beforeAfterOf } from './before-after.ts'
import { coverageOf } from './coverage.ts'
import { type FindingState, toFinding } from './finding-state.ts'
import { frameKey } from './flight-log.ts'
import { type FlightState, type FrameState, toFlight } from './flight-state.ts'
import { distanceM, distanceToSegmentM } from './ground-plane.ts'
import { createPatrolLog } from './patrol-log.ts'
import type { PatrolMap } from './patrol-map.ts'
import type { PatrolState } from './patrol-state.ts'
import type { PatrolSettings } from './settings.ts'

/** Coverages kept, so that asking again costs nothing. */
const MAX_CACHED = 50
/** A flight that names no plan flew the one of which it came to at least this share of the waypoints. */
const FLOWN_SHARE = 0.5

/** Answers questions about the state as it is. */
export function createPatrolQueries(state: PatrolState, settings: PatrolSettings, map: PatrolMap) {
  const cache = new Map<string, { version: number; plan: PatrolPlan | undefined; coverage: Coverage }>()
  const { demands, nearM, binM } = settings

  function planOf(flight: FlightState): PatrolPlan | undefined {
    if (flight.plan !== undefined) return state.plans.get(flight.plan)
    const shares = [...state.plans.values()]
      .filter(({ devices }) => devices?.includes(flight.device) ?? true)
      .map((plan) => ({ plan, share: flownShare(plan, flight, nearM) }))
      .filter(({ share }) => share >= FLOWN_SHARE)
    return shares.sort((a, b) => b.share - a.share || (a.plan.id < b.plan.id ? -1 : 1))[0]?.plan
  }

  function coverage(flight: FlightState): Coverage {
    if (flight.coverage) return flight.coverage
    const plan = planOf(flight)
    const known = cache.get(flight.id)
    if (known?.version === flight.version && known.plan === plan) return known.coverage
    const frames = [...flight.frames.values()]
    const made = coverageOf({ map, plan, track: flight.track, frames, demands, nearM, binM })
    cache.delete(flight.id)
    cache.set(flight.id, { version: flight.version, plan, coverage: made })
    if (cache.size > MAX_CACHED) cache.delete(cache.keys().next().value as string)
    return made
  }

  function shown(flight: FlightState): Flight {
    const plan = planOf(flight)
    const told = toFlight(flight)
    const expected = told.frames.expected ?? plan?.expectedFrames
    return {
      ...told,
      ...(plan && { plan: plan.id }),
      frames: { ...told.frames, ...(expected !== undefined && { expected }) },
    }
  }

  const log = createPatrolLog({ state, map, coverageOf: coverage, shown })
  function flightPage<V>({ limit, cursor, ...query }: FlightQuery, show: (flight: FlightState) => V): Page<V> {
    const meant = [...state.flights.byId.values()].filter((flight) => isFlightMeant(flight, query))
    return pageOf(meant, (flight) => [flight.beganMs, flight.id], { limit, cursor }, show)
  }

  return {
    coverageOf: coverage,
    flights: (query: FlightQuery): Page<Flight> => flightPage(query, shown),
    patrols: (query: FlightQuery): Page<PatrolDigest> => flightPage(query, log.toDigest()),
    rivers: log.rivers,
    flight(id: string): FlightDetail | null {
      const flight = state.flights.byId.get(id)
      if (flight === undefined) return null
      const plan = planOf(flight)
      const frames = [...flight.frames.values()].sort((a, b) => a.atMs - b.atMs).map(toFlightFrame)
      return {
        ...{ flight: shown(flight), track: flight.track, coverage: coverage(flight), frames },
        ...(plan && { plan }),
      }
    },
    findings({ limit, cursor, ...query }: FindingQuery): Page<Finding> {
      const meant = [...state.findings.byId.values()].filter((finding) => isMeant(finding, query))
      return pageOf(meant, (finding) => [finding.changedSeq, finding.id], { limit, cursor }, toFinding)
    },
    reviewed: (): Finding[] =>
      [...state.findings.byId.values()].filter(({ verdicts }) => verdicts.length > 0).map(toFinding),
    frame(device: string, frameId: string): FlightFrame | null {
      const frame = state.flights.ofFrame.get(frameKey(device, frameId))?.frames.get(frameId)
      return frame === undefined ? null : toFlightFrame(frame)
    },
    finding(id: string): Finding | null {
      const finding = state.findings.byId.get(id)
      return finding === undefined ? null : toFinding(finding)
    },
    beforeAfter(findingId: string): BeforeAfter | null {
      const finding = state.findings.byId.get(findingId)
      return finding === undefined ? null : beforeAfterOf(finding, state, demands)
    },
    plans: (): PatrolPlan[] => [...state.plans.values()],
    measurements: (): Measurement[] => measure(state, coverage),
  }
}

function toFlightFrame({ widthPx: _w, heightPx: _h, heightM: _m, ...frame }: FrameState): FlightFrame {
  return frame
}

function isFlightMeant(
  { device, beganMs, lastMs }: FlightState,
  { device: wanted = device, fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY }: Partial<FlightQuery>,
): boolean {
  return device === wanted && lastMs >= fromMs && beganMs <= toMs
}

function isMeant(finding: FindingState, query: Omit<FindingQuery, 'limit' | 'cursor'>): boolean {
  const { label, reach, river, presence, review, flight, tentative } = query
  return (
    (finding.believed || tentative === true) &&
    (label === undefined || finding.label === label) &&
    (reach === undefined || finding.place?.reach === reach) &&
    (river === undefined || finding.place?.river === river) &&
    (presence === undefined || finding.presence === presence) &&
    (review === undefined || reviewStateOf(finding) === review) &&
    (flight === undefined || finding.flights.some(({ flightId }) => flightId === flight))
  )
}

/** Highest key first; the cursor is the last key of the page before. A cursor that means nothing begins anew. */
function pageOf<T, V>(
  all: T[],
  keyOf: (one: T) => [number, string],
  { limit, cursor }: { limit: number; cursor?: string | undefined },
  show: (one: T) => V,
): Page<V> {
  const sorted = all
    .map((one) => ({ one, key: keyOf(one) }))
    .sort(({ key: a }, { key: b }) => b[0] - a[0] || (a[1] < b[1] ? -1 : 1))
  const from = cursor === undefined ? 0 : sorted.findIndex(({ key }) => isAfter(key, cursor))
  const rest = from === -1 ? [] : sorted.slice(from)
  const last = rest[limit - 1]
  return {
    items: rest.slice(0, limit).map(({ one }) => show(one)),
    ...(rest.length > limit && last && { nextCursor: `${last.key[0]}_${last.key[1]}` }),
  }
}

function isAfter(key: [number, string], cursor: string): boolean {
  const cut = cursor.indexOf('_')
  const number = Number(cursor.slice(0, cut))
  return cut === -1 || key[0] < number || (key[0] === number && key[1] > cursor.slice(cut + 1))
}

/** Share of a plan's waypoints that a flight came to. */
function flownShare({ waypoints }: PatrolPlan, { track }: FlightState, nearM: number): number {
  if (waypoints.length === 0 || track.length === 0) return 0
  const flown = waypoints.filter(({ position }) =>
    track.some((point, i) =>
      i === 0
        ? distanceM(point.position, position) <= nearM
        : distanceToSegmentM(position, track[i - 1]!.position, point.position) <= nearM,
    ),
  )
  return flown.length / waypoints.length
}

function measure(state: PatrolState, coverage: (flight: FlightState) => Coverage): Measurement[] {
  const findings = [...state.findings.byId.values()]
  const count = (test: (finding: FindingState) => boolean) => findings.filter(test).length
  const newest = [...state.flights.byId.values()]
    .filter(({ endedMs, isSettled }) => endedMs !== null && isSettled)
    .reduce<FlightState | null>((a, b) => (a === null || b.lastMs > a.lastMs ? b : a), null)
  const newestCoverage = newest && coverage(newest)
  const gauge = (name: string, help: string, value: number, labels?: Record<string, string>): Measurement => ({
    ...{ kind: 'gauge', name: `huying_${name}`, help, value },
    ...(labels && { labels }),
  })
  return [
    ...(['present', 'gone'] as const).map((presence) =>
      gauge(
        'findings',
        'findings of river patrols that are believed',
        count((finding) => finding.believed && finding.presence === presence),
        { presence },
      ),
    ),
    gauge(
      'findings_tentative',
      'findings seen too seldom or too weakly to be believed',
      count((f) => !f.believed),
    ),
    {
      ...gauge('findings_masked_total', 'detections inside a mask of the map', state.findings.counts.masked),
      kind: 'counter',
    },
    {
      ...gauge('findings_forgotten_total', 'findings given up for want of room', state.findings.counts.forgotten),
      kind: 'counter',
    },
    gauge('flights', 'flights that are remembered', state.flights.byId.size),
    gauge('flights_open', 'flights that go on, or whose pictures are awaited', state.flights.open.size),
    gauge(
      'patrol_uncovered_meters',
      'river that the last flight should have covered and did not',
      newestCoverage ? newestCoverage.plannedM - newestCoverage.coveredM : 0,
    ),
  ]
}
