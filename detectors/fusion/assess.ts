import type { Building, Visit } from '../../core/building.ts'
import type { FiledRecord } from '../../core/filed-record.ts'
import type { SuspicionWindow } from '../../core/suspicion.ts'
import type { DayClock } from '../rules/parts/day-clock.ts'
import type { Tally } from './device-tally.ts'
import { type EvidenceTable, msOf } from './evidence-table.ts'
import { type Filing, filingAt, filingsOf, isCovered, isValid } from './filings.ts'
import type { Cause, FusionState, HouseThought, PastDay, TalliedDevice } from './fusion-state.ts'
import type { Neighbourhood } from './neighbours.ts'
import { nightPieces } from './night.ts'
import { causesOf, type Surroundings } from './other-causes.ts'
import { findPieces, lastVisit, paperPieces, reportPieces, timeOf, visitPieces, windowsOf } from './paper.ts'
import { type SensedDay, senseDay } from './sensed-day.ts'
import { logistic, logit, type Piece, type Weighed, weigh } from './weigh.ts'

/** The register of houses as the judge reads it. */
export interface HouseRegister {
  all(): Iterable<Building>
  building(id: string): Building | null
  revision(): number
  /** The house that lists a device, or else that the device names itself. */
  houseOf(deviceId: string, named?: unknown): Building | null
  recordsOf(building: string): FiledRecord[]
  visitsOf(building: string): Visit[]
}

/** All that speaks for and against works in one house at one moment, weighed. */
export interface Assessment {
  probability: number
  windows: SuspicionWindow[]
  weighed: Weighed[]
  /** What is left of what devices, people and pictures say for it; records do not count. */
  sensed: number
  filing: Filing | null
  visit: Visit | null
  /** When the works that a visit found were said to be finished, or ms of never. */
  finishedMs: number
}

export type Assessor = ReturnType<typeof createAssessor>

interface Parts {
  table: EvidenceTable
  clock: DayClock
  houses: HouseRegister
  neighbourhood: Neighbourhood
  tally: Tally
  state: FusionState
}

