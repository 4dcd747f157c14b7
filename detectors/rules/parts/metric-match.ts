import { isGlob, type TextMatch, toGlob } from '../../../core/glob.ts'

/** How a rule finds its metrics: a test, and the names when there are no wildcards. */
export interface MetricMatch {
  metric: TextMatch
  metricNames: string[] | null
}

export function toMetricMatch(globs: string | string[]): MetricMatch {
  const list = typeof globs === 'string' ? [globs] : globs
  return { metric: toGlob(list), metricNames: list.some(isGlob) ? null : list }
}
