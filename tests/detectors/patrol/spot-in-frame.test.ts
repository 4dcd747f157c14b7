import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { spotInFrame } from '../../../detectors/patrol/spot-in-frame.ts'
import { aBook, aFlight, at, HALF_HEIGHT_M, HALF_WIDTH_M, HOUR_MS, NOON_MS, seen, toJournal } from './a-patrol.ts'

const SIZE = { widthPx: 1_200, heightPx: 800 }
const LEVEL = [at(0, 20), at(60, 20), at(60, -20), at(0, -20)]

describe('where a picture shows a place', () => {
  test.each([
    ['its upper left corner', at(0, 20), [0, 0]],
    ['its middle', at(30, 0), [600, 400]],
    ['a quarter from the left', at(15, 10), [300, 200]],
  ])('%s', (_, place, [x, y]) => {
    const spot = spotInFrame(LEVEL, SIZE, place)
    expect([spot![0], spot![1]]).toEqual([expect.closeTo(x!, 1), expect.closeTo(y!, 1)])
  })

  it('nowhere beyond its edges, nor where its corners are not known', () => {
    expect(spotInFrame(LEVEL, SIZE, at(61, 0))).toBeNull()
    expect(spotInFrame(LEVEL.slice(0, 3), SIZE, at(30, 0))).toBeNull()
  })

  it('keeps straight lines straight in an oblique view, as a camera does', () => {
    const oblique = [at(0, 60), at(100, 60), at(70, 0), at(30, 0)]
    const spots = [10, 25, 50].map((north) => spotInFrame(oblique, SIZE, at(50, north))!)
    for (const [x] of spots) expect(x).toBeCloseTo(600, 1)
    const [near, middle, far] = spots.map(([, y]) => y)
    expect(near).toBeGreaterThan(middle!)
    // What is as long on the ground is shorter in the picture, the further it is away.
    expect((near! - middle!) / 15).toBeGreaterThan((middle! - far!) / 25)
  })

  test('the middle of the corners is in the picture, whatever the view', () => {
    const jitter = fc.tuple(fc.integer({ min: -8, max: 8 }), fc.integer({ min: -8, max: 8 }))
    fc.assert(
      fc.property(fc.tuple(jitter, jitter, jitter, jitter), (moves) => {
        const corners = [
          [0, 20],
          [60, 20],
          [60, -20],
          [0, -20],
        ].map(([east, north], i) => at(east! + moves[i]![0], north! + moves[i]![1]))
        const centre = { lat: 0, lon: 0 }
        for (const { lat, lon } of corners)
          Object.assign(centre, { lat: centre.lat + lat / 4, lon: centre.lon + lon / 4 })
        const [x, y] = spotInFrame(corners, SIZE, centre)!
        expect(x).toBeGreaterThan(0)
        expect(y).toBeLessThan(800)
      }),
    )
  })
})

describe('before and after', () => {
  const play = (...flights: ReturnType<typeof aFlight>[]) => {
    const book = aBook()
    for (const observation of toJournal(flights.flat())) book.observe(observation)
    book.advance(NOON_MS + 200 * HOUR_MS)
    return { book, pair: book.beforeAfter(book.findings({ limit: 1 }).items[0]!.id)! }
  }
  const first = aFlight({ id: 'one', beganMs: NOON_MS }, [])
  const second = aFlight({ id: 'two', beganMs: NOON_MS + 24 * HOUR_MS }, [seen('debris', 500)])

  it('of a new thing: the last flight before shows the place without it', () => {
    const { pair } = play(first, second)
    expect(pair.after).toMatchObject({ flightId: 'two', sighting: { score: 0.8 } })
    expect(pair.before).toMatchObject({ flightId: 'one' })
    expect(pair.before).not.toHaveProperty('sighting')
    const eastM = Number(pair.before!.frameId.split('-')[1])
    const [x] = pair.before!.spot!
    expect(x).toBeCloseTo(((500 - eastM + HALF_WIDTH_M) / (2 * HALF_WIDTH_M)) * 1280, 0)
    expect(pair.before!.spot![1]).toBeCloseTo((HALF_HEIGHT_M / (2 * HALF_HEIGHT_M)) * 720, 0)
  })

  it('has no picture from before where no other flight, or none that shows it well, was there', () => {
    expect(play(second).pair).not.toHaveProperty('before')
    const blurred = aFlight({ id: 'one', beganMs: NOON_MS }, [], (shot) => ({ ...shot, sharpness: 1 }))
    expect(play(blurred, second).pair).not.toHaveProperty('before')
  })
})
