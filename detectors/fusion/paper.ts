import type { Visit } from '../../core/building.ts'
import type { FiledRecord } from '../../core/filed-record.ts'
import type { SuspicionWindow } from '../../core/suspicion.ts'
import type { DayClock } from '../rules/parts/day-clock.ts'
import { type EvidenceTable, levelOf, msOf } from './evidence-table.ts'
import { isValid } from './filings.ts'
import type { Find } from './fusion-state.ts'
import type { Piece } from './weigh.ts'

/** Windows that are open at a moment, oldest first. */
export function windowsOf(
  records: readonly FiledRecord[],
  { records: kinds }: EvidenceTable,
  nowMs: number,
): SuspicionWindow[] {
  return records.filter(isValid).flatMap((record) => {
    const kind = kinds[record.recordType]
    const fromMs = timeOf(record)
    const untilMs = fromMs + (kind === undefined ? 0 : msOf(kind.window))
    if (nowMs >= untilMs) return []
    const { source, recordId, recordType } = record
    return [{ source, recordId, recordType, fromMs, untilMs }]
  })
}

/** One piece of evidence for each open window. */
export function paperPieces(windows: readonly SuspicionWindow[], { records }: EvidenceTable, clock: DayClock): Piece[] {
  return windows.map(({ source, recordId, recordType, fromMs }) => {
    const { ratio, halfLife } = records[recordType]!
    return {
      ...{ kind: recordType, group: 'paper', day: clock.at(fromMs).day, level: 1, fromMs, atMs: fromMs },
      ...{ facts: {}, ratio, cap: ratio, halfLifeMs: msOf(halfLife) },
      ...{ from: [`${source}|${recordId}`], otherCauses: [] },
    }
  })
}

/** Residents' reports, all of one local day as one piece. */
export function reportPieces(
  records: readonly FiledRecord[],
  { seen: { report } }: EvidenceTable,
  clock: DayClock,
): Piece[] {
  const days = new Map<number, FiledRecord[]>()
  for (const record of records.filter(isValid)) {
    if (!report.records.some((pattern) => isLike(record.recordType, pattern))) continue
    const { day } = clock.at(timeOf(record))
    days.set(day, [...(days.get(day) ?? []), record])
  }
  return [...days].map(([day, some]) => {
    const level = levelOf(report.levels, some.length)
    const times = some.map(timeOf)
    return {
      ...{ kind: 'report', group: 'seen', day, level, fromMs: Math.min(...times), atMs: Math.max(...times) },
      ...{ facts: { reports: some.length }, ratio: report.levels[level - 1]?.ratio ?? 1, cap: report.cap },
      halfLifeMs: msOf(report.halfLife),
      ...{ from: some.map(({ source, recordId }) => `${source}|${recordId}`), otherCauses: [] },
    }
  })
}

/** Things that patrols saw beside the house; shared with the other houses they lie beside. */
export function findPieces(finds: readonly Find[], { seen: { debris } }: EvidenceTable, clock: DayClock): Piece[] {
  return finds.map(({ id, label, fromMs, atMs, houses }) => ({
    ...{ kind: 'debris', group: 'seen', day: clock.at(atMs).day, level: 1, fromMs, atMs },
    ...{
      facts: { label },
      ratio: debris.levels[0]!.ratio,
      cap: debris.cap,
      halfLifeMs: msOf(debris.halfLife),
      from: [id],
    },
    otherCauses:
      houses.length > 1 ? [{ code: 'neighbour', leaves: 1 / houses.length, params: { houses: houses.length } }] : [],
  }))
}

/** The last visit by its time; one that is said to be later than now counts as of now. */
export function lastVisit(visits: readonly Visit[], nowMs: number): Visit | null {
  const last = visits.reduce<Visit | null>((best, one) => (best === null || one.atMs >= best.atMs ? one : best), null)
  return last === null ? null : { ...last, atMs: Math.min(last.atMs, nowMs) }
}

export function visitPieces(visit: Visit | null, { visits }: EvidenceTable, clock: DayClock): Piece[] {
  if (visit === null) return []
  const { ratio, halfLife } = visits[visit.result]
  return [
    {
      ...{
        kind: visit.result,
        group: 'visit',
        day: clock.at(visit.atMs).day,
        level: 1,
        fromMs: visit.atMs,
        atMs: visit.atMs,
      },
      ...{ facts: { by: visit.by }, ratio, cap: ratio, halfLifeMs: msOf(halfLife), from: [visit.id], otherCauses: [] },
    },
  ]
}

/** A record cannot be of later than when it came. */
export function timeOf({ atMs, arrivalMs }: FiledRecord): number {
  return Math.min(atMs, arrivalMs)
}

/** `report.*` means every type that begins like this. */
function isLike(type: string, pattern: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern
}
