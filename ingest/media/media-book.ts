import type { FlightNews } from '../../core/observation.ts'
import type { MediaPromise } from '../../core/patrol.ts'

/** A picture that was promised and neither delivered nor given up. */
export interface OpenPromise extends MediaPromise {
  deviceId: string
  flightId: string
  promisedMs: number
}

/** What was promised and what became of it: a fold over the intake journal. */
export interface MediaBook {
  observe(news: FlightNews): void
  open(): IterableIterator<OpenPromise>
  get(object: string): OpenPromise | undefined
  /** True when it is awaited, or was delivered or given up lately. */
  knows(object: string): boolean
  /** The object that holds the file with this fingerprint, once it was delivered. */
  delivered(fingerprint: string): string | undefined
  /** Called after each new promise. Returns a function that stops it. */
  onPromise(listener: () => void): () => void
  readonly size: number
  /** False when as many are awaited as can be kept. */
  hasRoom(): boolean
  snapshot(): MediaBookState
}

export interface MediaBookState {
  open: OpenPromise[]
  /** Keys delivered lately, and keys given up lately. */
  settled: string[]
  lost: string[]
  fingerprints: [fingerprint: string, object: string][]
}

/** Pictures of two long flights a day for a month. */
const REMEMBERED = 20_000
/** Some 300 bytes each; beyond it whoever announces is turned away. */
const MAX_OPEN = 100_000

export function createMediaBook(state?: MediaBookState): MediaBook {
  const open = new Map(state?.open.map((promise) => [promise.object, promise]))
  const settled = new Set(state?.settled)
  const lost = new Set(state?.lost)
  const listeners = new Set<() => void>()
  const fingerprints = new Map(state?.fingerprints)

  function settle(object: string, into: Set<string>): OpenPromise | undefined {
    const promise = open.get(object)
    open.delete(object)
    into.add(object)
    if (into.size > REMEMBERED) into.delete(into.values().next().value as string)
    return promise
  }

  return {
    observe({ deviceId, flightId, atMs, told }) {
      if (told.what === 'media_lost') settle(told.object, lost)
      if (told.what === 'media_delivered') {
        const { fingerprint } = settle(told.object, settled) ?? {}
        if (fingerprint !== undefined) fingerprints.set(fingerprint, told.object)
        if (fingerprints.size > REMEMBERED) fingerprints.delete(fingerprints.keys().next().value as string)
      }
      if (told.what !== 'media_promised' || settled.has(told.object) || open.has(told.object)) return
      const { what: _what, ...promise } = told
      // What was given up and is announced again was uploaded again.
      lost.delete(told.object)
      open.set(told.object, { ...promise, deviceId, flightId, promisedMs: atMs })
      for (const listener of listeners) listener()
    },
    open: () => open.values(),
    get: (object) => open.get(object),
    knows: (object) => open.has(object) || settled.has(object) || lost.has(object),
    delivered: (fingerprint) => fingerprints.get(fingerprint),
    hasRoom: () => open.size < MAX_OPEN,
    onPromise(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    get size() {
      return open.size
    },
    snapshot: () => ({
      open: [...open.values()],
      settled: [...settled],
      lost: [...lost],
      fingerprints: [...fingerprints],
    }),
  }
}
