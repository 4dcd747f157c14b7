import { AppError } from '../../core/errors.ts'
import type { OtherCause, SuspicionState } from '../../core/suspicion.ts'
import type { DeviceState } from './device-tally.ts'
import type { SensedKind } from './evidence-table.ts'

/** All that is remembered for judging houses. Days are those of the local calendar, since 1970-01-01. */
export interface FusionState {
  /** Position of the last observation taken in, 0 before the first. */
  seq: number
  clockMs: number
  /** The local day that the clock is in; null before anything was heard. */
  day: number | null
  /** Devices that stand in houses. */
  devices: Map<string, TalliedDevice>
  /** Houses of which something speaks, or is thought. */
  houses: Map<string, HouseThought>
  /** Houses whose readings changed since they were last weighed, with the days, and when they are weighed next. */
  dirty: Map<string, Set<number>>
  roundMs: number
  /** Levels of the kinds of a house's days, as they were last weighed. */
  levels: Map<string, Record<number, string>>
  /** Things that patrols found near houses. */
  finds: Map<string, Find>
  lateSamples: number
  turnedAway: number
}

export interface TalliedDevice extends DeviceState {
  house: string
}

/** Something found near houses. */
export interface Find {
  id: string
  label: string
  fromMs: number
  atMs: number
  houses: string[]
}

/** As it is remembered: the table has its title. */
export type Cause = Omit<OtherCause, 'title'>

/** One kind on one day that is too long ago for readings to change it. */
export interface PastDay {
  kind: SensedKind | 'still'
  day: number
  level: number
  fromMs: number
  atMs: number
  facts: Record<string, number | string>
  from: string[]
  otherCauses: Cause[]
}

/** What is thought of one house. */
export interface HouseThought {
  state: SuspicionState
  past: PastDay[]
  /** What was told of it last: the band of its probability, and the highest level of each kind. */
  band: number
  kinds: Record<string, number>
  asked?: { atMs: number; record: string | null }
  likelySinceMs?: number
  visitByMs?: number
  /** The visit that set the deadline anew. */
  visitBySetBy?: string
  isOverdue?: true
}

const SNAPSHOT_VERSION = 1

interface FusionSnapshot extends Omit<FusionState, 'devices' | 'houses' | 'dirty' | 'levels' | 'finds'> {
  version: typeof SNAPSHOT_VERSION
  devices: [string, TalliedDevice][]
  houses: [string, HouseThought][]
  dirty: [string, number[]][]
  levels: [string, Record<number, string>][]
  finds: [string, Find][]
}

/** Throws `config_invalid` when the snapshot is of another version. */
export function restoreFusion(snapshot: unknown): FusionState {
  const past = (snapshot === undefined || snapshot === null ? null : structuredClone(snapshot)) as FusionSnapshot | null
  if (past !== null && past.version !== SNAPSHOT_VERSION)
    throw new AppError('config_invalid', 'the snapshot of suspicions is of another version', { version: past.version })
  return {
    seq: past?.seq ?? 0,
    clockMs: past?.clockMs ?? 0,
    day: past?.day ?? null,
    devices: new Map(past?.devices),
    houses: new Map(past?.houses),
    dirty: new Map(past?.dirty.map(([house, days]) => [house, new Set(days)])),
    roundMs: past?.roundMs ?? 0,
    levels: new Map(past?.levels),
    finds: new Map(past?.finds),
    lateSamples: past?.lateSamples ?? 0,
    turnedAway: past?.turnedAway ?? 0,
  }
}

/** A copy that later changes do not reach. */
export function rememberFusion({ devices, houses, dirty, levels, finds, ...rest }: FusionState): FusionSnapshot {
  return structuredClone({
    version: SNAPSHOT_VERSION,
    ...rest,
    devices: [...devices],
    houses: [...houses],
    dirty: [...dirty].map(([house, days]): [string, number[]] => [house, [...days]]),
    levels: [...levels],
    finds: [...finds],
  })
}
