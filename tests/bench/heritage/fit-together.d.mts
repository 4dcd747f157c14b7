/** Of one house and day: of each `kind level` what is left of it, and whether unfiled works went on. */
export interface FitRow {
  x: Record<string, number>
  isOn: boolean
}
export interface FitLane {
  rows: FitRow[]
  /** Days of which nothing speaks. */
  quiet: { works: number; none: number }
}
export function fitTogether(
  lanes: FitLane[],
  isAgainst: (kind: string) => boolean,
): { prior: number; weights: Map<string, number>; days: number }
