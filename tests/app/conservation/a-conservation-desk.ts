import { type ConservationPorts, createConservationDesk } from '../../../app/conservation/create-conservation-desk.ts'
import type { Alert } from '../../../core/alert.ts'
import type { Building } from '../../../core/building.ts'
import type { Device } from '../../../core/device.ts'
import { AppError } from '../../../core/errors.ts'
import type { HourHistory, HourStatistics, Peak } from '../../../core/hour-history.ts'
import type { Sample } from '../../../core/observation.ts'
import { joinRules } from '../../../detectors/rules/files/join-rules.ts'
import { OCTOBER_MS } from './a-report.ts'

export const HOUR_MS = 3_600_000

/** A desk over readings in memory; the database can be taken away. */
export function aConservationDesk(rules: string) {
  const joined = joinRules([{ path: 'rules.yaml', text: rules }], [], () => false)
  if ('faults' in joined) throw new Error(JSON.stringify(joined.faults))
  const state = { nowMs: OCTOBER_MS + 40 * 24 * HOUR_MS, away: false, lagging: false, hold: Promise.resolve() }
  const rows: (Sample & { device: string })[] = []
  const buildings = new Map<string, Building>()
  const devices: Device[] = []
  const alerts: Alert[] = []

  async function asked<T>(answer: () => T): Promise<T> {
    await state.hold
    if (state.away) throw new AppError('database_unavailable', 'the database is away')
    return answer()
  }
  const within = (device: string, metric: string, { fromMs, toMs }: { fromMs: number; toMs: number }) =>
    rows.filter((row) => row.device === device && row.metric === metric && row.atMs >= fromMs && row.atMs < toMs)
  const history: HourHistory & Pick<ConservationPorts['history'], 'alerts'> = {
    hours: ({ device, metrics, ...span }) =>
      asked(() =>
        metrics
          .map((metric) => toHours(metric, within(device, metric, span)))
          .filter(({ hourMs }) => hourMs.length > 0),
      ),
    peaks: ({ device, metric, over = '', limit, least, ...span }) =>
      asked(() => {
        const beside = within(device, over, span)
        const peaks = within(device, metric, span)
          .filter(({ value }) => value >= least)
          .map(({ atMs, value }): Peak => {
            const hz = beside.find((row) => row.atMs === atMs)?.value ?? null
            // Flat up to 10 Hz is all that these tests need.
            const share = value / (hz !== null && hz > 10 ? 6.75 : (limit[0]?.[1] ?? 1))
            return { hourMs: Math.floor(atMs / HOUR_MS) * HOUR_MS, atMs, value, over: hz, share }
          })
        const worst = new Map<number, Peak>()
        for (const peak of peaks) if (peak.share > (worst.get(peak.hourMs)?.share ?? -1)) worst.set(peak.hourMs, peak)
        return [...worst.values()]
      }),
    alerts: ({ device, building }) =>
      asked(() => ({
        items: alerts.filter(({ subject }) =>
          device === undefined ? subject.building === building : subject.device === device,
        ),
      })),
  }
  const desk = createConservationDesk({
    houses: { building: (id) => buildings.get(id) ?? null, recordsOf: () => [], visitsOf: () => [] },
    devices: () => devices,
    latest: (id) => rows.filter(({ device }) => device === id).slice(-1),
    openAlerts: () => alerts.filter((alert) => alert.state === 'active'),
    rules: () => joined,
    history,
    whenStored: () => (state.lagging ? Promise.reject(new Error('behind')) : Promise.resolve()),
    checkpoint: async () => null,
    ...{
      origin: 'huying/test',
      title: { zh: '街道', en: 'Sub-district' },
      timeZone: 'Asia/Shanghai',
      version: '0.1.0',
    },
    clock: { nowMs: () => state.nowMs },
  })
  return {
    ...{ desk, state, alerts, devices },
    addHouse: (building: Partial<Building> & { id: string }) =>
      buildings.set(building.id, { address: '平桥街12号', protection: 'city', ...building }),
    addDevice: (device: Partial<Device> & { id: string; type: string }) =>
      devices.push({ registeredAtMs: 0, tokenHash: '', attributes: { building: 'h1' }, ...device }),
    /** A value at the middle of each of these hours of October. */
    put(device: string, metric: string, hours: number[], value: number | ((hour: number) => number)) {
      for (const hour of hours)
        rows.push({
          device,
          metric,
          atMs: OCTOBER_MS + (hour + 0.5) * HOUR_MS,
          value: typeof value === 'number' ? value : value(hour),
        })
    },
  }
}

function toHours(metric: string, rows: Sample[]): HourStatistics {
  const hours = new Map<number, number[]>()
  for (const { atMs, value } of rows) {
    const hourMs = Math.floor(atMs / HOUR_MS) * HOUR_MS
    hours.set(hourMs, [...(hours.get(hourMs) ?? []), value])
  }
  const columns = [...hours].sort(([a], [b]) => a - b).map(([hourMs, values]) => ({ hourMs, values }))
  return {
    metric,
    hourMs: columns.map(({ hourMs }) => hourMs),
    readings: columns.map(({ values }) => values.length),
    min: columns.map(({ values }) => Math.min(...values)),
    max: columns.map(({ values }) => Math.max(...values)),
    mean: columns.map(({ values }) => values.reduce((a, b) => a + b, 0) / values.length),
  }
}

export const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index)
