import type { Clock } from '../core/clock.ts'
import { DEVICE_ID } from '../core/device.ts'
import type { RefusalCount } from '../core/front-door.ts'
import type { Refusal, RefusalReason } from '../core/refusal.ts'

/** Counts what was refused, per device and reason, in bounded memory. */
export interface Refusals {
  count(device: string | null, refusal: Refusal): void
  /** Latest first. */
  list(): RefusalCount[]
  /** All devices together; without a reason, all reasons together. */
  total(reason?: RefusalReason): number
  /** JSON-safe; `restored` takes it back. */
  snapshot(): RefusalCount[]
}

export interface RefusalsOptions {
  clock: Clock
  /** Devices counted under their own id; the others are counted under `?`. */
  maxDevices?: number
  restored?: readonly RefusalCount[]
}

const UNNAMED = '?'
const DETAIL_CHARS = 200
/** Ids that strangers merely claim may fill a tenth of the table, so that they cannot crowd out real devices. */
const STRANGERS_SHARE = 0.1

export function createRefusals(options: RefusalsOptions): Refusals {
  const { clock, maxDevices = 10_000, restored = [] } = options
  const byDevice = new Map<string, Map<RefusalReason, RefusalCount>>()
  const totals = new Map<RefusalReason, number>()
  let strangers = 0

  function rowsOf(device: string | null, reason: RefusalReason): [string, Map<RefusalReason, RefusalCount>] {
    const claimed = device !== null && DEVICE_ID.test(device) ? device : UNNAMED
    const known = byDevice.get(claimed)
    if (known) return [claimed, known]
    const isStranger = reason === 'unknown_device'
    const isCrowded = byDevice.size >= maxDevices || (isStranger && strangers >= maxDevices * STRANGERS_SHARE)
    const name = claimed !== UNNAMED && isCrowded ? UNNAMED : claimed
    const rows = byDevice.get(name) ?? new Map<RefusalReason, RefusalCount>()
    if (isStranger && name !== UNNAMED) strangers++
    byDevice.set(name, rows)
    return [name, rows]
  }

  function add(device: string | null, reason: RefusalReason, count: number, lastAtMs: number, lastDetail: string) {
    totals.set(reason, (totals.get(reason) ?? 0) + count)
    const [name, rows] = rowsOf(device, reason)
    const row = rows.get(reason)
    if (!row) {
      rows.set(reason, { device: name, reason, count, lastAtMs, lastDetail })
      return
    }
    row.count += count
    row.lastAtMs = lastAtMs
    row.lastDetail = lastDetail
  }

  function list(): RefusalCount[] {
    const rows = [...byDevice.values()].flatMap((ofDevice) => [...ofDevice.values()].map((row) => ({ ...row })))
    return rows.sort((a, b) => b.lastAtMs - a.lastAtMs)
  }

  for (const row of restored) add(row.device, row.reason, row.count, row.lastAtMs, row.lastDetail)
  return {
    count: (device, { refused, detail }) => add(device, refused, 1, clock.nowMs(), detail.slice(0, DETAIL_CHARS)),
    list,
    total(reason) {
      if (reason !== undefined) return totals.get(reason) ?? 0
      return [...totals.values()].reduce((sum, count) => sum + count, 0)
    },
    snapshot: list,
  }
}
