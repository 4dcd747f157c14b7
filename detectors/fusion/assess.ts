import type { Building, Visit } from '../../core/building.ts'
import type { FiledRecord } from '../../core/filed-record.ts'
import type { SuspicionWindow } from '../../core/suspicion.ts'
import type { DayClock } from '../rules/parts/day-clock.ts'
import type { Tally } from './device-tally.ts'
import { type EvidenceTable, msOf, type SensedKind } from './evidence-table.ts'
import { type Filing, filingAt, filingsOf, isCovered, isValid } from './filings.ts'
import type { Cause, Cleared, FusionState, TalliedDevice } from './fusion-state.ts'
import { type HeardDay, sensedPieces } from './heard-windows.ts'
import { meterPieces } from './meter.ts'
import type { Neighbourhood } from './neighbours.ts'
import { causesOf, type Surroundings } from './other-causes.ts'
import { findPieces, lastVisit, paperPieces, reportPieces, timeOf, visitPieces, windowsOf } from './paper.ts'
import { type SensedDay, senseDay } from './sensed-day.ts'
import { inCompany, logistic, logit, type Piece } from './weigh.ts'

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

const DAY_MS = 86_400_000

/** All that speaks for and against works in one house at one moment, weighed. */
export interface Assessment {
  probability: number
  windows: SuspicionWindow[]
  pieces: Piece[]
  /** What is left of what devices, people and pictures say for it among themselves; records and what is only beside do not count. */
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

  /** What was heard in the house in the last days, and what else could explain each. */
  function heardDays(house: string, noneMs: number, cleared: Cleared | null): HeardDay[] {
    const newest = state.day ?? 0
    const days: HeardDay[] = []
    for (let day = newest - Math.max(table.times.windowDays, table.again.days) + 1; day <= newest; day++)
      for (const heard of sensedOf(house, day)?.kinds ?? []) {
        const { kind, measure, fromMs, atMs, facts, devices: from } = heard
        const otherCauses = [
          ...causesOf(table, around, house, heard, clock.of(day)),
          ...coveredCauses(filed(house), { fromMs, atMs }),
          ...visited(atMs, noneMs),
          ...notHere({ kind, atMs }, cleared),
        ]
        days.push({ kind, day, measure, fromMs, atMs, facts, from, otherCauses })
      }
    return days
  }

  function coveredCauses(own: Filing[], { fromMs, atMs }: { fromMs: number; atMs: number }): Cause[] {
    return isCovered(own, fromMs, atMs) ? [{ code: 'filed', leaves: table.causes.filed.leaves }] : []
  }

  /** When somebody last looked and found nothing; -Infinity of never. */
  function lastNoneMs(house: string, nowMs: number): number {
    const none = houses.visitsOf(house).filter(({ result }) => result === 'none')
    return Math.max(...none.map(({ atMs }) => Math.min(atMs, nowMs)))
  }

  /** It was heard before somebody looked and found nothing, and goes on: it comes from elsewhere. */
  function notHere({ kind, atMs }: { kind: SensedKind; atMs: number }, cleared: Cleared | null): Cause[] {
    const { kinds, leaves } = table.causes.not_here
    if (cleared === null || atMs <= cleared.atMs || !kinds.includes(kind)) return []
    return cleared.kinds.includes(kind) ? [{ code: 'not_here', leaves }] : []
  }

  function visited(atMs: number, noneMs: number): Cause[] {
    return atMs <= noneMs ? [{ code: 'visited', leaves: table.causes.visited.leaves }] : []
  }

  function seenPieces(house: string, records: FiledRecord[], nowMs: number, noneMs: number): Piece[] {
    const finds = [...state.finds.values()].filter((find) => find.houses.includes(house))
    const causesAt = (atMs: number) => [
      ...coveredCauses(filed(house), { fromMs: atMs, atMs }),
      ...visited(atMs, noneMs),
    ]
    return [...reportPieces(records, table, nowMs, causesAt), ...findPieces(finds, table, nowMs, causesAt)]
  }

  /** Steps and meters say something only beside what was heard, seen or reported: an empty house alone says nothing. */
  function onlyBeside(pieces: Piece[]): Piece[] {
    const isHeard = pieces.some((one) => isSensed(one) && one.level > 0)
    return isHeard ? pieces : pieces.filter(({ group }) => group !== 'beside')
  }

  return {
    sensedOf,
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
    /** What was heard before the last visit that found nothing, if that was not long ago. `known`: as it was told before. */
    clearedOf(house: string, known: Cleared | null, nowMs: number): Cleared | null {
      const atMs = lastNoneMs(house, nowMs)
      if (nowMs >= atMs + msOf(table.causes.not_here.lasts)) return null
      if (known?.atMs === atMs) return known
      const newest = clock.at(atMs).day
      const days = Array.from({ length: table.times.windowDays }, (_, i) => sensedOf(house, newest - i)?.kinds ?? [])
      const heard = days.flat().filter((one) => one.atMs <= atMs)
      return { atMs, kinds: [...new Set(heard.map(({ kind }) => kind))].sort() }
    },
    assess(house: string, cleared: Cleared | null, nowMs: number): Assessment {
      const records = houses.recordsOf(house)
      const keptFromMs = nowMs - Math.max(table.times.keepDays * DAY_MS, msOf(table.visits.confirmedFor))
      const visit = lastVisit(
        houses.visitsOf(house).filter(({ atMs }) => atMs >= keptFromMs),
        nowMs,
      )
      const noneMs = lastNoneMs(house, nowMs)
      const windows = windowsOf(records, table, nowMs)
      const alone = onlyBeside([
        ...paperPieces(windows, table, nowMs),
        ...seenPieces(house, records, nowMs, noneMs),
        ...sensedPieces(table, heardDays(house, noneMs, cleared), state.day ?? 0),
        ...meterPieces(table, devicesIn(house), state.day ?? 0, (day) => clock.of(day).startMs),
      ])
      const pieces = [...inCompany(table, alone), ...visitPieces(visit, table, nowMs)]
      const finished = records.filter((record) => record.recordType === table.filing.finished && isValid(record))
      return {
        ...{ windows, pieces, visit, filing: filingAt(filed(house), nowMs) },
        probability: logistic(pieces.reduce((sum, { weight }) => sum + weight, logit(table.prior.probability))),
        sensed: inCompany(table, alone.filter(isSensed)).reduce((sum, { weight }) => sum + Math.max(0, weight), 0),
        finishedMs: Math.max(...finished.map(timeOf)),
      }
    },
  }
}

/** What was measured, seen or reported, as against what stands on paper. */
function isSensed({ group }: Piece): boolean {
  return group === 'sensed' || group === 'seen'
}
