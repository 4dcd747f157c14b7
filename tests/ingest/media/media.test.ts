import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Clock, systemClock } from '../../../core/clock.ts'
import { AppError } from '../../../core/errors.ts'
import { silentLog } from '../../../core/log.ts'
import type { Arrival, FlightNews, Frame } from '../../../core/observation.ts'
import type { FlightTold, MediaPromise } from '../../../core/patrol.ts'
import { createBucketSearch } from '../../../ingest/media/bucket-search.ts'
import { createMediaBook, type MediaBook } from '../../../ingest/media/media-book.ts'
import { createMediaFetcher, type MediaFetcherOptions } from '../../../ingest/media/media-fetcher.ts'
import { createS3Store, type S3Options } from '../../../ingest/media/s3-store.ts'
import { createRig, eventually, JPEG } from '../rig.ts'
import { type S3Server, startS3 } from './s3-server.ts'

const DRONE = 'drone-1'
let s3: S3Server
beforeAll(async () => {
  s3 = await startS3()
})
afterAll(() => s3.close())

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

interface Options {
  store?: Partial<S3Options>
  book?: MediaBook
  clock?: Clock
  fetcher?: Partial<MediaFetcherOptions>
  submitted?: (arrival: Arrival) => AppError | null
}

/** A fetcher between a real bucket and a journal in memory, which tells the book what it holds. */
async function open(options: Options = {}) {
  const book = options.book ?? createMediaBook()
  const rig = createRig({ clock: options.clock ?? systemClock })
  await rig.registry.register({ id: 'dock-1', type: 'dock' }, 'test')
  await rig.registry.register({ id: DRONE, type: 'drone', gateway: 'dock-1' }, 'test')
  const news: FlightNews[] = []
  const shared = {
    ...{ book, store: createS3Store({ ...s3.options, ...options.store }), clock: rig.clock, log: silentLog },
    submit: (arrival: Arrival, done: (error: AppError | null) => void) => {
      const error = options.submitted?.(arrival) ?? null
      if (!error && arrival.kind === 'flight') {
        news.push(arrival)
        book.observe(arrival)
      }
      done(error)
    },
  }
  const fetcher = createMediaFetcher({
    ...shared,
    ...{ frontDoor: rig.frontDoor, maxBytes: 10_000, tries: 3, retryMs: 5 },
    ...options.fetcher,
  })
  stops.push(fetcher.stop)
  const promise = (object: string, more: Partial<MediaPromise> = {}) => {
    const told: FlightTold = { what: 'media_promised', object, ...more }
    book.observe({ kind: 'flight', deviceId: DRONE, flightId: 'f-1', atMs: Date.now(), told })
    fetcher.wake()
  }
  const frames = () => rig.arrived.filter((one): one is Frame => one.kind === 'frame')
  const told = () => news.map((one) => one.told)
  return { ...rig, book, fetcher, shared, news, promise, frames, told }
}

describe('a promised picture', () => {
  it('is fetched and delivered, with what was said of it', async () => {
    await s3.put('patrol/dock-1/f-1/A.JPG', JPEG)
    const media = await open()
    media.fetcher.start()
    const takenMs = Date.UTC(2026, 10, 22, 4)
    media.promise('patrol/dock-1/f-1/A.JPG', { name: 'A.JPG', takenMs, pose: { gimbalYawDeg: 12 }, fingerprint: 'fp' })
    await eventually(() => media.book.size === 0)

    expect(media.frames()).toMatchObject([
      { deviceId: DRONE, flightId: 'f-1', atMs: takenMs, pose: { gimbalYawDeg: 12 } },
    ])
    expect(media.told()).toEqual([
      { what: 'media_delivered', object: 'patrol/dock-1/f-1/A.JPG', frameId: media.frames()[0]?.frameId },
    ])
    expect(media.book.delivered('fp')).toBe('patrol/dock-1/f-1/A.JPG')
  })

  it('whose name has spaces and Chinese in it is found too', async () => {
    const key = '巡河/航线 1/照片+1.jpg'
    await s3.put(key, JPEG)
    const media = await open()
    media.fetcher.start()
    media.promise(key)
    await eventually(() => media.book.size === 0)

    expect(media.told()).toMatchObject([{ what: 'media_delivered', object: key }])
  })

  it('that comes late is fetched when it is there', async () => {
    const media = await open({ fetcher: { tries: 1000, retryMs: 1 } })
    media.fetcher.start()
    media.promise('late.jpg')
    setTimeout(() => void s3.put('late.jpg', JPEG), 30)
    await eventually(() => media.book.size === 0)

    expect(media.told()).toMatchObject([{ what: 'media_delivered' }])
  })

  it.each([
    ['is not there after all tries', 'never.jpg', null, /^missing: not in the bucket after 3 tries$/],
    ['is no picture', 'text.jpg', 'hello, I am text', /^not_a_jpeg: /],
    ['is over the limit', 'large.jpg', Buffer.concat([JPEG, Buffer.alloc(20_000)]), /^too_large: /],
  ])('that %s is lost, with the reason', async (_what, key, bytes, reason) => {
    if (bytes !== null) await s3.put(key, bytes)
    const media = await open()
    media.fetcher.start()
    media.promise(key)
    await eventually(() => media.book.size === 0)

    expect(media.frames()).toEqual([])
    expect(media.told()).toEqual([{ what: 'media_lost', object: key, reason: expect.stringMatching(reason) }])
  })

  it('that was lost is fetched when it is uploaded and announced again; one that was delivered is not', async () => {
    const media = await open({ fetcher: { tries: 1 } })
    media.fetcher.start()
    media.promise('again.jpg')
    await eventually(() => media.book.size === 0)
    await s3.put('again.jpg', JPEG)
    for (let i = 0; i < 2; i++) {
      media.promise('again.jpg')
      await eventually(() => media.book.size === 0)
    }

    expect(media.told().map(({ what }) => what)).toEqual(['media_lost', 'media_delivered'])
  })

  it('costs nothing else: those after a lost one are delivered', async () => {
    await s3.put('good.jpg', JPEG)
    const media = await open()
    media.fetcher.start()
    for (const key of ['gone-1.jpg', 'gone-2.jpg', 'good.jpg']) media.promise(key)
    await eventually(() => media.book.size === 0)

    expect(media.told().filter(({ what }) => what === 'media_delivered')).toMatchObject([{ object: 'good.jpg' }])
  })

  it('is fetched again when a crash came before its delivery was written, and is the same frame', async () => {
    await s3.put('crash.jpg', JPEG)
    let isCrashed = true
    const media = await open({
      submitted: (arrival) =>
        isCrashed && arrival.kind === 'flight' ? new AppError('journal_failed', 'crashed') : null,
    })
    media.fetcher.start()
    media.promise('crash.jpg')
    await eventually(() => media.frames().length > 0)
    isCrashed = false
    await eventually(() => media.book.size === 0)

    expect(new Set(media.frames().map(({ frameId }) => frameId)).size).toBe(1)
    expect(media.told()).toMatchObject([{ what: 'media_delivered' }])
  })
})

