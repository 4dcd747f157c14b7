import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeFlightNews } from '../../../ingest/codecs/flight-news.ts'

const NOW_MS = Date.UTC(2026, 10, 22, 8)
const decode = (body: unknown, flightId = 'f-1') =>
  decodeFlightNews({ deviceId: 'd', flightId, body }, { arrivalMs: NOW_MS, futureMs: 86_400_000 })

describe('news of a flight', () => {
  it.each([
    [{ what: 'began' }],
    [{ what: 'began', plan: 'wenjin' }],
    [{ what: 'ended', status: 'partially_done' }],
    [{ what: 'progress', percent: 40, waypoint: 3 }],
    [{ what: 'media_count', expected: 250, uploaded: 3 }],
    [{ what: 'by_hand' }],
  ])('%j', (told) => {
    expect(decode(told)).toEqual({ kind: 'flight', deviceId: 'd', flightId: 'f-1', atMs: NOW_MS, told })
  })

  it('is of its own time when it says one', () => {
    expect(decode({ what: 'began', at: '2026-11-22T07:00:00Z' })).toMatchObject({ atMs: NOW_MS - 3_600_000 })
  })

  it.each([
    [{ what: 'ended' }],
    [{ what: 'ended', status: 'crashed' }],
    [{ what: 'progress', percent: 101 }],
    [{ what: 'media_count', expected: -1 }],
    [{ what: 'began', status: 'ok' }],
    [{ what: 'media_delivered', object: 'o', frameId: 'f' }],
    [{ what: 'constructor' }],
    [[]],
  ])('is refused: %j', (body) => expect(decode(body)).toMatchObject({ refused: 'bad_payload' }))

  it('is refused for a flight id that is none', () => {
    expect(decode({ what: 'began' }, 'a/b')).toMatchObject({ refused: 'bad_payload' })
  })

  it('never throws, whatever the body', () => {
    fc.assert(fc.property(fc.jsonValue(), (body) => void decode(body)))
  })
})
