import { reviewStateOf } from '../../core/finding.ts'
import type { Position } from '../../core/place.ts'
import { type Candidate, MAX_GATE_M } from './associate.ts'
import type { FindingState } from './finding-state.ts'
import { boundsOf, widen } from './ground-plane.ts'

/** All findings that are remembered, to be found by place. */
export interface FindingLog {
  byId: Map<string, FindingState>
  /** By cell of the ground, then by id. */
  cells: Map<string, Map<string, FindingState>>
  /** Those without a position, by label, drone and flight. */
  unplaced: Map<string, string>
  /** Ids of those that are over when nobody sees them for a while. */
  timed: Set<string>
  /** Says which those are. */
  isTimed(finding: FindingState): boolean
  /** Detections that fell into a mask, and findings that had to be forgotten. */
  counts: { masked: number; forgotten: number }
}

/** Findings that are kept. What is gone, and what was hardly seen, is forgotten first. */
export const MAX_FINDINGS = 20_000
/** Forgotten at once when there are too many, so that it is not searched for each time. */
const FORGOTTEN_AT_ONCE = 500
/** About 330 m: wider than two sightings of one thing can ever be apart, as far north as 63°. */
const CELL_DEG = 0.003

export function createFindingLog(
  isTimed: FindingLog['isTimed'],
  findings: FindingState[] = [],
  counts: FindingLog['counts'] = { masked: 0, forgotten: 0 },
): FindingLog {
  const indexes = { byId: new Map(), cells: new Map(), unplaced: new Map(), timed: new Set<string>() }
  const log: FindingLog = { ...indexes, isTimed, counts: { ...counts } }
  for (const finding of findings) put(log, finding)
  return log
}

/** Keeps a finding as it is now. */
export function put(log: FindingLog, finding: FindingState): void {
  const before = log.byId.get(finding.id)
  const [from, to] = [before?.position && cellOf(before.position), finding.position && cellOf(finding.position)]
  if (from !== undefined && from !== to) leaveCell(log, from, finding.id)
  if (to !== undefined) {
    const cell = log.cells.get(to)
    if (cell === undefined) log.cells.set(to, new Map([[finding.id, finding]]))
    else cell.set(finding.id, finding)
  } else for (const { flightId } of finding.flights) log.unplaced.set(unplacedKey(finding, flightId), finding.id)
  log.byId.set(finding.id, finding)
  if (log.isTimed(finding)) log.timed.add(finding.id)
  else log.timed.delete(finding.id)
}

export function drop(log: FindingLog, finding: FindingState): void {
  if (finding.position) leaveCell(log, cellOf(finding.position), finding.id)
  for (const { flightId } of finding.flights) log.unplaced.delete(unplacedKey(finding, flightId))
  log.byId.delete(finding.id)
  log.timed.delete(finding.id)
}

/** Findings of one class within about `MAX_GATE_M` of a position, duplicates among them. */
export function near(log: FindingLog, position: Position, seenAs: string): Candidate[] {
  const found: Candidate[] = []
  const [row, column] = cellAt(position)
  const { south, north, west, east } = widen(boundsOf([position]), MAX_GATE_M)
  for (let i = row - 1; i <= row + 1; i++)
    for (let j = column - 1; j <= column + 1; j++)
      for (const at of log.cells.get(`${i},${j}`)?.values() ?? []) {
        const { lat, lon } = at.position!
        if (lat < south || lat > north || lon < west || lon > east || at.seenAs !== seenAs) continue
        found.push({ at, counts: rootOf(log, at) })
      }
  return found
}

export function unplacedOf(log: FindingLog, seenAs: string, device: string, flightId: string) {
  const id = log.unplaced.get(unplacedKey({ seenAs, device }, flightId))
  const finding = id === undefined ? undefined : log.byId.get(id)
  return finding && rootOf(log, finding)
}

/** What a finding counts as: itself, or what people say that it is the same as. */
export function rootOf(log: FindingLog, finding: FindingState): FindingState {
  let root = finding
  for (let steps = 0; root.sameAs !== undefined && steps < MAX_STEPS; steps++) {
    const next = log.byId.get(root.sameAs)
    if (next === undefined || next === finding) break
    root = next
  }
  return root
}

const MAX_STEPS = 20

/**
 * Makes room: first what was hardly seen, then what is gone, then what people turned down, then the rest; of each the
 * one not seen for longest. Gives what was forgotten although it was there and believed.
 */
export function makeRoom(log: FindingLog, max = MAX_FINDINGS): FindingState[] {
  if (log.byId.size <= max) return []
  const ranked = [...log.byId.values()]
    .map((finding) => ({ finding, rank: rankOf(finding) }))
    .sort((a, b) => a.rank - b.rank || a.finding.lastMs - b.finding.lastMs || (a.finding.id < b.finding.id ? -1 : 1))
  const spare = Math.min(FORGOTTEN_AT_ONCE, max >> 1)
  const forgotten = ranked.slice(0, log.byId.size - max + spare).map(({ finding }) => finding)
  for (const finding of forgotten) drop(log, finding)
  log.counts.forgotten += forgotten.length
  return forgotten.filter(({ believed, presence }) => believed && presence === 'present')
}

function rankOf(finding: FindingState): number {
  if (!finding.believed) return 0
  if (finding.presence === 'gone') return 1
  return reviewStateOf(finding) === 'undecided' || reviewStateOf(finding) === 'confirmed' ? 3 : 2
}

function leaveCell(log: FindingLog, cell: string, id: string): void {
  const within = log.cells.get(cell)
  within?.delete(id)
  if (within?.size === 0) log.cells.delete(cell)
}

function unplacedKey({ seenAs, device }: Pick<FindingState, 'seenAs' | 'device'>, flightId: string): string {
  return `${seenAs}|${device}|${flightId}`
}

function cellAt({ lat, lon }: Position): [number, number] {
  return [Math.floor(lat / CELL_DEG), Math.floor(lon / CELL_DEG)]
}

function cellOf(position: Position): string {
  return cellAt(position).join(',')
}
