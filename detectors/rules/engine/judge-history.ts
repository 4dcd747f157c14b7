import type { DeviceBook } from './device-book.ts'
import { judgeSample, setChange, tellEnd } from './judge-sample.ts'
import { setState } from './late-samples.ts'
import type { DeviceEntry, HistoryTrack, Occasion, Track } from './slots.ts'

/** History ends for a track when nothing old has come for so long: what still held then is told as over. */
const ENDS_AFTER_MS = 600_000

/**
 * Judges a sample that came too late to be judged in its place: by the same rules, beside the live state, which it does
 * not touch. Old samples come in order, as a device's memory is read out; one that goes back in time begins anew.
 */
export function judgeAsHistory(
  book: DeviceBook,
  entry: DeviceEntry,
  live: Track,
  atMs: number,
  value: number,
  occasion: Occasion,
): HistoryTrack {
  live.history ??= book.historyOf(entry, live)
  const track = live.history
  track.dueMs = occasion.order.clockMs + ENDS_AFTER_MS
  if (atMs === track.lastAtMs) return track
  if (atMs < track.lastAtMs) endHistory(track, occasion)
  track.lastAtMs = atMs
  track.lastValue = value
  for (const slot of track.slots) judgeSample(slot, atMs, value, occasion)
  return track
}

/** Tells what history still holds as over, as far as is known, and lets it begin anew. */
export function endHistory(track: HistoryTrack, occasion: Occasion): void {
  for (const slot of track.slots) {
    if (slot.hold.shown > 0) tellEnd(slot, 'history_ends', track.lastAtMs, occasion)
    setState(slot, null)
    setChange(slot, track.lastAtMs)
  }
}
