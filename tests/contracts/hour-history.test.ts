import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { PeakQuery } from '../../core/hour-history.ts'
import { type TestEngine, testEngines } from '../storage/database/engines.ts'
import {
  ARRIVAL_MS,
  alertAt,
  alertEvent,
  openJournaledHistory,
  readings,
} from '../storage/database/journaled-history.ts'
import { temporaryFolder } from '../storage/temporary-folder.ts'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
/** An hour that is long over, so that it is rolled up, and one that is not: the hours are those of the clock on the wall. */
const PAST_MS = ARRIVAL_MS - 48 * HOUR_MS

async function open(engine: TestEngine, rollUpEveryMs = 50) {
  const settings = await engine.fresh()
  const stack = await openJournaledHistory(await temporaryFolder(), { engine: settings, rollUpEveryMs })
  onTestFinished(() => stack.close())
  await vi.waitFor(() => expect(stack.history.status()).toMatchObject({ ready: true }), { timeout: 20_000 })
  return stack
}

describe.each(testEngines())('sums of hours on $name', (engine) => {
  it.each([
    ['rolled up', 50],
    ['not rolled up yet', 3_600_000],
  ])('are those of the readings, hour by hour, %s', async (_, rollUpEveryMs) => {
    const stack = await open(engine, rollUpEveryMs)
    const nowHourMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS
    const put = async (device: string, hourMs: number, metric: string, values: number[]) =>
      stack.arrive(
        readings(
          device,
          values.map((value, minute) => ({ metric, atMs: hourMs + minute * MINUTE_MS, value })),
        ),
        nowHourMs,
      )
    await put('a', PAST_MS, 'tilt_mm_m', [1, 2, 6])
    await put('a', PAST_MS, 'temp_c', [-4])
    await put('a', PAST_MS + 3 * HOUR_MS, 'tilt_mm_m', [0.1])
    await put('a', PAST_MS + 3 * HOUR_MS, 'noise_db', [60])
    await put('b', PAST_MS, 'tilt_mm_m', [99])
    await put('a', nowHourMs, 'tilt_mm_m', [7, 9])
    await stack.drained()
    const ask = (metrics: string[], fromMs = PAST_MS, toMs = PAST_MS + 10 * HOUR_MS) =>
      stack.history.hours({ device: 'a', metrics, fromMs, toMs })

    const expected = [
      { metric: 'temp_c', hourMs: [PAST_MS], readings: [1], min: [-4], max: [-4], mean: [-4] },
      {
        ...{ metric: 'tilt_mm_m', hourMs: [PAST_MS, PAST_MS + 3 * HOUR_MS], readings: [3, 1] },
        ...{ min: [1, 0.1], max: [6, 0.1], mean: [3, 0.1] },
      },
    ]
    for (let round = 0; round < 3; round++) {
      expect(await ask(['temp_c', 'tilt_mm_m', 'never'])).toEqual(expected)
      await new Promise((resolve) => setTimeout(resolve, 120))
    }
    expect(await ask(['tilt_mm_m'], PAST_MS + 1, PAST_MS + 3 * HOUR_MS)).toEqual([])
    expect(await ask([])).toEqual([])
    expect(await ask(['tilt_mm_m'], nowHourMs, nowHourMs + HOUR_MS)).toMatchObject([
      { hourMs: [nowHourMs], readings: [2], min: [7], max: [9], mean: [8] },
    ])
  })

  it('hold what came late for an hour that was rolled up', async () => {
    const stack = await open(engine)
    for (const value of [1, 3, 8]) {
      await stack.arrive(readings('a', [{ metric: 'x', atMs: PAST_MS + value, value }]))
      await stack.drained()
      await new Promise((resolve) => setTimeout(resolve, 120))
    }
    const [x] = await stack.history.hours({ device: 'a', metrics: ['x'], fromMs: PAST_MS, toMs: PAST_MS + HOUR_MS })
    expect(x).toMatchObject({ readings: [3], min: [1], max: [8], mean: [4] })
  })

  it('are refused for more than can be answered at once', async () => {
    const stack = await open(engine)
    const asked = stack.history.hours({ device: 'a', metrics: ['x'], fromMs: 0, toMs: PAST_MS })
    await expect(asked).rejects.toMatchObject({ code: 'bad_request' })
  })
})

