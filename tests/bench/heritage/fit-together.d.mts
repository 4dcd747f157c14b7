/** Levels of kinds as the judge says them at one moment, from 1, whether unfiled works went on, and for how many such moments it stands. */
export interface FitRow {
  levels: Record<string, number>
  isOn: boolean
  weight: number
}

/** What ratios are fitted to rows, and what they must keep to. */
export interface FitShape {
  pairs: readonly (readonly [string, string])[]
  /** Kinds of which a higher level is more of the same: their ratios never fall. Of others a level is a state. */
  amounts: ReadonlySet<string>
  /** Amounts that may fall all the same. */
  turning: ReadonlySet<string>
  /** Kinds that are not fitted, with the natural logarithms of their ratios. */
  judged: ReadonlyMap<string, readonly number[]>
}

/** `prior`: probability with nothing; `weights`: natural logarithms by step. */
export function fitTogether(
  rows: readonly FitRow[],
  shape: FitShape,
): { prior: number; weights: Map<string, number>; cells: number }
