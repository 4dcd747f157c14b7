import type { ModelInForce, ModelsReport } from '../../core/vision-models.ts'
import { toIso } from '../../dashboards/api/to-iso.ts'
import type { CaseFrame } from './gather-pictures.ts'

/** A model that looked at frames of the case; `known` as the manifest has it now, null when it is no longer there. */
export interface CaseModel {
  id: string
  frames: string[]
  known: (Omit<ModelInForce, 'sinceMs'> & { since: string }) | null
}

export function gatherModels(frames: CaseFrame[], { active, shadow }: ModelsReport): CaseModel[] {
  const byId = new Map<string, string[]>()
  for (const { row } of frames)
    if (row.model !== undefined) byId.set(row.model, [...(byId.get(row.model) ?? []), row.frameId])
  return [...byId].map(([id, frameIds]) => ({ id, frames: frameIds, known: toKnown([active, shadow], id) }))
}

function toKnown(models: (ModelInForce | null)[], id: string): CaseModel['known'] {
  const found = models.find((model) => model?.id === id)
  if (!found) return null
  const { sinceMs, ...model } = found
  return { ...model, since: toIso(sinceMs) }
}
