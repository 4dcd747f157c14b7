import { idleHold } from './hold.ts'
import { judgeSample, letTimePass, setChange, tell } from './judge-sample.ts'
import type { Occasion, SampleSlot, SampleState, Track } from './slots.ts'

/** Samples kept per track between two checkpoints, whatever the tolerance: a device that sends very often is a little less forgiving. */
const MAX_KEPT = 64

/**
 * Takes note of a sample that is newer than all before it, before it is judged. Samples of the last `toleranceMs` are
 * kept, with the slots' states at two moments before them, so that a late sample can be judged in its place by going
 * back to the later of the two that is before it. An idle slot's state costs nothing to keep.
 */
export function keepForLate(track: Track, atMs: number, value: number, toleranceMs: number): void {
  if (atMs - track.lastAtMs >= toleranceMs) beginAnew(track, atMs, value)
  else {
    if (atMs - track.newerMs > toleranceMs || isFull(track)) moveOn(track)
    track.recent.push(atMs, value)
  }
}

/** After a pause nothing older than the last sample is judged in its place: one state is enough. */
function beginAnew(track: Track, atMs: number, value: number): void {
  const { recent } = track
  track.olderMs = track.lastAtMs
  track.newerMs = track.lastAtMs
  // Written over, not emptied and filled: that would make a new list with every sample of a slow sensor.
  recent[0] = atMs
  recent[1] = value
  if (recent.length > 2) recent.length = 2
  for (const slot of track.slots) {
    slot.newer = copyState(slot, slot.newer)
    slot.older = null
  }
}

function moveOn(track: Track): void {
  const { recent } = track
  track.olderMs = track.newerMs
  track.newerMs = track.lastAtMs
  for (const slot of track.slots) {
    const spare = slot.older
    slot.older = slot.newer
    slot.newer = copyState(slot, spare)
  }
  let old = 0
  while (old < recent.length && recent[old]! <= track.olderMs) old += 2
  if (old === 0) return
  for (let i = old; i < recent.length; i++) recent[i - old] = recent[i]!
  recent.length -= old
}

/** As many samples as may be kept came since the newer state. */
function isFull({ recent, newerMs }: Track): boolean {
  const oldest = recent.length - 2 * MAX_KEPT
  return oldest >= 0 && recent[oldest]! > newerMs
}

/**
 * Judges a sample that is older than the newest of its track in its place: the past since then is gone through again,
 * silently, and what stands differently at the end is told. False when it came too late for that. A second sample of
 * the same time changes nothing.
 */
export function judgeLate(track: Track, atMs: number, value: number, toleranceMs: number, occasion: Occasion): boolean {
  if (track.lastAtMs - atMs > toleranceMs || atMs <= track.olderMs) return false
  const { recent } = track
  let index = recent.length
  while (index > 0 && recent[index - 2]! > atMs) index -= 2
  if (index > 0 && recent[index - 2] === atMs) return true
  recent.splice(index, 0, atMs, value)
  const isAfterNewer = atMs > track.newerMs
  for (const slot of track.slots) {
    const before = slot.hold
    if (!isAfterNewer) {
      rejudge(slot, slot.older, track.olderMs, track.newerMs)
      slot.newer = copyState(slot)
    }
    rejudge(slot, slot.newer, track.newerMs, Number.POSITIVE_INFINITY)
    letTimePass(slot, occasion.order.clockMs - track.skewMs, SILENT)
    if (slot.hold.shown !== before.shown) tell(slot, before, track.lastAtMs, true, occasion)
  }
  return true
}

const SILENT: Occasion = { order: { seq: 0, clockMs: 0 }, liveFromMs: 0, out: null }

/** Brings a slot back to a state and judges the kept samples after `fromMs` up to `toMs`. */
function rejudge(slot: SampleSlot, state: SampleState | null, fromMs: number, toMs: number): void {
  const { recent } = slot.track
  setState(slot, state)
  setChange(slot, fromMs)
  for (let i = 0; i < recent.length; i += 2) {
    const atMs = recent[i]!
    if (atMs > fromMs && atMs <= toMs) judgeSample(slot, atMs, recent[i + 1]!, SILENT)
  }
}

/**
 * A copy that later samples do not change, or null for an idle slot. A `spare` that nobody needs any more is written
 * over: states are copied once per tolerance, and memories may be long.
 */
export function copyState(slot: SampleState, spare: SampleState | null = null): SampleState | null {
  const { hold, memory, measured, indicated, repeats } = slot
  const isIdle = hold.raw === 0 && hold.shown === 0 && indicated === 0
  if (isIdle && memory.length === 0 && repeats.length === 0) return null
  const ownRepeats = repeats.length === 0 ? NO_REPEATS : [...repeats]
  if (spare === null) return { hold, memory: memory.slice(), measured, indicated, repeats: ownRepeats }
  copyInto(spare.memory, memory)
  spare.hold = hold
  spare.measured = measured
  spare.indicated = indicated
  spare.repeats = ownRepeats
  return spare
}

function copyInto(spare: number[], list: number[]): void {
  const { length } = list
  for (let i = 0; i < length; i++) spare[i] = list[i]!
  spare.length = length
}

const NO_REPEATS: number[] = []

export function setState(slot: SampleSlot, state: SampleState | null): void {
  slot.hold = state?.hold ?? idleHold(slot.judge.severities.length)
  slot.memory = state === null ? [] : [...state.memory]
  slot.measured = state?.measured ?? 0
  slot.indicated = state?.indicated ?? 0
  if (slot.judge.repeat !== undefined) slot.repeats = state === null ? [] : [...state.repeats]
}
