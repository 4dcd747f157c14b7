import { toFindingView } from '../../dashboards/api/to-river-view.ts'
import type { FindingView } from '../../dashboards/contract.ts'
import { aFinding } from '../core/a-finding.ts'

/** A finding as the page gets it, at a chainage of the left bank. */
export function aFindingView(id: string, alongM: number, changes: Partial<FindingView> = {}): FindingView {
  const place = { river: '文津河', reach: 'R-2', reachName: '上塘段', alongM, offsetM: 8, bank: 'left' as const }
  return { ...toFindingView(aFinding({ id, place })), ...changes }
}