describe('a store that cannot be used', () => {
  it.each<[string, Partial<S3Options>, RegExp]>([
    ['does not let us in', { accessKeyId: 'nobody' }, /^denied: /],
    ['has no such bucket', { bucket: 'other' }, /^away: no bucket other$/],
    ['is not there', { endpoint: 'http://127.0.0.1:1' }, /^away: /],
  ])('because it %s is told of, and costs no picture a try', async (_what, store, reason) => {
    const media = await open({ store })
    media.fetcher.start()
    media.promise('any.jpg')
    await eventually(() => media.fetcher.fault !== null)
    await new Promise((resolve) => setTimeout(resolve, 60))

    expect(media.fetcher.fault).toMatch(reason)
    expect(media.book.size).toBe(1)
    expect(media.news).toEqual([])
  })

  it('for a while is used again when it is back', async () => {
    await s3.put('patient.jpg', JPEG)
    await s3.stop()
    const media = await open()
    media.fetcher.start()
    media.promise('patient.jpg')
    await eventually(() => media.fetcher.fault !== null)
    await s3.start()
    await eventually(() => media.book.size === 0)

    expect(media.fetcher.fault).toBeNull()
    expect(media.told()).toMatchObject([{ what: 'media_delivered' }])
  })
})

describe('a restart', () => {
  it('fetches what was promised before it and not delivered', async () => {
    await s3.put('before.jpg', JPEG)
    const before = createMediaBook()
    const first = await open({ book: before })
    for (const key of ['done.jpg', 'before.jpg']) first.promise(key)
    before.observe({
      ...{ kind: 'flight', deviceId: DRONE, flightId: 'f-1', atMs: 0 },
      told: { what: 'media_delivered', object: 'done.jpg', frameId: 'x' },
    })

    const restored = createMediaBook(JSON.parse(JSON.stringify(before.snapshot())))
    const second = await open({ book: restored })
    second.promise('done.jpg')
    second.fetcher.start()
    await eventually(() => restored.size === 0)

    expect(second.told()).toMatchObject([{ what: 'media_delivered', object: 'before.jpg' }])
  })
})

describe('a search of the bucket', () => {
  it('finds pictures that nobody announced: the key says drone, or dock, and flight', async () => {
    const prefix = 'search'
    const keys = [`${DRONE}/f-9/a.jpg`, 'dock-1/b.JPEG', `${DRONE}/f-9/video.mp4`, 'stranger/f-1/c.jpg', 'top.jpg']
    for (const key of keys) await s3.put(`${prefix}/${key}`, JPEG)
    const media = await open()
    const search = createBucketSearch({ ...media, ...media.shared, prefix, everyMs: 60_000, unannouncedAfterMs: 0 })
    stops.push(search.stop)
    const found = await search.look()
    const again = await search.look()

    expect([found, again]).toEqual([2, 0])
    const day = new Date().toISOString().slice(0, 10)
    expect(media.news.map(({ deviceId, flightId, told }) => [deviceId, flightId, told])).toEqual([
      [DRONE, `${DRONE}-${day}`, { what: 'media_promised', object: 'search/dock-1/b.JPEG', name: 'b.JPEG' }],
      [DRONE, 'f-9', { what: 'media_promised', object: `search/${DRONE}/f-9/a.jpg`, name: 'a.jpg' }],
    ])
    expect(media.refusals.total('unknown_device')).toBe(2)
  })

  it('leaves a new object to whoever announces it', async () => {
    await s3.put(`young/${DRONE}/a.jpg`, JPEG)
    const media = await open()
    const search = createBucketSearch({ ...media, ...media.shared, prefix: 'young', everyMs: 60_000 })

    expect(await search.look()).toBe(0)
  })

  it('goes through pages, and says why it cannot', async () => {
    for (let i = 0; i < 25; i++) await s3.put(`many/${DRONE}/${i}.jpg`, 'x')
    const media = await open()
    const store = createS3Store({ ...s3.options, pageSize: 10 })
    const options = { ...media, ...media.shared, store, prefix: 'many', everyMs: 60_000, unannouncedAfterMs: 0 }
    const denied = createBucketSearch({ ...options, store: createS3Store({ ...s3.options, accessKeyId: 'nobody' }) })

    expect(await createBucketSearch(options).look()).toBe(25)
    expect(await denied.look()).toBe(0)
    expect(denied.fault).toMatch(/^denied: /)
  })
})
