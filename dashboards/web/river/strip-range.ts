import type { FindingView, FlightDetailView, RiverView } from '../../contract.ts'
import type { Scope } from './scope.ts'

export interface StripRange {
  river: RiverView
  fromM: number
  toM: number
}

/** A river up to this long is shown whole. */
const WHOLE_M = 6_000
/** To each side of what was flown. */
const MARGIN_M = 300

/** Which stretch of which river the strip shows: a reach, or a river, or of a long one what was flown. */
export function stripRange(
  scope: Scope | null,
  rivers: readonly RiverView[],
  flight: FlightDetailView | undefined,
  selected: FindingView | undefined,
): StripRange | null {
  if (scope?.kind === 'reach') {
    const river = rivers.find(({ reaches }) => reaches.some(({ id }) => id === scope.id))
    const reach = river?.reaches.find(({ id }) => id === scope.id)
    return river && reach ? { river, fromM: reach.fromM, toM: reach.toM } : null
  }
  const { gaps = [], seen = [] } = flight?.coverage ?? {}
  const name = selected?.place?.river ?? [...seen, ...gaps][0]?.river
  const river = rivers.find((one) => one.name === name)
  if (river === undefined) return null
  if (river.lengthM <= WHOLE_M) return { river, fromM: 0, toM: river.lengthM }
  const flown = [...gaps, ...seen].filter((stretch) => stretch.river === name)
  const alongM = selected?.place?.alongM
  const ends = [...flown.flatMap(({ fromM, toM }) => [fromM, toM]), ...(alongM === undefined ? [] : [alongM])]
  return {
    river,
    fromM: Math.max(0, Math.min(...ends) - MARGIN_M),
    toM: Math.min(river.lengthM, Math.max(...ends) + MARGIN_M),
  }
}

/** The value in the middle; undefined of none. */
export function medianOf(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
}
