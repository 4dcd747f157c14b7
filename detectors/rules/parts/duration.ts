const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** A duration as rule files write it: a number and one unit, for example `500ms`, `10s`, `1.5h`, `2d`. */
export const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/

/** Milliseconds of a duration that `DURATION` matches; 0 when it is absent. */
export function parseDuration(text: string | undefined): number {
  if (text === undefined) return 0
  const [, count, unit] = DURATION.exec(text) as unknown as [string, string, keyof typeof UNIT_MS]
  return Number(count) * UNIT_MS[unit]
}
