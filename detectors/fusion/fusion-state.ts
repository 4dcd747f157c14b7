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
  /** What was heard on a house's days, as it was last weighed. */
  heard: Map<string, Record<number, HeardMark>>
  /** Things that patrols found near houses. */
  finds: Map<string, Find>
  lateSamples: number
  turnedAway: number
}

/** What was heard on one day, to tell whether that has changed: for the house itself, and for those around it. */
export interface HeardMark {
  exactly: string
  roughly: string
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

/** What was heard in a house before a visit that found nothing. */
export interface Cleared {
  atMs: number
  kinds: SensedKind[]
}

/** What is thought of one house. */
export interface HouseThought {
  state: SuspicionState
  cleared: Cleared | null
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

interface FusionSnapshot extends Omit<FusionState, 'devices' | 'houses' | 'dirty' | 'heard' | 'finds'> {
  version: typeof SNAPSHOT_VERSION
  devices: [string, TalliedDevice][]
  houses: [string, HouseThought][]
  dirty: [string, number[]][]
  /** Absent in snapshots of before houses were judged by windows. */
  heard?: [string, Record<number, HeardMark>][]
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
    heard: new Map(past?.heard),
    finds: new Map(past?.finds),
    lateSamples: past?.lateSamples ?? 0,
    turnedAway: past?.turnedAway ?? 0,
  }
}

/** A copy that later changes do not reach. */
export function rememberFusion({ devices, houses, dirty, heard, finds, ...rest }: FusionState): FusionSnapshot {
  return structuredClone({
    version: SNAPSHOT_VERSION,
    ...rest,
    devices: [...devices],
    houses: [...houses],
    dirty: [...dirty].map(([house, days]): [string, number[]] => [house, [...days]]),
    heard: [...heard],
    finds: [...finds],
  })
}
