import { DEVICE_TYPES } from '../../../../core/metrics.ts'
import type { DeviceHealthView, DeviceView, OutOfServiceView } from '../../../contract.ts'

/** `late`: still connected, but it has said nothing for longer than it should. `never`: not heard of. */
export type DeviceState = 'online' | 'late' | 'silent' | 'unknown' | 'never'

/** One line of the table: all that is known of one device. */
export interface DeviceRow {
  id: string
  device: DeviceView
  state: DeviceState
  lastSeenMs: number | null
  batteryPct: number | null
  rssiDbm: number | null
  clockS: number | null
  messagesPerMin: number | null
  firmware: string | null
  refused: number
  out: OutOfServiceView | undefined
}

/** Local choices: from here on somebody should look. */
export const LOW_BATTERY_PCT = 20
export const WEAK_SIGNAL_DBM = -95
export const CLOCK_OFF_S = 5
/** A device is late when it said nothing for so many times the pause between its readings. */
const LATE_FACTOR = 2.5
const USUAL_REPORT_S = 300

export const DEVICE_FILTERS = ['offline', 'late', 'battery', 'clock', 'refused', 'out'] as const
export type DeviceFilter = (typeof DEVICE_FILTERS)[number]

export function toDeviceRows(
  known: {
    devices: readonly DeviceView[]
    health: readonly DeviceHealthView[]
    outOfService: readonly OutOfServiceView[]
  },
  nowMs: number,
): DeviceRow[] {
  const health = new Map(known.health.map((one) => [one.device, one]))
  const out = new Map(known.outOfService.map((one) => [one.device, one]))
  return known.devices.map((device) => {
    const { messagesPerMin, refused, ...told } = health.get(device.id) ?? UNHEARD
    const lastSeenMs = device.lastSeenAt === undefined ? null : Date.parse(device.lastSeenAt)
    return {
      ...{ id: device.id, device, lastSeenMs, messagesPerMin, refused },
      ...{ batteryPct: told.batteryPct, rssiDbm: told.rssiDbm, clockS: told.clockS, firmware: told.firmware },
      state: stateOf(device, lastSeenMs, nowMs),
      out: out.get(device.id),
    }
  })
}

const UNHEARD = {
  ...{ messagesPerMin: null, refused: 0 },
  ...{ batteryPct: null, rssiDbm: null, clockS: null, firmware: null },
}

function stateOf(device: DeviceView, lastSeenMs: number | null, nowMs: number): DeviceState {
  if (lastSeenMs === null) return 'never'
  if (device.presence === 'unknown') return 'unknown'
  if (device.presence === 'silent' || device.online === false) return 'silent'
  const everyS = device.reportEveryS ?? DEVICE_TYPES[device.type]?.reportEveryS ?? USUAL_REPORT_S
  return nowMs - lastSeenMs > LATE_FACTOR * everyS * 1000 ? 'late' : 'online'
}

const FITS: Record<DeviceFilter, (row: DeviceRow) => boolean> = {
  offline: ({ state }) => state === 'silent' || state === 'unknown' || state === 'never',
  late: ({ state }) => state === 'late',
  battery: ({ batteryPct }) => batteryPct !== null && batteryPct < LOW_BATTERY_PCT,
  clock: ({ clockS }) => clockS !== null && Math.abs(clockS) > CLOCK_OFF_S,
  refused: ({ refused }) => refused > 0,
  out: ({ out }) => out !== undefined,
}

export function countFilters(rows: readonly DeviceRow[]): Record<DeviceFilter, number> {
  const counts = { offline: 0, late: 0, battery: 0, clock: 0, refused: 0, out: 0 }
  for (const row of rows) for (const filter of DEVICE_FILTERS) if (FITS[filter](row)) counts[filter]++
  return counts
}

export const DEVICE_COLUMNS = [
  'id',
  'type',
  'state',
  'lastSeen',
  'battery',
  'rssi',
  'clock',
  'rate',
  'firmware',
  'refused',
] as const
export type DeviceColumn = (typeof DEVICE_COLUMNS)[number]
export interface DeviceSort {
  by: DeviceColumn
  descending: boolean
}

/** Worst first. */
const RANK: Record<DeviceState, number> = { silent: 0, late: 1, unknown: 2, never: 3, online: 4 }

/** Null stands at the end, whichever way the column is sorted. */
const VALUE: Record<DeviceColumn, (row: DeviceRow) => number | string | null> = {
  id: ({ id }) => id,
  type: ({ device }) => device.type,
  state: ({ state }) => RANK[state],
  lastSeen: ({ lastSeenMs }) => lastSeenMs,
  battery: ({ batteryPct }) => batteryPct,
  rssi: ({ rssiDbm }) => rssiDbm,
  clock: ({ clockS }) => (clockS === null ? null : Math.abs(clockS)),
  rate: ({ messagesPerMin }) => messagesPerMin,
  firmware: ({ firmware }) => firmware,
  refused: ({ refused }) => refused,
}

export interface DeviceChoice {
  text: string
  filter: DeviceFilter | null
  sort: DeviceSort
}

/** The rows that are asked for, in order; those that are equal by id. */
export function chooseRows(rows: readonly DeviceRow[], { text, filter, sort }: DeviceChoice): DeviceRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const chosen = rows.filter((row) => (filter === null || FITS[filter](row)) && hasWords(row, words))
  const value = VALUE[sort.by]
  const sign = sort.descending ? -1 : 1
  return chosen.sort((a, b) => {
    const [one, other] = [value(a), value(b)]
    if (one === null || other === null) return one === other ? byId(a, b) : one === null ? 1 : -1
    if (one === other) return byId(a, b)
    return one < other ? -sign : sign
  })
}

function byId(a: DeviceRow, b: DeviceRow): number {
  return a.id < b.id ? -1 : 1
}

function hasWords({ device, firmware }: DeviceRow, words: readonly string[]): boolean {
  if (words.length === 0) return true
  const { id, type, name = '', place = '', gateway = '' } = device
  const names = DEVICE_TYPES[type]
  const all = [id, type, name, place, gateway, firmware ?? '', names?.zh ?? '', names?.en ?? ''].join(' ').toLowerCase()
  return words.every((word) => all.includes(word))
}
