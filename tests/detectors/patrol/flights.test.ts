import { describe, expect, it } from 'vitest'
import type { Arrival } from '../../../core/observation.ts'
import type { FlightTold, PatrolPlan } from '../../../core/patrol.ts'
import { aBook, aFlight, analysisOf, at, frameOf, HOUR_MS, MINUTE_MS, NOON_MS, toJournal } from './a-patrol.ts'

function fly(arrivals: Arrival[], book = aBook()) {
  let lastMs = 0
  for (const observation of toJournal(arrivals)) {
    book.observe(observation)
    lastMs = observation.arrivalMs
  }
  return { book, lastMs, flights: () => book.flights({ limit: 100 }).items }
}

const told = (flightId: string, atMs: number, what: FlightTold): Arrival => ({
  ...{ kind: 'flight', deviceId: 'drone-1', flightId, atMs, told: what },
})

const telemetry = (atMs: number, eastM: number, heightM: number): Arrival => ({
  ...{ kind: 'readings', deviceId: 'drone-1', messageSeq: null },
  samples: Object.entries({ lat: at(eastM).lat, lon: at(eastM).lon, rel_alt_m: heightM }).map(([metric, value]) => ({
    ...{ metric, atMs, value },
  })),
})

const shot = (atMs: number, eastM = 500, flightId?: string): Arrival =>
  frameOf({ frameId: `f${atMs}`, eastM, atMs, ...(flightId !== undefined && { flightId }) })

describe('a flight', () => {
  it('is announced, counts its pictures and ends by news', () => {
    const { flights } = fly(aFlight({ id: 'one', beganMs: NOON_MS, fromM: 0, toM: 90 }, []))
    expect(flights()).toMatchObject([
      { id: 'one', device: 'drone-1', status: 'ok', frames: { received: 4, analysed: 4, refused: 0 } },
    ])
    expect(flights()[0]!.endedMs).toBeGreaterThan(NOON_MS)
  })

  it('is implied by pictures that follow one another, and ends by silence', () => {
    const { book, flights, lastMs } = fly([0, 5, 10, 40].map((minute) => shot(NOON_MS + minute * MINUTE_MS)))
    expect(flights().map(({ implied, frames }) => [implied, frames.received])).toEqual([
      [true, 1],
      [true, 3],
    ])
    expect(flights()[0]!.endedMs).toBeUndefined()
    book.advance(lastMs + 20 * MINUTE_MS)
    expect(flights()[0]!.endedMs).toBe(NOON_MS + 40 * MINUTE_MS)
  })

  it('takes the pictures of its time, though they are sent after the landing', () => {
    const { flights } = fly([
      told('one', NOON_MS, { what: 'began' }),
      told('one', NOON_MS + 10 * MINUTE_MS, { what: 'ended', status: 'ok' }),
      told('two', NOON_MS + HOUR_MS, { what: 'began' }),
      ...[1, 5, 9].map((minute) => shot(NOON_MS + minute * MINUTE_MS)),
    ])
    expect(flights().map(({ id, frames }) => [id, frames.received])).toEqual([
      ['two', 0],
      ['one', 3],
    ])
  })

  it('takes over what was flown before it was announced', () => {
    const { flights } = fly([
      telemetry(NOON_MS, 0, 20),
      shot(NOON_MS + 5_000),
      told('one', NOON_MS + 9_000, { what: 'progress', percent: 3 }),
    ])
    expect(flights()).toMatchObject([{ id: 'one', beganMs: NOON_MS, frames: { received: 1 } }])
    expect(flights()[0]!.implied).toBeUndefined()
  })

  it('is not flown by a drone that stands on the ground', () => {
    const { flights } = fly([0, 1, 2].map((minute) => telemetry(NOON_MS + minute * MINUTE_MS, 0, 0.3)))
    expect(flights()).toEqual([])
  })

  it('keeps its track in order and thinned, however it comes', () => {
    const points = [0, 1, 2, 30, 20, 10].map((s) => telemetry(NOON_MS + s * 1_000, s * 10, 60))
    const { book, flights } = fly([...points, telemetry(NOON_MS + 30_500, 301, 60)])
    const { track } = book.flight(flights()[0]!.id)!
    expect(track.map(({ atMs }) => (atMs - NOON_MS) / 1_000)).toEqual([0, 1, 2, 10, 20, 30])
    expect(track[0]!.heightM).toBe(60)
  })

  it('names the pictures that were promised and did not come', () => {
    const { flights } = fly([
      told('one', NOON_MS, { what: 'media_count', expected: 3, uploaded: 2 }),
      ...['a.jpg', 'b.jpg', 'c.jpg'].map((object) => told('one', NOON_MS, { what: 'media_promised', object })),
      told('one', NOON_MS, { what: 'media_delivered', object: 'a.jpg', frameId: 'fa' }),
      told('one', NOON_MS, { what: 'media_lost', object: 'b.jpg', reason: 'truncated' }),
    ])
    expect(flights()[0]).toMatchObject({
      frames: { expected: 3, uploaded: 2 },
      media: { promised: 3, delivered: 1, lost: [{ object: 'b.jpg', reason: 'truncated' }], awaited: ['c.jpg'] },
    })
  })

  it('counts a picture that comes again once', () => {
    const flight = aFlight({ id: 'one', beganMs: NOON_MS, fromM: 0, toM: 30 }, [])
    const { flights } = fly([...flight, ...flight])
    expect(flights()[0]!.frames).toMatchObject({ received: 2, analysed: 2 })
  })

  it('says of each picture where it was taken and what became of it', () => {
    const refused: Arrival = {
      ...(analysisOf({ frameId: 'b', eastM: 0, atMs: NOON_MS + 1 }) as Extract<Arrival, { kind: 'analysis' }>),
      ...{ state: 'refused', reason: 'truncated' },
    }
    const frames = ['a', 'b'].map((frameId, i) => frameOf({ frameId, eastM: 0, atMs: NOON_MS + i }))
    const { book, flights } = fly([...frames, refused])
    expect(book.flight(flights()[0]!.id)!.frames).toMatchObject([
      { frameId: 'a', state: 'queued', position: at(0), findings: [] },
      { frameId: 'b', state: 'refused', reason: 'truncated' },
    ])
  })

  it('is of drones only', () => {
    const book = aBook({ isDrone: (id) => id !== 'drone-1' })
    expect(fly(aFlight({ id: 'one', beganMs: NOON_MS }, []), book).flights()).toEqual([])
  })
})

