import type { SampleJudge } from '../rule.ts'

/** The part of a judge that holds limits against values. */
export type LimitPart = Pick<SampleJudge, 'remember' | 'levelOf' | 'reasonOf'>

/** One component of what is measured, with the limits that hold for it. */
export interface ComponentPart extends LimitPart {
  metric: string
  /** The whole limit, as `remember` left it. */
  wholeOf(memory: number[]): number
}

/**
 * Judges the component that comes nearest to its limit, or is farthest beyond it, of those measured at the same moment as
 * the sample; the sample itself where none was. The memory holds which one (0: the sample itself), its value, and what its own
 * part remembers.
 */
export function worstComponent(own: LimitPart, components: readonly ComponentPart[]) {
  const partOf = ([index = 0]: number[]): LimitPart => (index === 0 ? own : components[index - 1]!)
  const part: Pick<SampleJudge, 'remember' | 'measure' | 'levelOf' | 'reasonOf'> = {
    remember(_memory, atMs, value, context) {
      let worst: { share: number; memory: number[] } | null = null
      for (const [i, component] of components.entries()) {
        const latest = context.latest(component.metric)
        if (latest === undefined || latest.atMs !== atMs) continue
        const inner = component.remember([], atMs, latest.value, context)
        const share = latest.value / component.wholeOf(inner)
        if (worst === null || share > worst.share) worst = { share, memory: [i + 1, latest.value, ...inner] }
      }
      return worst?.memory ?? [0, value, ...own.remember([], atMs, value, context)]
    },
    measure: (memory) => memory[1],
    levelOf: (value, before, memory) => partOf(memory).levelOf(value, before, memory.slice(2)),
    reasonOf(value, level, memory) {
      const reason = partOf(memory).reasonOf(value, level, memory.slice(2))
      const component = components[(memory[0] ?? 0) - 1]
      return component === undefined ? reason : { ...reason, params: { ...reason.params, component: component.metric } }
    },
  }
  return part
}
