import type { Clock } from '../../core/clock.ts'
import { DEVICE_ID } from '../../core/device.ts'
import type { DeviceRegistry } from '../../core/device-registry.ts'
import type { Submit } from '../../core/front-door.ts'
import type { Log } from '../../core/log.ts'
import { FLIGHT_ID } from '../../core/patrol.ts'
import { refuse } from '../../core/refusal.ts'
import type { Refusals } from '../refusals.ts'
import { createRepeatedLook } from '../repeated-look.ts'
import type { MediaBook } from './media-book.ts'
import { PICTURE_NAME } from './media-fetcher.ts'
import type { ObjectPage, ObjectStore } from './object-store.ts'

/** Looks through the bucket now and then for pictures that nobody announced. */
export interface BucketSearch {
  start(): void
  stop(): Promise<void>
  /** Looks once; resolves with how many were found. Calls that come meanwhile share it. */
  look(): Promise<number>
  readonly fault: string | null
}

export interface BucketSearchOptions {
  book: MediaBook
  store: ObjectStore
  registry: Pick<DeviceRegistry, 'get' | 'all'>
  refusals: Refusals
  submit: Submit
  clock: Clock
  log: Log
  prefix: string
  everyMs: number
  /** An object is left alone for this long, so that its announcement, which knows more of it, comes first; ms. */
  unannouncedAfterMs?: number
}

const UNANNOUNCED_AFTER_MS = 600_000
/** What was found and is not fetched yet; the rest waits for the next search. */
const MAX_OPEN = 10_000
/** Keys complained of once. */
const MAX_COMPLAINTS = 10_000

/** What is found becomes a promise in the journal, and is fetched like any other. */
export function createBucketSearch(options: BucketSearchOptions): BucketSearch {
  const { book, store, registry, refusals, clock, log, unannouncedAfterMs = UNANNOUNCED_AFTER_MS } = options
  const prefix = options.prefix === '' ? '' : `${options.prefix}/`
  const complained = new Set<string>()
  let fault: string | null = null
  const looks = createRepeatedLook(lookOnce, options.everyMs)

  async function lookOnce(): Promise<number> {
    try {
      return await lookThrough()
    } catch (err) {
      log.warn({ err }, 'the search of the bucket broke off')
      return 0
    }
  }

  async function lookThrough(): Promise<number> {
    let found = 0
    let next: string | undefined
    do {
      const page = await store.list(prefix, next)
      if ('fault' in page) {
        if (fault === null) log.warn(page, 'the bucket cannot be searched')
        fault = `${page.fault}: ${page.detail}`
        return found
      }
      fault = null
      for (const object of page.objects) if (await announce(object)) found++
      next = page.next
    } while (next !== undefined && looks.isOpen && book.size < MAX_OPEN)
    if (found > 0) log.info({ found }, 'pictures in the bucket that nobody had announced')
    return found
  }

  async function announce({ key, modifiedMs }: ObjectPage['objects'][number]): Promise<boolean> {
    if (!PICTURE_NAME.test(key) || book.knows(key) || book.size >= MAX_OPEN) return false
    if (!(clock.nowMs() - modifiedMs >= unannouncedAfterMs)) return false
    const [sender = '', ...rest] = key.slice(prefix.length).split('/')
    const deviceId = rest.length > 0 ? droneOf(sender) : undefined
    if (deviceId === undefined) return complain(key)
    const name = rest.at(-1) as string
    const named = rest.length > 1 ? (rest.at(-2) as string) : ''
    const flightId = FLIGHT_ID.test(named) ? named : `${deviceId}-${new Date(modifiedMs).toISOString().slice(0, 10)}`
    await new Promise<void>((resolve, reject) => {
      const told = { what: 'media_promised', object: key, name } as const
      options.submit({ kind: 'flight', deviceId, flightId, atMs: modifiedMs, told }, (err) =>
        err ? reject(err) : resolve(),
      )
    })
    return true
  }

  /** The sender itself, or the one drone of the dock. */
  function droneOf(sender: string): string | undefined {
    if (!DEVICE_ID.test(sender)) return undefined
    const drones = registry.all().filter(({ gateway }) => gateway === sender)
    if (drones.length === 0) return registry.get(sender)?.id
    return drones.length === 1 ? (drones[0] as { id: string }).id : undefined
  }

  function complain(key: string): false {
    if (complained.has(key) || complained.size >= MAX_COMPLAINTS) return false
    complained.add(key)
    const detail = `object ${key}: expected ${prefix}DEVICE/[FLIGHT/]NAME of a registered drone, or of a dock with one drone`
    refusals.count(null, refuse('unknown_device', detail))
    return false
  }

  return {
    start: looks.start,
    stop: looks.stop,
    look: looks.look,
    get fault() {
      return fault
    },
  }
}
