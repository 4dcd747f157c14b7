import type { Measurement } from '../core/measurement.ts'
import type { ModelsReport, ShadowComparison } from '../core/vision-models.ts'

/** What `/metrics` says of the models that look at frames. */
export function measureModels({ active, shadow, comparison, fault }: ModelsReport): Measurement[] {
  const roles = [{ role: 'active', ...active }, ...(shadow ? [{ role: 'shadow', ...shadow }] : [])]
  return [
    ...roles.map(({ role, id, family }) =>
      gauge('model_info', 'models that look at frames', 1, { role, model: id, family }),
    ),
    ...roles.map(({ role, workers }) => gauge('model_workers', 'threads that are ready', workers, { role })),
    gauge('model_manifest_faulty', '1 when the manifest as it lies there is not in force', fault === null ? 0 : 1),
    ...(comparison ? measureComparison(comparison) : []),
  ]
}

function measureComparison({ frames, failed, late, skipped, byClass }: ShadowComparison): Measurement[] {
  const outcomes = { compared: frames, failed, late, skipped }
  return [
    ...Object.entries(outcomes).map(([outcome, value]) =>
      counter('shadow_frames_total', 'frames of the shadow model, by what came of them', value, { outcome }),
    ),
    ...Object.entries(byClass).flatMap(([label, { both, onlyActive, onlyShadow }]) =>
      Object.entries({ both, active: onlyActive, shadow: onlyShadow }).map(([by, value]) =>
        counter('shadow_detections_total', 'things seen by both models, or by one of them alone', value, {
          class: label,
          by,
        }),
      ),
    ),
  ]
}

function gauge(name: string, help: string, value: number, labels?: Record<string, string>): Measurement {
  return { kind: 'gauge', name: `huying_${name}`, help, value, ...(labels && { labels }) }
}

function counter(name: string, help: string, value: number, labels: Record<string, string>): Measurement {
  return { kind: 'counter', name: `huying_${name}`, help, value, labels }
}
