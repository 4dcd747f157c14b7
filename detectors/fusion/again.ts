import { type EvidenceTable, msOf, type SensedKind } from './evidence-table.ts'
import { levelOf } from './sensed-day.ts'
import type { Piece } from './weigh.ts'

/**
 * Works come back day after day; a removal, or a picture that is hung, does not. One piece for the days of the last while on which works were
 * heard that nothing else explains, or none.
 */
export function againPiece(pieces: readonly Piece[], { again }: EvidenceTable, nowMs: number): Piece[] {
  const { kinds, days, leaves, levels, halfLife } = again
  const sinceMs = nowMs - days * 86_400_000
  const heard = pieces.filter(
    ({ group, kind, atMs, otherCauses }) =>
      group === 'sensed' &&
      kinds.includes(kind as SensedKind) &&
      atMs > sinceMs &&
      otherCauses.reduce((product, cause) => product * cause.leaves, 1) >= leaves,
  )
  const count = new Set(heard.map(({ day }) => day)).size
  const level = levelOf(levels, count)
  if (level === 0) return []
  const ratio = levels[level - 1]!.ratio
  return [
    {
      ...{ kind: 'again', group: 'again', day: Math.max(...heard.map(({ day }) => day)), level },
      fromMs: Math.min(...heard.map(({ fromMs }) => fromMs)),
      atMs: Math.max(...heard.map(({ atMs }) => atMs)),
      facts: { days: count },
      ...{ ratio, cap: ratio, halfLifeMs: msOf(halfLife) },
      from: [...new Set(heard.flatMap(({ from }) => from))].sort(),
      otherCauses: [],
    },
  ]
}
