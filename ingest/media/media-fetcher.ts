import type { Clock } from '../../core/clock.ts'
import { toAppError } from '../../core/errors.ts'
import type { FrontDoor, Submit } from '../../core/front-door.ts'
import type { Log } from '../../core/log.ts'
import type { FlightTold } from '../../core/patrol.ts'
import { isRefusal } from '../../core/refusal.ts'
import type { MediaBook, OpenPromise } from './media-book.ts'
import type { ObjectStore, StoreFault } from './object-store.ts'

/** Fetches what was promised until it is delivered or given up. */
export interface MediaFetcher {
  start(): void
  /** Resolves when nothing is being fetched any more. */
  stop(): Promise<void>
  /** Something may be new in the book. */
  wake(): void
  /** Why nothing can be fetched now, or null. */
  readonly fault: string | null
}

export interface MediaFetcherOptions {
  book: MediaBook
  store: ObjectStore
  frontDoor: Pick<FrontDoor, 'frame'>
  submit: Submit
  clock: Clock
  log: Log
  maxBytes: number
  /** How often a promised object that is not there is looked for. */
  tries: number
  /** Pause before the second try, ms; it doubles with each. */
  retryMs?: number
}

/** Each may hold a whole picture in memory. */
const AT_ONCE = 2
const FIRST_RETRY_MS = 2_000
const LONGEST_RETRY_MS = 600_000
/** Names of cameras; the rest are videos, raw pictures and logs. */
export const PICTURE_NAME = /\.jpe?g$/i

/**
 * At least once: the journal is told of a delivery after the frame is in it, so a crash in between fetches it again, which
 * is the same frame. A store that is away, or does not let us in, is asked at growing intervals and costs no promise a try.
 */
export function createMediaFetcher(options: MediaFetcherOptions): MediaFetcher {
  const { book, store, frontDoor, clock, log, tries, retryMs = FIRST_RETRY_MS } = options
  const running = new Map<string, Promise<void>>()
  /** Objects that were not there: how often, and when to look again. */
  const later = new Map<string, { tries: number; dueMs: number }>()
  let timer: NodeJS.Timeout | undefined
  let isOpen = false
  let pause = { untilMs: 0, rounds: 0, reason: null as string | null }

  function pump(): void {
    clearTimeout(timer)
    if (!isOpen) return
    const nowMs = clock.nowMs()
    let nextMs = Number.POSITIVE_INFINITY
    for (const promise of book.open()) {
      if (running.size >= AT_ONCE) return
      const dueMs = Math.max(later.get(promise.object)?.dueMs ?? 0, pause.untilMs)
      if (dueMs > nowMs) nextMs = Math.min(nextMs, dueMs)
      else if (!running.has(promise.object)) begin(promise)
    }
    if (nextMs < Number.POSITIVE_INFINITY) timer = setTimeout(pump, Math.max(1, nextMs - nowMs))
  }

  function begin(promise: OpenPromise): void {
    const { object } = promise
    const run = fetchOne(promise)
      .catch((thrown) => hold(`not taken in: ${toAppError(thrown).message}`))
      .finally(() => {
        running.delete(object)
        pump()
      })
    running.set(object, run)
  }

  async function fetchOne(promise: OpenPromise): Promise<void> {
    const { object, deviceId, flightId, name, takenMs, pose } = promise
    const fetched = await store.fetch(object, options.maxBytes)
    if ('fault' in fetched) return onFault(promise, fetched)
    const outcome = await frontDoor.frame(deviceId, fetched.bytes, {
      flightId,
      ...(name !== undefined && { name }),
      ...(takenMs !== undefined && { takenMs }),
      ...(pose !== undefined && { pose }),
    })
    pause = { untilMs: 0, rounds: 0, reason: null }
    if (isRefusal(outcome)) await settle(promise, lost(promise, `${outcome.refused}: ${outcome.detail}`))
    else await settle(promise, { what: 'media_delivered', object, frameId: outcome.frameId })
  }

  async function onFault(promise: OpenPromise, { fault, detail }: StoreFault): Promise<void> {
    if (fault === 'denied' || fault === 'away') return hold(`${fault}: ${detail}`)
    pause = { untilMs: 0, rounds: 0, reason: null }
    if (fault === 'too_large') return settle(promise, lost(promise, `too_large: ${detail}`))
    const count = (later.get(promise.object)?.tries ?? 0) + 1
    if (count >= tries) return settle(promise, lost(promise, `missing: not in the bucket after ${count} tries`))
    later.set(promise.object, { tries: count, dueMs: clock.nowMs() + backOff(count) })
  }

  /** Nothing is asked for a while: it is not the object's fault. */
  function hold(reason: string): void {
    const rounds = pause.rounds + 1
    if (pause.reason !== reason) log.warn({ reason }, 'media cannot be fetched, trying again')
    pause = { untilMs: clock.nowMs() + backOff(rounds), rounds, reason }
  }

  function backOff(round: number): number {
    return Math.min(retryMs * 2 ** (round - 1), LONGEST_RETRY_MS)
  }

  function settle({ object, deviceId, flightId }: OpenPromise, told: FlightTold): Promise<void> {
    if (told.what === 'media_lost') log.warn({ deviceId, flightId, object, reason: told.reason }, 'a picture is lost')
    later.delete(object)
    return new Promise((resolve, reject) =>
      options.submit({ kind: 'flight', deviceId, flightId, atMs: clock.nowMs(), told }, (error) =>
        error ? reject(error) : resolve(),
      ),
    )
  }

  return {
    start() {
      isOpen = true
      pump()
    },
    async stop() {
      isOpen = false
      clearTimeout(timer)
      await Promise.all(running.values())
    },
    wake: pump,
    get fault() {
      return pause.reason
    },
  }
}

function lost({ object }: OpenPromise, reason: string): FlightTold {
  return { what: 'media_lost', object, reason }
}
