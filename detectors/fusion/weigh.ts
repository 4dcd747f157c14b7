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
  /** Of the table, from 1; 0 below the first. */
  level: number
  fromMs: number
  atMs: number
  facts: Record<string, number | string>
  /** Natural logarithms of likelihood ratios: as if nothing else explained it, and of what that leaves. */
  fullWeight: number
  weight: number
  from: string[]
  otherCauses: Cause[]
}

interface About {
  title: Evidence['title']
  cancels: Evidence['cancels']
}

/** Natural logarithm of the ratio of a measure's level; 0 below the first. */
export function weightOf(levels: Levels, measure: number): number {
  return Math.log(levels[levelOf(levels, measure) - 1]?.ratio ?? 1)
}

/** Pieces with what they say in company: of the ratio of each pair of the table that is seen, each of the two gets half of the weight. */
export function inCompany({ together }: EvidenceTable, pieces: readonly Piece[]): Piece[] {
  const levels = new Map(pieces.map(({ kind, level }) => [kind, level]))
  const gained = new Map<string, number>()
  for (const { kinds, ratios } of together) {
    const [one, other] = kinds.map((kind) => levels.get(kind) ?? 0) as [number, number]
    const half = Math.log(ratios[one - 1]?.[other - 1] ?? 1) / 2
    for (const kind of kinds) gained.set(kind, (gained.get(kind) ?? 0) + half)
  }
  return pieces.map((piece) => {
    const more = gained.get(piece.kind) ?? 0
    return { ...piece, fullWeight: piece.fullWeight + more, weight: piece.weight + more }
  })
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
