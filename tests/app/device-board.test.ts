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
})
