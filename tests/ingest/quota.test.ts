import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createQuota } from '../../ingest/quota.ts'

const WIDE = { bytesPerS: 1e9, bytesBurst: 1e9, messagesPerS: 1e9, messagesBurst: 1e9 }

describe('a quota', () => {
  it('lets the burst through, then one message per token', () => {
    const quota = createQuota({ ...WIDE, messagesPerS: 10, messagesBurst: 3 }, 0)

    const waits = [0, 0, 0, 0, 50, 100, 100].map((nowMs) => quota.take(1, nowMs))

    expect(waits).toEqual([0, 0, 0, 100, 50, 0, 100])
  })

  it('lets one large message through and makes the next wait until it is paid', () => {
    const quota = createQuota({ ...WIDE, bytesPerS: 1000, bytesBurst: 100 }, 0)

    expect(quota.take(5100, 0)).toBe(0)
    expect(quota.take(1, 0)).toBe(5000)
    expect(quota.take(1, 4999)).toBeGreaterThan(0)
    expect(quota.take(1, 5000)).toBe(0)
  })

  it('is not confused by a clock that steps back', () => {
    const quota = createQuota({ ...WIDE, messagesPerS: 1, messagesBurst: 2 }, 10_000)
    expect(quota.take(1, 10_000)).toBe(0)
    expect(quota.take(1, 5_000)).toBe(0)
    expect(quota.take(1, 5_000)).toBe(1000)
    expect(quota.take(1, 6_000)).toBe(0)
  })

  it('never gives more than burst plus rate times time', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 300 })
    fc.assert(
      fc.property(steps, (gapsMs) => {
        const quota = createQuota({ ...WIDE, messagesPerS: 20, messagesBurst: 5 }, 0)
        let nowMs = 0
        let taken = 0
        for (const gapMs of gapsMs) {
          nowMs += gapMs
          while (quota.take(1, nowMs) === 0) taken++
        }
        expect(taken).toBeLessThanOrEqual(5 + (nowMs * 20) / 1000)
      }),
    )
  })

  it('gives a message to whoever waits as long as it said', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 50 }), (perS, burst) => {
        const quota = createQuota({ ...WIDE, messagesPerS: perS, messagesBurst: burst }, 0)
        for (let i = 0; i < burst; i++) quota.take(1, 0)
        const waitMs = quota.take(1, 0)
        expect(waitMs).toBeGreaterThan(0)
        expect(quota.take(1, waitMs)).toBe(0)
      }),
    )
  })
})
