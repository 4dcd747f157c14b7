import type { AlertSuspicion, Evidence, OtherCause, Suspicion, SuspicionState, SuspicionWindow } from './suspicion.ts'

/** What is thought of works in one house, as it leaves huying: times as ISO 8601 in UTC. */
export interface SuspicionView {
  building: string
  address?: string
  state: SuspicionState
  /** That unfiled works go on: logistic of `prior` and all weights. */
  probability: number
  prior: number
  windows: { source: string; recordId: string; recordType: string; from: string; until: string }[]
  /** Heaviest first. */
  evidence: EvidenceView[]
  /** Lighter pieces that are not listed, and their weights together. */
  further?: { pieces: number; weight: number }
  /** The answer to "is there a works filing for this house and time", and when it was asked. */
  filing?: { asked: string; record: { source: string; recordId: string; filing?: string; until: string } | null }
  likelySince?: string
  /** Somebody must have looked by then. */
  visitBy?: string
  visit?: { id: string; at: string; result: string }
}

export interface EvidenceView {
  kind: string
  title: { zh: string; en: string }
  from: string
  at: string
  facts: Record<string, number | string>
  /** Natural logarithms of likelihood ratios: if nothing else explained it, and of what other causes leave. */
  fullWeight: number
  weight: number
  /** Devices, `source|recordId` of records, findings or visits. */
  rests: string[]
  /** What would take its weight away. */
  cancels: { zh: string; en: string }
  otherCauses: OtherCause[]
}

export function toSuspicionView(suspicion: Suspicion & Partial<AlertSuspicion>): SuspicionView {
  const { building, address, state, probability, prior, windows, evidence, further } = suspicion
  const { filing, likelySinceMs, visitByMs, visit } = suspicion
  return {
    building,
    ...(address !== undefined && { address }),
    ...{ state, probability, prior, windows: windows.map(toWindowView), evidence: evidence.map(toEvidenceView) },
    ...(further && { further }),
    ...(filing && { filing: toFilingView(filing) }),
    ...(likelySinceMs !== undefined && { likelySince: toIso(likelySinceMs) }),
    ...(visitByMs !== undefined && { visitBy: toIso(visitByMs) }),
    ...(visit && { visit: { id: visit.id, at: toIso(visit.atMs), result: visit.result } }),
  }
}

function toWindowView({ fromMs, untilMs, ...record }: SuspicionWindow): SuspicionView['windows'][number] {
  return { ...record, from: toIso(fromMs), until: toIso(untilMs) }
}

function toEvidenceView({ fromMs, atMs, from, kind, title, ...rest }: Evidence): EvidenceView {
  const { facts, fullWeight, weight, cancels, otherCauses } = rest
  return {
    kind,
    title,
    from: toIso(fromMs),
    at: toIso(atMs),
    facts,
    fullWeight,
    weight,
    rests: from,
    cancels,
    otherCauses,
  }
}

function toFilingView({ askedMs, record }: NonNullable<Suspicion['filing']>): NonNullable<SuspicionView['filing']> {
  if (record === null) return { asked: toIso(askedMs), record }
  const { untilMs, ...one } = record
  return { asked: toIso(askedMs), record: { ...one, until: toIso(untilMs) } }
}

/** Device times may be anything; what ISO 8601 cannot say is held at the nearest it can. */
function toIso(atMs: number): string {
  return new Date(Math.max(-8.64e15, Math.min(8.64e15, atMs))).toISOString()
}
