import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../core/errors.ts'
import { createLane, type Finish } from '../../ingest/lane.ts'

function createTrack() {
  const meter = { bytes: 0, limit: 1e9 }
  const failures: AppError[] = []
  const lane = createLane({ clock: { nowMs: () => 7 }, meter, onFailure: (error) => failures.push(error) })
  const begun: Finish[] = []
  const acknowledged: number[] = []
  const enter = (n: number) =>
    lane.enter(
      10,
      (finish) => {
        begun[n] = finish
      },
      () => acknowledged.push(n),
    )
  return { lane, meter, failures, begun, acknowledged, enter }
}

describe('a lane', () => {
  it('acknowledges in order of entry, in whatever order the work ends', () => {
    const orders = fc.nat({ max: 20 }).chain((n) => {
      const all = Array.from({ length: n }, (_, i) => i)
      return fc.shuffledSubarray(all, { minLength: n })
    })
    fc.assert(
      fc.property(orders, (order) => {
        const { lane, meter, begun, acknowledged, enter } = createTrack()
        for (let n = 0; n < order.length; n++) enter(n)
        const ended = new Set<number>()
        for (const n of order) {
          begun[n]?.(null)
          ended.add(n)
          // All up to the first that has not ended, and none beyond it.
          let expected = 0
          while (ended.has(expected)) expected++
          expect(acknowledged).toEqual(Array.from({ length: expected }, (_, i) => i))
        }
        expect([lane.held(), meter.bytes, lane.oldestMs()]).toEqual([0, 0, null])
      }),
    )
  })

  it('after a failure acknowledges nothing more, not even what was durable, and says so once', () => {
    const { lane, meter, failures, begun, acknowledged, enter } = createTrack()
    for (const n of [0, 1, 2]) enter(n)

    begun[1]?.(null)
    begun[0]?.(new AppError('journal_full', 'no room'))
    begun[2]?.(new AppError('journal_full', 'no room'))
    enter(3)

    expect(acknowledged).toEqual([])
    expect(failures.map(({ code }) => code)).toEqual(['journal_full'])
    expect([lane.held(), meter.bytes, begun.length]).toEqual([0, 0, 3])
  })

  it('that drains lets what has begun end, and begins nothing', () => {
    const { lane, begun, acknowledged, enter } = createTrack()
    enter(0)
    lane.drain()
    enter(1)
    begun[0]?.(null)

    expect([acknowledged, begun.length, lane.held()]).toEqual([[0], 1, 0])
  })

  it('takes an end twice as one', () => {
    const { begun, acknowledged, enter } = createTrack()
    enter(0)
    enter(1)
    begun[1]?.(null)
    begun[1]?.(null)
    begun[0]?.(null)

    expect(acknowledged).toEqual([0, 1])
  })
})
