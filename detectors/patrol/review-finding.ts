import { reviewStateOf, type Verdict } from '../../core/finding.ts'
import { type FindingLog, put, rootOf } from './finding-log.ts'
import type { FindingState } from './finding-state.ts'

/** Words that are kept of one finding. */
const MAX_VERDICTS = 50

/**
 * Takes in a person's word. The last one that decides holds; a re-class changes what it is called and a redrawn box its
 * best sighting, or that of the picture named. Undefined where the finding is not known any more.
 */
export function reviewFinding(log: FindingLog, findingId: string, verdict: Verdict): FindingState | undefined {
  const before = log.byId.get(findingId)
  if (before === undefined) return undefined
  const verdicts = [...before.verdicts, verdict].slice(-MAX_VERDICTS)
  const { sameAs: _, ...rest } = before
  const finding: FindingState = { ...rest, verdicts, ...sameAsOf(log, before, verdicts), ...changeBy(before, verdict) }
  put(log, finding)
  return finding
}

function changeBy(before: FindingState, verdict: Verdict): Partial<FindingState> {
  if (verdict.verdict === 'reclassed') return { label: verdict.label }
  if (verdict.verdict !== 'redrawn') return {}
  const { frameId, box } = verdict
  const redraw = <S extends { frameId: string }>(sighting: S): S =>
    sighting.frameId === frameId ? { ...sighting, box } : sighting
  const flights = before.flights.map((seen) => ({ ...seen, best: redraw(seen.best) }))
  const shown = flights.map(({ best }) => best).find((best) => best.frameId === frameId)
  return { flights, best: shown ?? redraw(before.best) }
}

/** Only while the word holds, and never round in a ring. */
function sameAsOf(log: FindingLog, before: FindingState, verdicts: Verdict[]): { sameAs?: string } {
  if (reviewStateOf({ verdicts }) !== 'duplicate') return {}
  const last = verdicts.findLast(({ verdict }) => verdict === 'duplicate')
  const other = last?.verdict === 'duplicate' ? log.byId.get(last.of) : undefined
  if (other === undefined || rootOf(log, other).id === before.id) return {}
  return { sameAs: other.id }
}
