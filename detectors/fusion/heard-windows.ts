import { type EvidenceTable, levelOf, type SensedKind } from './evidence-table.ts'
import type { Cause } from './fusion-state.ts'
import { type Piece, weightOf } from './weigh.ts'

/** One kind in one house on one local day, with what else could explain it. */
export interface HeardDay {
  kind: SensedKind
  day: number
  /** Quarters of an hour; of doors how many times the usual. */
  measure: number
  fromMs: number
  atMs: number
  facts: Record<string, number | string>
  from: string[]
  otherCauses: Cause[]
}

/** One kind over the last days. */
interface HeardWindow {
  kind: SensedKind
  /** Quarters of an hour of the days together, and what other causes leave of them; of doors the most of any day. */
  heard: number
  left: number
  fromMs: number
  atMs: number
  facts: Record<string, number | string>
  from: string[]
  otherCauses: Cause[]
}

/** A day counts for no more: nobody works longer, and a sensor that is stuck speaks all day. */
const MOST_OF_A_DAY = 48
/** Facts that are counts and add up; of all others the greatest is told. */
const COUNTS = new Set(['hours'])

/** What devices say of the days up to `newest`: one piece for each kind, and one for how often it came again. */
export function sensedPieces(table: EvidenceTable, days: readonly HeardDay[], newest: number): Piece[] {
  const within = days.filter(({ day }) => day > newest - table.times.windowDays)
  return [...toWindows(within).map((window) => toPiece(table, window)), ...againPieces(table, days)]
}

function toPiece({ sensed }: EvidenceTable, { kind, heard, left, ...told }: HeardWindow): Piece {
  const about = sensed[kind]
  const { levels, beside } = about
  return {
    ...{ kind, group: beside === true ? 'beside' : 'sensed', about, level: levelOf(levels, left) },
    ...{ fullWeight: weightOf(levels, heard), weight: weightOf(levels, left), ...told },
  }
}

/** On how many of the last days it was heard at all: crews come again, and who hangs pictures does not. */
function againPieces({ again }: EvidenceTable, days: readonly HeardDay[]): Piece[] {
  const heard = days.filter(({ kind, measure }) => kind === again.kind && measure >= again.least)
  const left = heard.filter((one) => leftOf(one) >= again.least)
  const [first, last] = [heard[0], heard.at(-1)]
  if (first === undefined || last === undefined) return []
  return [
    {
      ...{ kind: 'again', group: 'sensed', about: again, level: levelOf(again.levels, left.length) },
      ...{ fullWeight: weightOf(again.levels, heard.length), weight: weightOf(again.levels, left.length) },
      ...{ fromMs: first.fromMs, atMs: last.atMs, facts: { days: left.length }, from: last.from },
      otherCauses: causesTogether(heard),
    },
  ]
}

/** What was heard on some days, kind by kind. */
export function toWindows(days: readonly HeardDay[]): HeardWindow[] {
  const kinds = new Map<SensedKind, HeardDay[]>()
  for (const one of days) kinds.set(one.kind, [...(kinds.get(one.kind) ?? []), one])
  return [...kinds].map(([kind, some]) => toWindow(kind, some))
}

/** What other causes leave of a day. */
function leftOf({ measure, otherCauses }: HeardDay): number {
  return otherCauses.reduce((left, { leaves }) => left * leaves, Math.min(MOST_OF_A_DAY, measure))
}

function toWindow(kind: SensedKind, days: readonly HeardDay[]): HeardWindow {
  const together = (values: number[]) =>
    kind === 'doors' ? Math.max(0, ...values) : values.reduce((sum, one) => sum + one, 0)
  return {
    kind,
    heard: together(days.map(({ measure }) => Math.min(MOST_OF_A_DAY, measure))),
    left: together(days.map(leftOf)),
    fromMs: Math.min(...days.map(({ fromMs }) => fromMs)),
    atMs: Math.max(...days.map(({ atMs }) => atMs)),
    facts: factsOf(days),
    from: [...new Set(days.flatMap(({ from }) => from))].sort(),
    otherCauses: causesTogether(days),
  }
}

function factsOf(days: readonly HeardDay[]): Record<string, number | string> {
  const facts: Record<string, number | string> = {}
  for (const one of days)
    for (const [name, value] of Object.entries(one.facts)) {
      const before = facts[name]
      if (typeof value !== 'number' || typeof before !== 'number') facts[name] = value
      else facts[name] = COUNTS.has(name) ? before + value : Math.max(before, value)
    }
  return days.length > 1 ? { ...facts, days: days.length } : facts
}

/** What else could explain days of one kind, each with the share of the whole that it alone would leave. */
function causesTogether(days: readonly HeardDay[]): Cause[] {
  const all = days.reduce((sum, { measure }) => sum + measure, 0)
  const newest = new Map(days.flatMap(({ otherCauses }) => otherCauses).map((cause) => [cause.code, cause]))
  return [...newest.values()].map((cause) => {
    const leavesOf = (one: HeardDay) => one.otherCauses.find(({ code }) => code === cause.code)?.leaves ?? 1
    return { ...cause, leaves: days.reduce((sum, one) => sum + one.measure * leavesOf(one), 0) / all }
  })
}