describe('a plan', () => {
  const plan: PatrolPlan = {
    ...{ id: 'daily', name: '日常巡查', expectedFrames: 40 },
    waypoints: [{ position: at(0) }, { position: at(1000) }],
  }
  const planned = { type: 'patrol.planned' as const, atMs: NOON_MS, by: 'li', plan, afterSeq: 0 }

  it('is what its flight is held against', () => {
    const book = aBook()
    book.applyEntry(planned)
    const { flights } = fly(aFlight({ id: 'one', beganMs: NOON_MS, fromM: 0, toM: 510 }, []), book)
    expect(flights()[0]!.plan).toBeUndefined()
    fly(
      [told('one', NOON_MS, { what: 'began', plan: 'daily' })].map((one) => one),
      book,
    )
    expect(book.plans()).toEqual([plan])
  })

  it('is known by its waypoints where the flight names none', () => {
    const book = aBook()
    book.applyEntry(planned)
    const track = [0, 250, 500, 750, 1000].map((eastM, i) => telemetry(NOON_MS + i * 30_000, eastM, 60))
    const { flights } = fly(track, book)
    expect(flights()[0]).toMatchObject({ plan: 'daily', frames: { expected: 40 } })
    expect(book.flight(flights()[0]!.id)!.coverage).toMatchObject({ plannedM: 1000, coveredM: 0 })
  })

  it('is withdrawn', () => {
    const book = aBook()
    book.applyEntry(planned)
    book.applyEntry({ type: 'patrol.withdrawn', atMs: NOON_MS, by: 'li', planId: 'daily', afterSeq: 0 })
    book.advance(NOON_MS)
    expect(book.plans()).toEqual([])
  })
})

it('flights are told newest first, page by page', () => {
  const all = Array.from({ length: 7 }, (_, i) => shot(NOON_MS + i * HOUR_MS))
  const { book } = fly(all)
  const ids: string[] = []
  let cursor: string | undefined
  do {
    const page = book.flights({ limit: 3, ...(cursor !== undefined && { cursor }) })
    ids.push(...page.items.map(({ id }) => id))
    cursor = page.nextCursor
  } while (cursor !== undefined)
  expect(ids).toEqual(['p7', 'p6', 'p5', 'p4', 'p3', 'p2', 'p1'])
})
