import type { Visit } from '../../core/building.ts'
import type { FiledRecord } from '../../core/filed-record.ts'
import type { SuspicionWindow } from '../../core/suspicion.ts'
import { type EvidenceTable, msOf } from './evidence-table.ts'
import { isValid } from './filings.ts'
import type { Cause, Find } from './fusion-state.ts'
import { causesTogether } from './heard-windows.ts'
import { type Piece, weighed } from './weigh.ts'

const DAY_MS = 86_400_000

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

/** One piece of evidence for each type of record, by the newest whose window is open: how long ago it was decides. */
export function paperPieces(windows: readonly SuspicionWindow[], { records }: EvidenceTable, nowMs: number): Piece[] {
  const newest = new Map<string, SuspicionWindow>()
  for (const one of windows) {
    const before = newest.get(one.recordType)
    if (before === undefined || one.fromMs >= before.fromMs) newest.set(one.recordType, one)
  }
  return [...newest.values()].map(({ source, recordId, recordType, fromMs }) => {
    const about = records[recordType]!
    const days = Math.max(0, nowMs - fromMs) / DAY_MS
    return {
      ...{ kind: recordType, group: 'paper', about, ...weighed(about.levels, days), fromMs, atMs: fromMs },
      ...{ facts: {}, from: [`${source}|${recordId}`], otherCauses: [] },
    }
  })
}

/** Residents' reports of the last days as one piece; `causesOf` tells what else could explain one of a moment. */
export function reportPieces(
  records: readonly FiledRecord[],
  { seen: { report } }: EvidenceTable,
  nowMs: number,
  causesOf: (atMs: number) => Cause[],
): Piece[] {
  const some = records.filter(
    (one) =>
      isValid(one) &&
      nowMs - timeOf(one) < report.days * DAY_MS &&
      report.records.some((pattern) => isLike(one.recordType, pattern)),
  )
  const told = some.map((one) => ({
    atMs: timeOf(one),
    from: `${one.source}|${one.recordId}`,
    causes: causesOf(timeOf(one)),
  }))
  return seenPieces('report', report, told, { reports: some.length })
}

/** Things that patrols saw beside the house in the last days as one piece; shared with the other houses they lie beside. */
export function findPieces(
  finds: readonly Find[],
  { seen: { debris } }: EvidenceTable,
  nowMs: number,
  causesOf: (atMs: number) => Cause[],
): Piece[] {
  const told = finds
    .filter(({ atMs }) => nowMs - atMs < debris.days * DAY_MS)
    .map(({ id, atMs, houses }) => ({ atMs, from: id, causes: [...sharedBy(houses), ...causesOf(atMs)] }))
  const [last] = finds.toSorted((a, b) => b.atMs - a.atMs)
  return seenPieces('debris', debris, told, last === undefined ? {} : { label: last.label })
}

interface Told {
  atMs: number
  from: string
  causes: Cause[]
}

function seenPieces(
  kind: 'report' | 'debris',
  about: EvidenceTable['seen']['report' | 'debris'],
  told: readonly Told[],
  facts: Piece['facts'],
): Piece[] {
  if (told.length === 0) return []
  const left = told.reduce((sum, { causes }) => sum + causes.reduce((share, { leaves }) => share * leaves, 1), 0)
  const times = told.map(({ atMs }) => atMs)
  return [
    {
      ...{ kind, group: 'seen', about, ...weighed(about.levels, told.length, left), facts },
      ...{ fromMs: Math.min(...times), atMs: Math.max(...times), from: told.map(({ from }) => from) },
      otherCauses: causesTogether(told.map(({ causes }) => ({ amount: 1, causes }))),
    },
  ]
}

function sharedBy(houses: readonly string[]): Cause[] {
  if (houses.length < 2) return []
  return [{ code: 'neighbour', leaves: 1 / houses.length, params: { houses: houses.length } }]
}

/** The last visit by its time; one that is said to be later than now counts as of now. */
export function lastVisit(visits: readonly Visit[], nowMs: number): Visit | null {
  const last = visits.reduce<Visit | null>((best, one) => (best === null || one.atMs >= best.atMs ? one : best), null)
  return last === null ? null : { ...last, atMs: Math.min(last.atMs, nowMs) }
}

export function visitPieces(visit: Visit | null, { visits }: EvidenceTable, nowMs: number): Piece[] {
  if (visit === null) return []
  const about = visits[visit.result]
  const fullWeight = Math.log(about.ratio)
  return [
    {
      ...{ kind: visit.result, group: 'visit', about, level: 1, fullLevel: 1, fromMs: visit.atMs, atMs: visit.atMs },
      ...{ fullWeight, weight: fullWeight * 2 ** (-Math.max(0, nowMs - visit.atMs) / msOf(about.halfLife)) },
      ...{ facts: { by: visit.by }, from: [visit.id], otherCauses: [] },
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
