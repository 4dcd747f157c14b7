export interface LabelledSeries {
  name: string
  samples: { atMs: number; value: number }[]
  rows: number
  /** First and last row of each. */
  windows: [number, number][]
}

export const DATA: string
export function loadSeries(dir: string): LabelledSeries[]
