import type { EvidenceTable, SensedKind } from './evidence-table.ts'
import type { Cause } from './fusion-state.ts'
import { type Piece, weighed } from './weigh.ts'

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

/**
 * What devices say of the local days up to `newest` (since 1970-01-01), some of them before the window: one piece for each kind, and one for how often it
 * came again. Weights are natural logarithms of ratios, each kind by itself.
 */
export function sensedPieces(table: EvidenceTable, days: readonly HeardDay[], newest: number): Piece[] {
  const within = days.filter(({ day }) => day > newest - table.times.windowDays)
  return [...toWindows(within).map((window) => toPiece(table, window)), ...againPieces(table, days, newest)]
}

function toPiece({ sensed }: EvidenceTable, { kind, heard, left, ...told }: HeardWindow): Piece {
  const about = sensed[kind]
  const { levels, beside } = about
  return { kind, group: beside === true ? 'beside' : 'sensed', about, ...weighed(levels, heard, left), ...told }
}

/** On how many of the last days it was heard at all: crews come again, and who hangs pictures does not every evening. */
function againPieces({ again }: EvidenceTable, days: readonly HeardDay[], newest: number): Piece[] {
  const heard = days.filter(
    ({ kind, day, measure }) => kind === again.kind && day > newest - again.days && measure >= again.least,
  )
  const left = heard.filter((one) => leftOf(one) >= again.least)
  const [first, last] = [heard[0], heard.at(-1)]
  if (first === undefined || last === undefined) return []
  return [
    {
      ...{ kind: 'again', group: 'sensed', about: again, ...weighed(again.levels, heard.length, left.length) },
      ...{ fromMs: first.fromMs, atMs: last.atMs, facts: { days: heard.length }, from: devicesOf(heard) },
      otherCauses: causesOfDays(heard),
    },
  ]
}

/** What was heard on some days, kind by kind. */
export function toWindows(days: readonly HeardDay[]): HeardWindow[] {
  const kinds = new Map<SensedKind, HeardDay[]>()
  for (const one of days) kinds.set(one.kind, [...(kinds.get(one.kind) ?? []), one])
  return [...kinds].map(([kind, some]) => toWindow(kind, some))
}

function countedOf({ measure }: HeardDay): number {
  return Math.min(MOST_OF_A_DAY, measure)
}

/** What other causes leave of a day. */
function leftOf(one: HeardDay): number {
  return one.otherCauses.reduce((left, { leaves }) => left * leaves, countedOf(one))
}

function toWindow(kind: SensedKind, days: readonly HeardDay[]): HeardWindow {
  const together = (values: number[]) =>
    kind === 'doors' ? Math.max(0, ...values) : values.reduce((sum, one) => sum + one, 0)
  return {
    kind,
    heard: together(days.map(countedOf)),
    left: together(days.map(leftOf)),
    fromMs: Math.min(...days.map(({ fromMs }) => fromMs)),
    atMs: Math.max(...days.map(({ atMs }) => atMs)),
    facts: factsOf(days),
    from: devicesOf(days),
    otherCauses: causesOfDays(days),
  }
}

function devicesOf(days: readonly HeardDay[]): string[] {
  return [...new Set(days.flatMap(({ from }) => from))].sort()
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

/** What else could explain some amounts of one kind, each cause with the share of the whole that it alone would leave. */
export function causesTogether(some: readonly { amount: number; causes: readonly Cause[] }[]): Cause[] {
  const all = some.reduce((sum, { amount }) => sum + amount, 0)
  const newest = new Map(some.flatMap(({ causes }) => causes).map((cause) => [cause.code, cause]))
  return [...newest.values()].map((cause) => {
    const leavesOf = (causes: readonly Cause[]) => causes.find(({ code }) => code === cause.code)?.leaves ?? 1
    return { ...cause, leaves: some.reduce((sum, { amount, causes }) => sum + amount * leavesOf(causes), 0) / all }
  })
}

function causesOfDays(days: readonly HeardDay[]): Cause[] {
  return causesTogether(days.map((one) => ({ amount: countedOf(one), causes: one.otherCauses })))
}
