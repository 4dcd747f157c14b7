import type { Clock } from '../core/clock.ts'
import type { AppError } from '../core/errors.ts'
import type { ByteMeter } from './packet-reader.ts'
import type { Quota } from './quota.ts'

/** Ends one message: null when it may be acknowledged, an AppError when nothing of it was stored. */
export type Finish = (error: AppError | null) => void

/**
 * The messages of one connection on their way in: begun in order as the quota allows, acknowledged in order
 * [MQTT-4.6.0-2] however their work ends.
 */
export interface Lane {
  /** `begin` is called when the quota allows, `acknowledge` once the message and all before it are done. */
  enter(bytes: number, begin: (finish: Finish) => void, acknowledge: () => void): void
  /** Since when the oldest message waits for its acknowledgement, or null. */
  oldestMs(): number | null
  /** True when that oldest message has not even begun: its sender is over its quota. */
  isThrottled(): boolean
  /** Messages on their way, and their bytes. */
  held(): number
  heldBytes(): number
  /** Begins nothing more; what has begun may still be acknowledged. */
  drain(): void
  /** Begins and acknowledges nothing more, whatever still ends. */
  close(): void
}

export interface LaneOptions {
  clock: Clock
  /** Without one nothing waits to begin. */
  quota?: Quota
  /** Bytes held by all lanes; only kept up to date here. */
  meter: ByteMeter
  /** A message could not be stored: the lane is closed, and its connection must go without an acknowledgement. */
  onFailure: (error: AppError) => void
}

interface Held {
  bytes: number
  sinceMs: number
  isDone: boolean
  begin: (finish: Finish) => void
  acknowledge: () => void
}

/** Waking for each token of a fast quota would cost more than it gains. */
const SHORTEST_WAIT_MS = 10

export function createLane({ clock, quota, meter, onFailure }: LaneOptions): Lane {
  const waiting: Held[] = []
  const begun: Held[] = []
  let state: 'open' | 'draining' | 'closed' = 'open'
  let timer: NodeJS.Timeout | null = null
  let isBeginning = false
  let heldBytes = 0

  function count(bytes: number): void {
    heldBytes += bytes
    meter.bytes += bytes
  }

  function beginWaiting(): void {
    if (isBeginning || timer) return
    isBeginning = true
    while (state === 'open' && waiting.length > 0) {
      const next = waiting[0] as Held
      const waitMs = quota?.take(next.bytes, clock.nowMs()) ?? 0
      if (waitMs > 0) {
        sleep(waitMs)
        break
      }
      waiting.shift()
      begun.push(next)
      const { begin } = next
      // What has begun needs its bytes no more; they must not outlive this turn with it.
      next.begin = hasBegun
      begin((error) => finish(next, error))
    }
    isBeginning = false
  }

  function sleep(waitMs: number): void {
    timer = setTimeout(
      () => {
        timer = null
        beginWaiting()
      },
      Math.max(waitMs, SHORTEST_WAIT_MS),
    )
  }

  function finish(held: Held, error: AppError | null): void {
    if (state === 'closed' || held.isDone) return
    if (error) {
      close()
      onFailure(error)
      return
    }
    held.isDone = true
    while (begun[0]?.isDone) {
      const first = begun.shift() as Held
      count(-first.bytes)
      first.acknowledge()
    }
  }

  function forget(messages: Held[]): void {
    for (const { bytes } of messages) count(-bytes)
    messages.length = 0
  }

  function close(): void {
    state = 'closed'
    forget(waiting)
    forget(begun)
    if (timer) clearTimeout(timer)
    timer = null
  }

  return {
    enter(bytes, begin, acknowledge) {
      if (state !== 'open') return
      count(bytes)
      waiting.push({ bytes, sinceMs: clock.nowMs(), isDone: false, begin, acknowledge })
      beginWaiting()
    },
    oldestMs: () => (begun[0] ?? waiting[0])?.sinceMs ?? null,
    isThrottled: () => begun.length === 0 && waiting.length > 0,
    held: () => waiting.length + begun.length,
    heldBytes: () => heldBytes,
    drain() {
      if (state === 'open') state = 'draining'
      forget(waiting)
    },
    close,
  }
}

function hasBegun(): void {}
