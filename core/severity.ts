/** The four legal levels, worst first: Ⅰ 特别严重, Ⅱ 严重, Ⅲ 较重, Ⅳ 一般. */
export const SEVERITIES = ['critical', 'major', 'minor', 'warning'] as const
export type Severity = (typeof SEVERITIES)[number]

/** 1 (critical) to 4 (warning): the digit shown in the severity's shape. */
export function severityLevel(severity: Severity): 1 | 2 | 3 | 4 {
  return (SEVERITIES.indexOf(severity) + 1) as 1 | 2 | 3 | 4
}

/** True when `a` is worse than `b`. */
export function isWorse(a: Severity, b: Severity): boolean {
  return severityLevel(a) < severityLevel(b)
}