/** Weighs houses. What it has worked out is kept until it is told that something changed. */
export function createAssessor({ table, clock, houses, neighbourhood, tally, state }: Parts) {
  const sensed = new Map<string, Map<number, SensedDay | null>>()
  const filings = new Map<string, Filing[]>()
  let devices: Map<string, string[]> | undefined

  function devicesOf(): Map<string, string[]> {
    if (devices !== undefined) return devices
    devices = new Map()
    for (const [id, { house }] of state.devices) devices.set(house, [...(devices.get(house) ?? []), id])
    return devices
  }

  function devicesIn(house: string): [string, TalliedDevice][] {
    return (devicesOf().get(house) ?? []).map((id) => [id, state.devices.get(id)!])
  }

  function sensedOf(house: string, day: number): SensedDay | null {
    let days = sensed.get(house)
    const known = days?.get(day)
    if (known !== undefined) return known
    if (days === undefined) {
      days = new Map()
      sensed.set(house, days)
    }
    const mine = devicesIn(house)
    const made = mine.length === 0 ? null : senseDay(table, tally, mine, clock.of(day))
    days.set(day, made)
    return made
  }

  function filed(house: string): Filing[] {
    const known = filings.get(house)
    if (known !== undefined) return known
    const made = filingsOf(houses.recordsOf(house), table, clock)
    filings.set(house, made)
    return made
  }

  const around: Surroundings = {
    neighbourhood,
    sensedOf,
    filingsOf: filed,
    sensingHouses: () => devicesOf().keys(),
  }

  /** What the house's devices say of one day that readings may still change. */
  function daysPieces(house: string, day: number, nowMs: number): PastDay[] {
    const all = sensedOf(house, day)
    if (all === null) return []
    const local = clock.of(day)
    const kinds = all.kinds.map((heard): PastDay => {
      const { kind, level, fromMs, atMs, facts, devices: from } = heard
      const otherCauses = causesOf(table, around, house, heard, local)
      return { kind, day, level, fromMs, atMs, facts, from, otherCauses }
    })
    const isStill = kinds.length === 0 && local.endMs <= nowMs && local.isWorkday && all.hours >= table.still.hours
    if (!isStill) return kinds
    const { day: on, startMs: fromMs, endMs: atMs } = local
    const from = devicesOf().get(house)!
    return [{ kind: 'still', day: on, level: 1, fromMs, atMs, facts: { hours: all.hours }, from, otherCauses: [] }]
  }

  function openDays(house: string, nowMs: number): PastDay[] {
    if (state.day === null) return []
    const days: PastDay[] = []
    for (let day = state.day - table.times.lateDays; day <= state.day; day++)
      days.push(...daysPieces(house, day, nowMs))
    return days
  }

  function toPieces(house: string, days: PastDay[], noneMs: number): Piece[] {
    const own = filed(house)
    return days.map((past): Piece => {
      if (past.kind === 'still') {
        const { ratio, cap, halfLife } = table.still
        return { ...past, group: 'still', ratio, cap, halfLifeMs: msOf(halfLife) }
      }
      const { levels, halfLife } = table.sensed[past.kind]
      const otherCauses = [
        ...past.otherCauses,
        ...coveredCauses(own, past),
        ...visited(past.atMs, noneMs),
        ...notHere(past, days, noneMs),
      ]
      const ratio = levels[past.level - 1]?.ratio ?? 1
      return { ...past, group: 'sensed', ratio, cap: Number.POSITIVE_INFINITY, halfLifeMs: msOf(halfLife), otherCauses }
    })
  }

  function coveredCauses(own: Filing[], { fromMs, atMs }: { fromMs: number; atMs: number }): Cause[] {
    return isCovered(own, fromMs, atMs) ? [{ code: 'filed', leaves: table.causes.filed.leaves }] : []
  }

  /** It was heard before somebody looked and found nothing, and goes on: it comes from elsewhere. */
  function notHere({ kind, atMs }: PastDay, days: PastDay[], noneMs: number): Cause[] {
    const { kinds, lasts, leaves } = table.causes.not_here
    const isAfter = atMs > noneMs && atMs <= noneMs + msOf(lasts)
    if (kind === 'still' || !isAfter || !kinds.includes(kind)) return []
    const wasHeard = days.some((one) => one.kind === kind && one.atMs <= noneMs && one.atMs > noneMs - msOf(lasts))
    return wasHeard ? [{ code: 'not_here', leaves }] : []
  }

  function visited(atMs: number, noneMs: number): Cause[] {
    return atMs <= noneMs ? [{ code: 'visited', leaves: table.causes.visited.leaves }] : []
  }

  function seenPieces(house: string, records: FiledRecord[], noneMs: number): Piece[] {
    const finds = [...state.finds.values()].filter((find) => find.houses.includes(house))
    const own = filed(house)
    return [...reportPieces(records, table, clock), ...findPieces(finds, table, clock)].map((piece) => ({
      ...piece,
      otherCauses: [...piece.otherCauses, ...coveredCauses(own, piece), ...visited(piece.atMs, noneMs)],
    }))
  }

  /** Quiet days, and that somebody lives there or nobody does, say something only beside what speaks for works. */
  function besides(house: string, pieces: Piece[]): Piece[] {
    const speaking = pieces.filter(({ group, ratio }) => ratio > 1 && group !== 'still')
    const sinceMs = Math.min(...speaking.map(({ fromMs }) => fromMs))
    const counted = pieces.filter(({ group, fromMs }) => group !== 'still' || fromMs > sinceMs)
    return speaking.some(({ group }) => group !== 'paper') ? [...counted, ...lastNight(house)] : counted
  }

  /** The night that is over; until enough of tonight is known, the one before. */
  function lastNight(house: string): Piece[] {
    if (state.day === null) return []
    const [devices, today] = [devicesIn(house), state.day]
    const tonight = nightPieces(table, devices, clock.of(today))
    return tonight.length > 0 ? tonight : nightPieces(table, devices, clock.of(today - 1))
  }

  return {
    sensedOf,
    daysPieces,
    /** To be called after records or words changed anything. */
    renew(): void {
      filings.clear()
    },
    /** To be called when readings changed a day of a house, or without a day when they changed what is usual there. */
    forget(house: string, day?: number): void {
      if (day === undefined) sensed.delete(house)
      else sensed.get(house)?.delete(day)
    },
    /** To be called when devices came, went or moved, or days were closed. */
    forgetAll(): void {
      sensed.clear()
      devices = undefined
    },
    assess(house: string, thought: HouseThought | undefined, nowMs: number): Assessment {
      const records = houses.recordsOf(house)
      const keptFromMs = nowMs - table.times.keepDays * 86_400_000
      const visits = houses
        .visitsOf(house)
        .filter(({ atMs }) => atMs >= keptFromMs || atMs + msOf(table.visits.confirmedFor) >= nowMs)
      const visit = lastVisit(visits, nowMs)
      const noneMs = Math.max(
        ...visits.filter(({ result }) => result === 'none').map(({ atMs }) => Math.min(atMs, nowMs)),
      )
      const windows = windowsOf(records, table, nowMs)
      const days = [...(thought?.past ?? []), ...openDays(house, nowMs)].filter(({ atMs }) => atMs >= keptFromMs)
      const pieces = [
        ...paperPieces(windows, table, clock),
        ...seenPieces(house, records, noneMs).filter(({ atMs }) => atMs >= keptFromMs),
        ...toPieces(house, days, noneMs),
      ]
      const weighed = weigh([...besides(house, pieces), ...visitPieces(visit, table, clock)], table, nowMs)
      const sum = weighed.reduce((all, { evidence }) => all + evidence.weight, 0)
      const finished = records.filter((record) => record.recordType === table.filing.finished && isValid(record))
      return {
        ...{ windows, weighed, visit, filing: filingAt(filed(house), nowMs) },
        probability: logistic(logit(table.prior.probability) + sum),
        sensed: weighed.reduce(
          (all, { piece, evidence }) => all + (isSensed(piece) ? Math.max(0, evidence.weight) : 0),
          0,
        ),
        finishedMs: Math.max(...finished.map(timeOf)),
      }
    },
  }
}

/** What was measured, seen or reported, as against what stands on paper. */
function isSensed({ group }: Piece): boolean {
  return group === 'sensed' || group === 'seen'
}
