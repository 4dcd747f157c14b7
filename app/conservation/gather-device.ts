import type { Building } from '../../core/building.ts'
import type { LimitCheck, MouldMonth, ReportPart, SensorMonth, TrendMonth } from '../../core/conservation-report.ts'
import type { Device } from '../../core/device.ts'
import { toAppError } from '../../core/errors.ts'
import type { HourHistory, HourStatistics } from '../../core/hour-history.ts'
import type { Sample } from '../../core/observation.ts'
import { type Checked, checkHours, frameOf } from './check-limit.ts'
import { checkPeaks } from './gather-peaks.ts'
import type { DeviceLimit } from './limits-of-device.ts'
import { MOULD_BEFORE_MS, MOULD_METRICS, mouldMonth } from './mould-month.ts'
import type { Period } from './period.ts'
import { metricsOf, sensorMonth } from './sensor-month.ts'
import { SLOW_METRICS, TEMPERATURE, TREND_BEFORE_MS, trendMonth } from './trend-month.ts'

export interface DeviceMonth {
  sensor: SensorMonth
  limits: LimitCheck[]
  trends: TrendMonth[]
  mould: MouldMonth | null
}

interface Parts {
  building: Building
  latest: Sample[]
  /** The device of the house that tells the temperature of its air, if there is one. */
  thermometer?: string
  limits: DeviceLimit[]
  /** Half of what a season may do, by metric. */
  seasons: ReadonlyMap<string, number>
  history: HourHistory
  period: Period
  /** Told of each part that could not be had. */
  onMissing(part: ReportPart): void
}

/** Everything that the readings of one device say of the month. */
export async function gatherDevice(device: Device, parts: Parts): Promise<DeviceMonth> {
  const { building, latest, history, period, onMissing } = parts
  const ask = <T>(part: ReportPart, question: () => Promise<T>) => orMissing(question, () => onMissing(part))
  const { fromMs, untilMs } = period
  const metrics = metricsOf(device, latest)
  const stats = await ask('readings', () => history.hours({ device: device.id, metrics, fromMs, toMs: untilMs }))
  const isMouldy = MOULD_METRICS.every((metric) => stats?.some((one) => one.metric === metric))
  const air = isMouldy ? await ask('readings', () => hoursBefore(device, parts)) : null
  return {
    sensor: sensorMonth(device, stats, period),
    limits: await checkAll(device, stats, parts),
    trends: (await trendsOf(device, metrics, parts)) ?? [],
    mould: air && mouldMonth(device, building, air, period),
  }
}

/** How what moves slowly moves; null, and told, when the database could not be asked. */
async function trendsOf(device: Device, metrics: string[], parts: Parts): Promise<TrendMonth[] | null> {
  const { history, period, thermometer, seasons, onMissing } = parts
  const slow = metrics.filter((metric) => SLOW_METRICS.has(metric))
  if (slow.length === 0) return []
  const span = { fromMs: period.fromMs - TREND_BEFORE_MS, toMs: period.untilMs }
  return orMissing(
    async () => {
      const own = await history.hours({ device: device.id, metrics: [...slow, TEMPERATURE], ...span })
      const beside = own.find(({ metric }) => metric === TEMPERATURE) ?? (await airOf(thermometer, span, history))
      return own
        .filter(({ metric }) => metric !== TEMPERATURE)
        .map((hours) =>
          trendMonth(device.id, hours, { temperature: beside, season: seasons.get(hours.metric) ?? 0, period }),
        )
    },
    () => onMissing('trends'),
  )
}

/** The temperature in the house, for a device that has none of its own. */
async function airOf(
  thermometer: string | undefined,
  span: { fromMs: number; toMs: number },
  history: HourHistory,
): Promise<HourStatistics | undefined> {
  if (thermometer === undefined) return undefined
  return (await history.hours({ device: thermometer, metrics: [TEMPERATURE], ...span }))[0]
}

function hoursBefore({ id }: Device, { history, period }: Parts): Promise<HourStatistics[]> {
  const fromMs = period.fromMs - MOULD_BEFORE_MS
  return history.hours({ device: id, metrics: MOULD_METRICS, fromMs, toMs: period.untilMs })
}

async function checkAll(device: Device, stats: HourStatistics[] | null, parts: Parts): Promise<LimitCheck[]> {
  const checks: LimitCheck[] = []
  for (const limit of parts.limits) {
    const isMeasured = metricsOf(device, parts.latest).includes(limit.metric)
    if (!isMeasured) continue
    const head = { device: device.id, metric: limit.metric, unit: limit.unit, source: limit.source }
    checks.push(...(await checkOne(limit, { ...parts, device, stats })).map((one) => ({ ...head, ...one })))
  }
  return checks
}

async function checkOne(
  limit: DeviceLimit,
  { device, stats, history, period, onMissing }: Parts & { device: Device; stats: HourStatistics[] | null },
): Promise<(Checked & { metric?: string })[]> {
  const frame = frameOf(limit)
  if (stats === null) return [frame]
  const hasReadings = ({ metric }: { metric: string }) =>
    stats.some((one) => one.metric === metric && one.hourMs.length > 0)
  const components = (limit.components ?? []).filter(hasReadings)
  if (limit.curve === undefined) {
    const metric = components[0]?.metric ?? limit.metric
    const checked = checkHours(
      frame,
      stats.find((one) => one.metric === metric),
    )
    return [{ ...checked, metric }]
  }
  const { corners, over } = limit.curve
  const own = [{ metric: limit.metric, over }]
  const asked = components.length > 0 ? components.map((one) => ({ over, ...one })) : own
  const found = await orMissing(
    () => checkPeaks(frame, { device: device.id, components: asked, corners, stats }, history, period),
    () => onMissing('peaks'),
  )
  return [found ?? frame]
}

/** Null, and told, when the database is away or too busy; anything else is a fault of ours. */
export async function orMissing<T>(question: () => Promise<T>, onMissing: () => void): Promise<T | null> {
  try {
    return await question()
  } catch (thrown) {
    const { code } = toAppError(thrown)
    if (code !== 'database_unavailable' && code !== 'overloaded' && code !== 'stopped') throw thrown
    onMissing()
    return null
  }
}
