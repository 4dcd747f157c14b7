/** Levels of kinds as the judge says them at one moment, and whether unfiled works went on. */
export interface FitRow {
  levels: Record<string, number>
  isOn: boolean
  weight: number
}
export function fitTogether(
  rows: FitRow[],
  pairs: readonly (readonly [string, string])[],
): { prior: number; weights: Map<string, number>; cells: number }
