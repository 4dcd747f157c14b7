/** A FIFO that never holds more than `limit` items: `push` says false instead, and counts what it turned away. */
export interface BoundedQueue<T> {
  push(item: T): boolean
  shift(): T | undefined
  readonly size: number
  readonly turnedAway: number
}

export function createBoundedQueue<T>(limit: number): BoundedQueue<T> {
  let items: T[] = []
  let head = 0
  let turnedAway = 0
  return {
    push(item) {
      if (items.length - head >= limit) {
        turnedAway++
        return false
      }
      items.push(item)
      return true
    },
    shift() {
      if (head === items.length) return undefined
      const item = items[head++]
      if (head > 1024 && head * 2 > items.length) {
        items = items.slice(head)
        head = 0
      }
      return item
    },
    get size() {
      return items.length - head
    },
    get turnedAway() {
      return turnedAway
    },
  }
}
