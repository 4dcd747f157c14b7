/** Where batches lie, sparsely, so that reading from the middle of a segment need not walk it from its start. */
export interface BatchIndex {
  /** Remembers a batch, unless one close before it is remembered already. Only committed batches may be noted. */
  note(segment: number, seq: number, offset: number): void
  /** The last remembered batch of the segment that starts at or before `seq`. */
  find(segment: number, seq: number): { seq: number; offset: number } | undefined
  /** Forgets all segments before this one. */
  forgetBefore(segment: number): void
}

/** At most about this many bytes are walked in vain; a full 64 MiB segment takes 2,048 remembered places. */
const SPACING_BYTES = 32 * 1024

interface Places {
  seqs: number[]
  offsets: number[]
}

export function createBatchIndex(): BatchIndex {
  const segments = new Map<number, Places>()
  return {
    note(segment, seq, offset) {
      let places = segments.get(segment)
      if (!places) {
        places = { seqs: [], offsets: [] }
        segments.set(segment, places)
      }
      const lastOffset = places.offsets.at(-1)
      if (lastOffset !== undefined && offset < lastOffset + SPACING_BYTES) return
      places.seqs.push(seq)
      places.offsets.push(offset)
    },
    find(segment, seq) {
      const places = segments.get(segment)
      if (!places) return undefined
      const i = lastAtMost(places.seqs, seq)
      return i < 0 ? undefined : { seq: places.seqs[i]!, offset: places.offsets[i]! }
    },
    forgetBefore(segment) {
      for (const known of segments.keys()) if (known < segment) segments.delete(known)
    },
  }
}

/** Index of the last of the ascending numbers that is at most `limit`, or -1. */
export function lastAtMost(ascending: readonly number[], limit: number): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ascending[middle]! <= limit) low = middle + 1
    else high = middle
  }
  return low - 1
}
