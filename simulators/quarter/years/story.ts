/** What can happen to a house, to all of a lane, or to a sensor in a year. */
export const STORY_KINDS = [
  'unfiled_works',
  'filed_works',
  'tenant',
  'refit',
  'handyman',
  'owner_change',
  'account_change',
  'road_works',
  'festival',
  'sensor_fault',
] as const
export type StoryKind = (typeof STORY_KINDS)[number]

/** How filed works stand to their filing. `late`: it came after they began. `outworked`: they went on after it ended. */
export type Filed = 'before' | 'late' | 'outworked'

export interface WorksTruth {
  /** The crew comes, at first to empty and to protect. */
  beginMs: number
  /** The first wall is down; null where none falls. */
  demolitionMs: number | null
  endMs: number
  /** Works little and at odd hours. */
  careful: boolean
  /** In whose time it is filed, from when that was said. */
  filing: { how: Filed; saidMs: number; fromMs: number; untilMs: number } | null
  /** What was filed of the house before: the kind of record, or none. */
  paper: string | null
}

export interface Story {
  id: string
  kind: StoryKind
  /** Place in the row; null for all of the lane. */
  house: number | null
  fromMs: number
  toMs: number
  works?: WorksTruth
  /** Of a sensor fault. */
  device?: string
  fault?: string
}

/**
 * Stories per house and year, and of the lane per year. Works, lettings and faults are several times as frequent as in a real
 * quarter, where of a thousand houses a few dozen are worked on in a year: so that 200 house-years hold enough of each to be counted.
 */
export const RATES = {
  unfiled_works: 0.2,
  filed_works: 0.15,
  tenant: 0.35,
  refit: 0.1,
  handyman: 0.35,
  owner_change: 0.06,
  account_change: 0.15,
} as const
/** Of unfiled works: crews that work little and at odd hours. */
export const CAREFUL_SHARE = 0.2
export const ROAD_WORKS_PER_LANE = 0.6

/** Works go on at this moment, and no filing that was said by then covers it. */
export function isUnfiledAt(works: WorksTruth, atMs: number): boolean {
  if (atMs < works.beginMs || atMs >= works.endMs) return false
  const { filing } = works
  if (filing === null) return true
  return atMs < Math.max(filing.saidMs, filing.fromMs) || atMs >= filing.untilMs
}

/** Unfiled works go on in the house at this moment, or ended within the last `graceMs`. */
export function hasUnfiledWorks(stories: readonly Story[], house: number, atMs: number, graceMs = 0): boolean {
  return stories.some(({ house: of, works }) => {
    if (of !== house || works === undefined) return false
    const { endMs } = works
    const isJustOver = endMs <= atMs && atMs < endMs + graceMs
    return isUnfiledAt(works, isJustOver ? endMs - 1 : atMs)
  })
}

/** Works go on in the house at this moment, filed or not, or ended within the last `graceMs`. */
export function hasWorks(stories: readonly Story[], house: number, atMs: number, graceMs = 0): boolean {
  return stories.some(
    ({ house: of, works }) =>
      of === house && works !== undefined && works.beginMs <= atMs && atMs < works.endMs + graceMs,
  )
}
