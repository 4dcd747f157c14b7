/** Something that time will decide about. The queue reads `dueMs` and owns `queuedMs`; both start as Infinity. */
export interface Due {
  /** Clock at which it is due, or Infinity. Putting it off needs no call; bringing it forward needs `schedule`. */
  dueMs: number
  /** The earliest moment at which the queue holds an entry for it. */
  queuedMs: number
  /** Decides among things due at the same moment; unique. */
  key: string
}

/** What is due, earliest first; at the same moment by key, so that the order never depends on the past. */
export interface DueQueue<T extends Due> {
  /** Takes note of a `dueMs` that came nearer. Costs nothing when it was only put off. */
  schedule(item: T): void
  /** The next due item, still in the queue, or undefined. */
  peek(): T | undefined
  /** The same if it is due by `untilMs`; most often known from the first entry alone. */
  dueBy(untilMs: number): T | undefined
  /** Takes the item that `peek` gives out of the queue; schedule it again when it has a new due. */
  take(): void
}

interface Entry<T> {
  atMs: number
  item: T
}

/**
 * A binary heap that tolerates stale entries: a reading that puts off a device's silence touches only a number, and
 * the entry is corrected when it comes to the top.
 */
export function createDueQueue<T extends Due>(): DueQueue<T> {
  const heap: Entry<T>[] = []

  function push(item: T): void {
    item.queuedMs = item.dueMs
    const entry = { atMs: item.dueMs, item }
    let index = heap.length
    heap.push(entry)
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!isBefore(entry, heap[parent]!)) break
      heap[index] = heap[parent]!
      index = parent
    }
    heap[index] = entry
  }

  function pop(): void {
    const last = heap.pop()!
    if (heap.length === 0) return
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++
      if (!isBefore(heap[child]!, last)) break
      heap[index] = heap[child]!
      index = child
    }
    heap[index] = last
  }

  /** No entry is later than what it stands for, so stale ones beyond `untilMs` may stay. */
  function dueBy(untilMs: number): T | undefined {
    for (;;) {
      const top = heap[0]
      if (top === undefined || top.atMs > untilMs) return undefined
      const { atMs, item } = top
      if (atMs === item.queuedMs && atMs === item.dueMs) return item
      pop()
      if (atMs !== item.queuedMs) continue
      item.queuedMs = Number.POSITIVE_INFINITY
      if (item.dueMs < item.queuedMs) push(item)
    }
  }

  return {
    schedule(item) {
      if (item.dueMs < item.queuedMs) push(item)
    },
    peek: () => dueBy(Number.POSITIVE_INFINITY),
    dueBy,
    take() {
      const top = heap[0]
      if (top === undefined) return
      top.item.queuedMs = Number.POSITIVE_INFINITY
      pop()
    },
  }
}

function isBefore<T extends Due>(a: Entry<T>, b: Entry<T>): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.item.key < b.item.key)
}
