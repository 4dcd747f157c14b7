import type { Evidence } from '../../core/suspicion.ts'
import type { EvidenceTable, SensedKind } from './evidence-table.ts'
import type { Cause } from './fusion-state.ts'

/** A piece of evidence before it is weighed. */
export interface Piece {
  kind: string
  /** `sensed`: what devices of the house say; `night`: whether somebody lives there; `seen`: what people and pictures say; `paper`: records. */
  group: 'sensed' | 'night' | 'seen' | 'paper' | 'still' | 'visit'
  /** Local day, for what is counted by the day. */
  day: number
  /** Of the table, from 1; 0 where there are none. */
  level: number
  fromMs: number
  atMs: number
  facts: Record<string, number | string>
  ratio: number
  /** Of all pieces of this kind together: what their ratios may make at most (at least, for one below 1). */
  cap: number
  halfLifeMs: number
  from: string[]
  otherCauses: Cause[]
}

export interface Weighed {
  piece: Piece
  evidence: Evidence
}

/**
 * What is left of each piece at a moment. The same pieces in another order come to the same. Formula: head of `shipped/evidence.yaml`;
 * ranks after Naive Bayes with an exponent below 1 for features that depend on each other (a geometric series in place of a sum).
 */
export function weigh(pieces: readonly Piece[], table: EvidenceTable, nowMs: number): Weighed[] {
  const { dependence } = table
  const left = pieces.map((piece) => ({ piece, weight: fadedWeight(piece, nowMs) }))
  rank(left, ({ piece }) => (piece.group === 'sensed' ? piece.kind : null), dependence.days)
  rank(left, ({ piece }) => (piece.group === 'paper' ? 'paper' : null), dependence.paper)
  hold(left)
  return left.map(({ piece, weight }) => ({ piece, evidence: toEvidence(table, piece, weight) }))
}

type Left = { piece: Piece; weight: number }

function fadedWeight({ ratio, otherCauses, atMs, halfLifeMs }: Piece, nowMs: number): number {
  const full = Math.log(ratio)
  const leaves = full > 0 ? otherCauses.reduce((product, cause) => product * cause.leaves, 1) : 1
  return full * leaves * 2 ** (-Math.max(0, nowMs - atMs) / halfLifeMs)
}

/** Of what belongs together the strongest counts whole, the next `factor` times, the next `factor` squared times. */
function rank(all: Left[], groupOf: (one: Left) => string | null, factor: number): void {
  const groups = new Map<string, Left[]>()
  for (const one of all) {
    const group = one.weight > 0 ? groupOf(one) : null
    if (group !== null) groups.set(group, [...(groups.get(group) ?? []), one])
  }
  for (const group of groups.values()) {
    group.sort((a, b) => b.weight - a.weight || (keyOf(a.piece) < keyOf(b.piece) ? -1 : 1))
    for (const [place, one] of group.entries()) one.weight *= factor ** place
  }
}

/** No kind says more than its cap, however often it was heard. */
function hold(all: Left[]): void {
  const sums = new Map<string, number>()
  for (const { piece, weight } of all) sums.set(piece.kind, (sums.get(piece.kind) ?? 0) + weight)
  for (const one of all) {
    const [sum, cap] = [sums.get(one.piece.kind)!, Math.log(one.piece.cap)]
    if (Math.abs(sum) > Math.abs(cap)) one.weight *= Math.abs(cap) / Math.abs(sum)
  }
}

function keyOf({ kind, day, from }: Piece): string {
  return `${kind}|${day}|${from.join(',')}`
}

function toEvidence(table: EvidenceTable, piece: Piece, weight: number): Evidence {
  const { kind, fromMs, atMs, facts, ratio, from } = piece
  const { title, cancels } = aboutOf(table, piece)
  const otherCauses = piece.otherCauses.map((cause) => ({
    ...cause,
    title: table.causes[cause.code as keyof EvidenceTable['causes']].title,
  }))
  return { kind, title, cancels, fromMs, atMs, facts, fullWeight: Math.log(ratio), weight, from, otherCauses }
}

/** What the table says of a kind. */
function aboutOf({ sensed, slept, seen, records, still, visits }: EvidenceTable, { kind, group }: Piece) {
  if (group === 'sensed') return sensed[kind as SensedKind]
  if (group === 'night') return slept[kind as 'vacant' | 'lived']
  if (group === 'seen') return seen[kind as 'debris' | 'report']
  if (group === 'paper') return records[kind]!
  return group === 'still' ? still : visits[kind as 'none']
}

export function logit(probability: number): number {
  return Math.log(probability / (1 - probability))
}

export function logistic(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds))
}
