import { reviewStateOf } from '../../core/finding.ts'
import type { Coverage, Flight, PatrolDigest, ReachWatch, RiverWatch, Stretch } from '../../core/patrol.ts'
import type { FindingState } from './finding-state.ts'
import type { FlightState } from './flight-state.ts'
import type { PatrolMap } from './patrol-map.ts'
import type { PatrolState } from './patrol-state.ts'

/** A reach counts as looked at when a flight covered at least this share of it. */
const COVERED_SHARE = 0.5

export interface PatrolLogPorts {
  state: PatrolState
  map: PatrolMap
  coverageOf(flight: FlightState): Coverage
  shown(flight: FlightState): Flight
}

/** What a log of patrols says of flights, and of the reaches that they are to look at. */
export function createPatrolLog({ state, map, coverageOf, shown }: PatrolLogPorts) {
  /** Sums of settled flights, which change no more but by their plan; as many as there are flights. */
  const known = new WeakMap<FlightState, { coverage: Coverage; sums: PatrolDigest['coverage'] }>()

  function sumsOf(flight: FlightState): PatrolDigest['coverage'] {
    const coverage = coverageOf(flight)
    const before = known.get(flight)
    if (before?.coverage === coverage) return before.sums
    const sums = sumUp(coverage)
    known.set(flight, { coverage, sums })
    return sums
  }

  function reachWatch(reach: PatrolMap['reaches'][number], newest: FlightState[], there: FindingState[]): ReachWatch {
    const { id, name, nameEn, fromM, toM } = reach
    const covers = (flight: FlightState) =>
      sumsOf(flight).stretches.some((one) => one.reach === id && one.coveredM >= COVERED_SHARE * (toM - fromM))
    const last = newest.find(covers)
    const here = there.filter(({ place }) => place?.reach === id)
    return {
      ...{ id, name, ...(nameEn !== undefined && { nameEn }), fromM, toM },
      ...(last && { lastCovered: { flightId: last.id, atMs: last.lastMs } }),
      ...{ present: here.length, undecided: here.filter(isUndecided).length },
    }
  }

  return {
    /** Digests flights that were chosen already. */
    toDigest(): (flight: FlightState) => PatrolDigest {
      const counts = countByFlight(state)
      return (flight) => ({
        flight: shown(flight),
        coverage: sumsOf(flight),
        findings: counts.get(flight.id) ?? { seen: 0, undecided: 0 },
      })
    },
    rivers(): RiverWatch[] {
      const newest = [...state.flights.byId.values()].sort((a, b) => b.lastMs - a.lastMs || (a.id < b.id ? -1 : 1))
      const there = [...state.findings.byId.values()].filter((one) => one.believed && one.presence === 'present')
      return map.rivers.map(({ name, nameEn, line }) => ({
        ...{ name, ...(nameEn !== undefined && { nameEn }), lengthM: line.lengthM },
        reaches: map.reaches
          .filter(({ river }) => river === name)
          .sort((a, b) => a.fromM - b.fromM)
          .map((reach) => reachWatch(reach, newest, there)),
      }))
    },
  }
}

function isUndecided(finding: FindingState): boolean {
  return reviewStateOf(finding) === 'undecided'
}

function countByFlight({ findings }: PatrolState): Map<string, PatrolDigest['findings']> {
  const counts = new Map<string, PatrolDigest['findings']>()
  for (const finding of findings.byId.values()) {
    if (!finding.believed) continue
    const open = isUndecided(finding) ? 1 : 0
    for (const { flightId } of finding.flights) {
      const { seen, undecided } = counts.get(flightId) ?? { seen: 0, undecided: 0 }
      counts.set(flightId, { seen: seen + 1, undecided: undecided + open })
    }
  }
  return counts
}

function sumUp({ plannedM, coveredM, gaps, seen }: Coverage): PatrolDigest['coverage'] {
  const reasons = new Map<PatrolDigest['coverage']['gaps'][number]['reason'], number>()
  for (const { reason, fromM, toM } of gaps) reasons.set(reason, (reasons.get(reason) ?? 0) + toM - fromM)
  return {
    ...{ plannedM, coveredM },
    gaps: [...reasons].map(([reason, lengthM]) => ({ reason, lengthM })).sort((a, b) => b.lengthM - a.lengthM),
    stretches: stretchesOf(gaps, seen),
  }
}

function stretchesOf(gaps: Stretch[], seen: Stretch[]): PatrolDigest['coverage']['stretches'] {
  const sums = new Map<string, PatrolDigest['coverage']['stretches'][number]>()
  const add = ({ river, reach, fromM, toM }: Stretch, isSeen: boolean) => {
    const key = JSON.stringify([river, reach])
    const sum = sums.get(key) ?? { river, ...(reach !== undefined && { reach }), plannedM: 0, coveredM: 0 }
    sum.plannedM += toM - fromM
    if (isSeen) sum.coveredM += toM - fromM
    sums.set(key, sum)
  }
  for (const gap of gaps) add(gap, false)
  for (const one of seen) add(one, true)
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum)
}
