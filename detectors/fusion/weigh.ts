import type { Evidence } from '../../core/suspicion.ts'
import { type EvidenceTable, type Levels, levelOf } from './evidence-table.ts'
import type { Cause } from './fusion-state.ts'

/** A piece of evidence before it is told. */
export interface Piece {
  kind: string
  /**
   * `sensed`: what devices of the house say; `beside`: what says something only beside that; `seen`: what people and pictures say; `paper`:
   * records; `visit`: the last one.
   */
  group: 'sensed' | 'beside' | 'seen' | 'paper' | 'visit'
  about: About
  /** Of the table, from 1; 0 below the first: of what other causes leave, and as if nothing else explained it. */
  level: number
  fullLevel: number
  fromMs: number
  atMs: number
  facts: Record<string, number | string>
  /** Natural logarithms of likelihood ratios, of the same two. */
  fullWeight: number
  weight: number
  from: string[]
  otherCauses: Cause[]
}

interface About {
  title: Evidence['title']
  cancels: Evidence['cancels']
}

/**
 * Levels and weights of a measure and of what other causes leave of it, in the unit of `levels`. An explanation never adds: where less would weigh
 * more, as of what speaks against works, what is left weighs as much as the whole.
 */
export function weighed(
  levels: Levels,
  measure: number,
  left = measure,
): Pick<Piece, 'level' | 'fullLevel' | 'weight' | 'fullWeight'> {
  const [level, fullLevel] = [levelOf(levels, left), levelOf(levels, measure)]
  const weightAt = (one: number) => Math.log(levels[one - 1]?.ratio ?? 1)
  const fullWeight = weightAt(fullLevel)
  return { level, fullLevel, fullWeight, weight: Math.min(fullWeight, weightAt(level)) }
}

/**
 * Pieces, one of a kind, with what they say in company: of the ratio of each pair of the table that is seen, each of the two gets half of the weight.
 */
export function inCompany({ together }: EvidenceTable, pieces: readonly Piece[]): Piece[] {
  const left = halvesOf(together, new Map(pieces.map(({ kind, level }) => [kind, level])))
  const full = halvesOf(together, new Map(pieces.map(({ kind, fullLevel }) => [kind, fullLevel])))
  return pieces.map((piece) => ({
    ...piece,
    weight: piece.weight + (left.get(piece.kind) ?? 0),
    fullWeight: piece.fullWeight + (full.get(piece.kind) ?? 0),
  }))
}

/** What each kind gets of its pairs. */
function halvesOf(
  together: EvidenceTable['together'],
  levels: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const halves = new Map<string, number>()
  for (const { kinds, ratios } of together) {
    const [one, other] = kinds.map((kind) => levels.get(kind) ?? 0) as [number, number]
    const half = Math.log(ratios[one - 1]?.[other - 1] ?? 1) / 2
    for (const kind of kinds) halves.set(kind, (halves.get(kind) ?? 0) + half)
  }
  return halves
}

/** It weighs something, or would if nothing else explained it. */
export function speaks({ weight, fullWeight }: Piece): boolean {
  return weight !== 0 || fullWeight !== 0
}

export function toEvidence(table: EvidenceTable, piece: Piece): Evidence {
  const { kind, about, fromMs, atMs, facts, fullWeight, weight, from } = piece
  const otherCauses = piece.otherCauses.map((cause) => ({
    ...cause,
    title: table.causes[cause.code as keyof EvidenceTable['causes']].title,
  }))
  const { title, cancels } = about
  return { kind, title, cancels, fromMs, atMs, facts, fullWeight, weight, from, otherCauses }
}

export function logit(probability: number): number {
  return Math.log(probability / (1 - probability))
}

export function logistic(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds))
}
