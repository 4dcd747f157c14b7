import { describe, expect, it } from 'vitest'
import { createDeviceBoard, METRICS_KEPT } from '../../app/device-board.ts'
import type { Readings, Sample } from '../../core/observation.ts'

const aSample = (metric: string, atMs = 1): Sample => ({ metric, atMs, value: 1 })
const says = (samples: Sample[], seq = 1): Readings & { seq: number; arrivalMs: number } => ({
  ...{ kind: 'readings', deviceId: 'd', messageSeq: null, samples },
  ...{ seq, arrivalMs: 1000 + seq },
})

describe('the device board', () => {
  it('shows the last of each metric', () => {
    const board = createDeviceBoard()
    board.observe(says([aSample('a', 1), aSample('b', 1)]))
    board.observe(says([aSample('a', 2)], 2))
    expect(board.latest('d')).toEqual([aSample('a', 2), aSample('b', 1)])
    expect(board.presence('d')).toMatchObject({ online: true, lastSeenMs: 1002 })
    expect(board.counts).toEqual({ devicesOnline: 1, readingsTotal: 3, framesTotal: 0 })
  })

  it('keeps a bounded number of metrics, whatever names a device invents', () => {
    const board = createDeviceBoard()
    for (let i = 0; i < 3 * METRICS_KEPT; i++) board.observe(says([aSample(`m${i}`)], i))
    const names = board.latest('d').map(({ metric }) => metric)
    expect(names).toHaveLength(METRICS_KEPT)
    expect(names.at(-1)).toBe(`m${3 * METRICS_KEPT - 1}`)
    expect(board.counts.readingsTotal).toBe(3 * METRICS_KEPT)
  })

  it('counts messages of the last minute, whenever it is asked', () => {
    const board = createDeviceBoard()
    const at = (arrivalMs: number) => board.observe({ ...says([aSample('a')]), arrivalMs })
    for (let second = 0; second < 120; second += 6) at(second * 1_000)
    expect(board.health('d', 120_000)?.messagesPerMin).toBe(10)
    expect(board.health('d', 150_000)?.messagesPerMin).toBe(5)
    expect(board.health('d', 180_000)?.messagesPerMin).toBe(0)
    expect(board.health('nobody', 0)).toBeUndefined()
  })

  it('knows battery, signal, firmware and the clock, but reads no clock off a backlog', () => {
    const board = createDeviceBoard()
    const nowMs = 1_000_000
    board.observe({
      kind: 'status',
      deviceId: 'd',
      online: true,
      atMs: nowMs,
      firmware: '1.4.2',
      seq: 1,
      arrivalMs: nowMs,
    })
    const tells = (metric: string, atMs: number, value: number) =>
      board.observe({ ...says([]), samples: [{ metric, atMs, value }], arrivalMs: nowMs })
    expect(board.health('d', nowMs)?.clockS).toBeNull()
    tells('battery_pct', nowMs - 400, 81)
    tells('rssi_dbm', nowMs - 3_600_000, -71)
    board.observe({ kind: 'status', deviceId: 'd', online: false, atMs: nowMs, seq: 4, arrivalMs: nowMs })
    expect(board.health('d', nowMs)).toMatchObject({ batteryPct: 81, rssiDbm: -71, clockS: -0.4, firmware: '1.4.2' })
  })
})
