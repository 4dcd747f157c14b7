import { createReadStream } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { ArrivalHistory, ArrivedReadings, ToldBy } from '../../core/arrival-history.ts'
import type { Device } from '../../core/device.ts'
import { AppError } from '../../core/errors.ts'
import { splitCsvLine } from '../../simulators/replay/split-csv-line.ts'

/** Readings kept in memory, 32 bytes each. */
const MOST_READINGS = 20_000_000
const COLUMNS = ['device', 'metric', 'at', 'value'] as const

/** Readings of files, told as the database would tell them. */
export interface LoadedReadings {
  history: ArrivalHistory
  devices: Device[]
  readings: number
  /** Of the first and last reading; both 0 when there is none. */
  firstMs: number
  lastMs: number
}

/**
 * Reads all `*.csv` (with the heads `device,metric,at,value` and perhaps `arrivedAt`) and `*.ndjson` files (one
 * `{device, metric, at, value, arrivedAt?}` a line, as `GET /api/v1/readings` has them) of a folder, and the devices of
 * its `devices.json`, as `huying device list --json` prints them. Times are ISO 8601 with zone or ms since the epoch.
 * Throws `bad_request` with file and line for what cannot be read.
 */
export async function loadReadings(dir: string, by: ToldBy): Promise<LoadedReadings> {
  const names = (await readdir(dir)).sort()
  const store = createStore()
  for (const name of names) {
    if (name.endsWith('.csv')) await readLines(join(dir, name), csvReader(store.add))
    if (name.endsWith('.ndjson')) await readLines(join(dir, name), (line) => store.add(JSON.parse(line) as Fields))
  }
  const devices = names.includes('devices.json') ? toDevices(await readFile(join(dir, 'devices.json'), 'utf8')) : []
  return { ...store.tell(by), devices }
}

type Fields = { device?: unknown; metric?: unknown; at?: unknown; value?: unknown; arrivedAt?: unknown }

async function readLines(path: string, take: (line: string) => void): Promise<void> {
  let number = 0
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    number++
    if (line.trim() === '') continue
    try {
      take(line)
    } catch (cause) {
      const what = cause instanceof Error ? cause.message : 'unreadable'
      throw new AppError('bad_request', `${path}:${number} ${what}`)
    }
  }
}

function csvReader(add: (fields: Fields) => void): (line: string) => void {
  let heads: string[] | null = null
  return (line) => {
    const cells = splitCsvLine(line)
    if (cells === null) throw new Error('quotes are not where they may be')
    if (heads !== null) return add(Object.fromEntries(heads.map((head, i) => [head, cells[i]])))
    heads = cells.map((cell) => cell.trim())
    const missing = COLUMNS.filter((column) => !heads?.includes(column))
    if (missing.length > 0) throw new Error(`the column ${missing.join(', ')} is missing in the first line`)
  }
}

function toDevices(text: string): Device[] {
  const listed = JSON.parse(text) as (Partial<Device> & { id: string; type: string; registeredAt?: string })[]
  // Readings of files are mostly older than the registry: a device is known from its first word on.
  return listed.map((device) => ({ ...device, registeredAtMs: Number.MAX_SAFE_INTEGER, tokenHash: '' }))
}

/** Readings as columns that grow. */
function createStore() {
  const names = new Map<string, number>()
  let room = 1 << 16
  let count = 0
  let device = new Uint32Array(room)
  let metric = new Uint32Array(room)
  let atMs = new Float64Array(room)
  let arrivalMs = new Float64Array(room)
  let value = new Float64Array(room)

  function grow(): void {
    if (count >= MOST_READINGS) throw new Error(`more than ${MOST_READINGS} readings`)
    room *= 2
    const wider = <T extends Uint32Array | Float64Array>(old: T, fresh: T): T => {
      fresh.set(old)
      return fresh
    }
    device = wider(device, new Uint32Array(room))
    metric = wider(metric, new Uint32Array(room))
    atMs = wider(atMs, new Float64Array(room))
    arrivalMs = wider(arrivalMs, new Float64Array(room))
    value = wider(value, new Float64Array(room))
  }

  function numberOf(name: unknown, what: string): number {
    if (typeof name !== 'string' || name === '') throw new Error(`${what} is missing`)
    const known = names.get(name) ?? names.size
    if (known === names.size) names.set(name, known)
    return known
  }

  return {
    add(fields: Fields): void {
      if (count === room) grow()
      const number = typeof fields.value === 'string' && fields.value.trim() === '' ? Number.NaN : Number(fields.value)
      if (!Number.isFinite(number)) throw new Error('value is not a number')
      device[count] = numberOf(fields.device, 'device')
      metric[count] = numberOf(fields.metric, 'metric')
      value[count] = number
      atMs[count] = toMs(fields.at, 'at')
      const arrived = fields.arrivedAt === undefined || fields.arrivedAt === '' ? fields.at : fields.arrivedAt
      arrivalMs[count] = toMs(arrived, 'arrivedAt')
      count++
    },
    tell(by: ToldBy): Omit<LoadedReadings, 'devices'> {
      const time = by === 'arrival' ? arrivalMs : atMs
      const order = new Uint32Array(count).map((_, i) => i)
      order.sort(
        (a, b) => time[a]! - time[b]! || device[a]! - device[b]! || metric[a]! - metric[b]! || atMs[a]! - atMs[b]!,
      )
      const told = [...names.keys()]
      const page = (from: number, to: number): ArrivedReadings => {
        const rows = order.subarray(from, to)
        return {
          names: told,
          device: Uint32Array.from(rows, (row) => device[row]!),
          metric: Uint32Array.from(rows, (row) => metric[row]!),
          atMs: Float64Array.from(rows, (row) => atMs[row]!),
          value: Float64Array.from(rows, (row) => value[row]!),
          messageSeq: new Float64Array(rows.length).fill(-1),
          arrivalMs: Float64Array.from(rows, (row) => time[row]!),
        }
      }
      /** The first row at or after a moment. */
      const firstAt = (ms: number) => {
        let low = 0
        for (let high = count; low < high; ) {
          const middle = (low + high) >> 1
          if (time[order[middle]!]! < ms) low = middle + 1
          else high = middle
        }
        return low
      }
      return {
        readings: count,
        firstMs: count === 0 ? 0 : time[order[0]!]!,
        lastMs: count === 0 ? 0 : time[order[count - 1]!]!,
        history: {
          async arrivedReadings({ fromMs, toMs, limit, cursor }) {
            const from = cursor === undefined ? firstAt(fromMs) : Number(cursor)
            const end = firstAt(toMs)
            const to = Math.min(end, from + limit)
            return to < end ? { ...page(from, to), nextCursor: String(to) } : page(from, to)
          },
          arrivedOthers: async () => ({ items: [] }),
        },
      }
    },
  }
}

const WITH_ZONE = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/

function toMs(time: unknown, what: string): number {
  if (typeof time === 'number' && Number.isFinite(time)) return time
  const text = typeof time === 'string' ? time.trim() : ''
  if (/^-?\d+$/.test(text)) return Number(text)
  const ms = WITH_ZONE.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms)) throw new Error(`${what} is neither ISO 8601 with a zone nor ms since the epoch`)
  return ms
}
