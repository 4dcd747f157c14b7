import type { FiledRecord } from '../../core/filed-record.ts'
import type { DayClock } from '../rules/parts/day-clock.ts'
import { type EvidenceTable, msOf } from './evidence-table.ts'

/** Works that are filed for a house, and the time in which they may go on. */
export interface Filing {
  record: FiledRecord
  fromMs: number
  untilMs: number
}

/** Filed or approved works of a house that nobody took back, put right, refused or finished before they began; in the order of their records. */
export function filingsOf(records: readonly FiledRecord[], { filing }: EvidenceTable, clock: DayClock): Filing[] {
  const valid = records.filter(isValid)
  const ending = valid.filter(({ recordType }) => recordType === filing.finished || recordType === filing.refused)
  return valid
    .filter(({ recordType }) => filing.types.includes(recordType))
    .flatMap((record) => {
      const fromMs = dayMs(record.facts.validFrom, 'startMs', clock) ?? record.atMs
      const lastMs = dayMs(record.facts.validTo, 'endMs', clock) ?? fromMs + msOf(filing.lasts)
      const ends = ending.filter((end) => end.atMs >= record.atMs && isSameFiling(record, end))
      if (ends.some(({ recordType }) => recordType === filing.refused)) return []
      const finishedMs = Math.min(...ends.map(({ atMs }) => atMs))
      return [{ record, fromMs, untilMs: Math.min(lastMs, finishedMs) + msOf(filing.grace) }]
    })
}

/** The one that holds longest of those that cover a moment. */
export function filingAt(filings: readonly Filing[], atMs: number): Filing | null {
  const covering = filings.filter(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs)
  return covering.reduce<Filing | null>((best, one) => (best === null || one.untilMs > best.untilMs ? one : best), null)
}

export function isCovered(filings: readonly Filing[], fromMs: number, atMs: number): boolean {
  return filings.some((one) => one.fromMs <= atMs && fromMs < one.untilMs)
}

export function isValid({ correctedBy, withdrawnBy }: FiledRecord): boolean {
  return correctedBy === undefined && withdrawnBy === undefined
}

/** They name the same filing, or one of them names none. */
function isSameFiling({ facts: { filing: a } }: FiledRecord, { facts: { filing: b } }: FiledRecord): boolean {
  return a === undefined || b === undefined || a === b
}

/** A whole day begins and ends by the local calendar. Undefined for what is no day. */
function dayMs(text: string | undefined, edge: 'startMs' | 'endMs', clock: DayClock): number | undefined {
  if (text === undefined) return undefined
  const atMs = Date.parse(text)
  if (Number.isNaN(atMs)) return undefined
  return text.length === 10 ? clock.of(Math.round(atMs / 86_400_000))[edge] : atMs
}
