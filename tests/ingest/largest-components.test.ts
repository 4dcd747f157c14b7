import { describe, expect, it } from 'vitest'
import { withLargestComponents } from '../../ingest/largest-components.ts'

const at = (values: Record<string, number>, atMs = 1) =>
  Object.entries(values).map(([metric, value]) => ({ metric, atMs, value }))

describe('components of vibration that a device sends', () => {
  it('bring the largest with its frequency, and the larger horizontal one', () => {
    const sent = at({ ppv_x_mm_s: 1, freq_x_hz: 10, ppv_y_mm_s: 2, freq_y_hz: 20, ppv_z_mm_s: 3, freq_z_hz: 30 })

    expect(withLargestComponents(sent)).toEqual([
      ...sent,
      ...at({ ppv_mm_s: 3, freq_hz: 30, ppv_h_mm_s: 2, freq_h_hz: 20 }),
    ])
  })

  it('are each of their own time', () => {
    const sent = [...at({ ppv_x_mm_s: 1, ppv_z_mm_s: 2 }, 1), ...at({ ppv_x_mm_s: 4, ppv_z_mm_s: 3 }, 2)]

    expect(withLargestComponents(sent).slice(4)).toEqual([
      ...at({ ppv_mm_s: 2, ppv_h_mm_s: 1 }, 1),
      ...at({ ppv_mm_s: 4, ppv_h_mm_s: 4 }, 2),
    ])
  })

  it('change nothing that the device says itself, and other readings not at all', () => {
    const said = at({ ppv_mm_s: 9, ppv_h_mm_s: 8, ppv_x_mm_s: 1 })
    expect(withLargestComponents(said)).toEqual(said)
    const other = at({ temp_c: 20, ppv_mm_s: 1 })
    expect(withLargestComponents(other)).toBe(other)
  })
})