describe.each(testEngines())('peaks on $name', (engine) => {
  const LINE_3: PeakQuery['limit'] = [
    [1, 3],
    [10, 3],
    [50, 8],
    [100, 10],
  ]

  it('are the readings of each hour that come nearest to a limit over frequency', async () => {
    const stack = await open(engine)
    const blow = (minute: number, ppv: number, freq?: number) => [
      { metric: 'ppv_x_mm_s', atMs: PAST_MS + minute * MINUTE_MS, value: ppv },
      ...(freq === undefined ? [] : [{ metric: 'freq_x_hz', atMs: PAST_MS + minute * MINUTE_MS, value: freq }]),
    ]
    // The larger peak at 30 Hz is farther from its limit (5.5) than the smaller one at 5 Hz (3).
    await stack.arrive(readings('v', [...blow(0, 2.75, 30), ...blow(1, 2.4, 5), ...blow(2, 0.2, 5)]))
    await stack.arrive(readings('v', [...blow(60, 9, 200), ...blow(130, 1.5), ...blow(190, 0.2, 1)]))
    await stack.drained()
    const ask = (change: Partial<PeakQuery> = {}) =>
      stack.history.peaks({
        ...{ device: 'v', metric: 'ppv_x_mm_s', over: 'freq_x_hz', limit: LINE_3, least: 0.3 },
        ...{ fromMs: PAST_MS, toMs: PAST_MS + 10 * HOUR_MS, ...change },
      })

    const peak = (hour: number, minute: number, value: number, over: number | null, share: number) => ({
      ...{ hourMs: PAST_MS + hour * HOUR_MS, atMs: PAST_MS + minute * MINUTE_MS },
      ...{ value, over, share: expect.closeTo(share, 12) },
    })
    expect(await ask()).toEqual([peak(0, 1, 2.4, 5, 0.8), peak(1, 60, 9, 200, 0.9), peak(2, 130, 1.5, null, 0.5)])
    expect(await ask({ limit: [[0, 8]], least: 2, toMs: PAST_MS + HOUR_MS })).toEqual([peak(0, 0, 2.75, 30, 2.75 / 8)])
    await expect(ask({ limit: [[0, 0]] })).rejects.toMatchObject({ code: 'bad_request' })
    await expect(ask({ toMs: PAST_MS + 60 * 24 * HOUR_MS })).rejects.toMatchObject({ code: 'bad_request' })
  })
})

describe.each(testEngines())('alerts on $name', (engine) => {
  it('are listed by the building that they are about and by the time in which they stood', async () => {
    const stack = await open(engine)
    const told = (id: string, raised: number, cleared?: number, subject: object = { building: 'h1' }) =>
      stack.decide(
        alertEvent(
          cleared === undefined ? 'alert.raised' : 'alert.cleared',
          alertAt(id, 1, {
            ...{ subject, raisedAtMs: raised, state: cleared === undefined ? 'active' : 'cleared' },
            ...(cleared !== undefined && { clearedAtMs: cleared }),
          }),
        ),
      )
    await told('before', ARRIVAL_MS - 20, ARRIVAL_MS - 10)
    await told('into', ARRIVAL_MS - 20, ARRIVAL_MS + 5)
    await told('still', ARRIVAL_MS - 20)
    await told('within', ARRIVAL_MS + 10, ARRIVAL_MS + 20)
    await told('after', ARRIVAL_MS + 100)
    await told('elsewhere', ARRIVAL_MS + 10, ARRIVAL_MS + 20, { building: 'h2' })
    await told('device', ARRIVAL_MS + 10, ARRIVAL_MS + 20, { device: 'h1' })
    await stack.drained()

    const { items } = await stack.history.alerts({
      ...{ building: 'h1', standingFromMs: ARRIVAL_MS, beforeMs: ARRIVAL_MS + 100, limit: 10 },
    })

    expect(items.map(({ id }) => id)).toEqual(['within', 'still', 'into'])
  })
})
