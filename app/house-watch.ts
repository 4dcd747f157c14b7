import { type Alert, deviceOf } from '../core/alert.ts'
import type { Building, VisitRequest } from '../core/building.ts'
import type { Clock } from '../core/clock.ts'
import type { Device } from '../core/device.ts'
import { AppError } from '../core/errors.ts'
import type { History } from '../core/history.ts'
import type { HeardState, HouseLimit, HouseRisk, HouseWatch } from '../core/house-watch.ts'
import type { Position } from '../core/place.ts'
import { severityLevel } from '../core/severity.ts'
import type { Suspicion } from '../core/suspicion.ts'
import type { FusionBook } from '../detectors/fusion/fusion-book.ts'
import type { HouseBook } from '../detectors/houses/house-book.ts'
import { compareRisks, riskOf, soonest } from '../detectors/houses/house-risk.ts'
import type { JoinedRules } from '../detectors/rules/files/join-rules.ts'
import { frameOf } from './conservation/check-limit.ts'
import { limitsOfDevice } from './conservation/limits-of-device.ts'
import { sensorsOf } from './house-desk.ts'
import { createRaisedCount } from './raised-count.ts'
import type { AskedTrend, TrendRound } from './trend-round.ts'

export interface HouseWatchPorts {
  houses: Pick<HouseBook, 'buildings' | 'building' | 'visitRequestOf'>
  works: Pick<FusionBook, 'ranking'>
  devices(): Device[]
  /** What the rules say of a device that does not speak, and when it last did. */
  silenceOf(deviceId: string): 'silent' | 'unknown' | null
  lastSeenMs(deviceId: string): number | undefined
  openAlerts(): Alert[]
  history: Pick<History, 'alerts'>
  rules(): Pick<JoinedRules, 'rules' | 'written'>
  /** Name of the residents' committee at a place. */
  communityAt(position: Position | undefined, address: string): string | undefined
  trends: TrendRound
  clock: Clock
}

/** What moves so slowly that days to a limit can be told. */
const SLOW = new Set(['crack_mm', 'tilt_mm_m', 'settle_mm'])
const DAY_MS = 86_400_000
/** A sensor that nobody has heard for so long, or for three of its own intervals, tells nothing of the house now. */
const SILENT_AFTER_MS = DAY_MS
const INTERVALS = 3

export function createHouseWatch(ports: HouseWatchPorts): HouseWatch {
  const raised = createRaisedCount(ports.history, ports.clock)
  const places = new WeakMap<Building, { building: Building; community?: string }>()
  const slow = new WeakMap<Building, { written: unknown; gauges: Device[]; asked: AskedTrend[] }>()

  function limitsOf(building: Building, sensors: Device[]): HouseLimit[] {
    const { rules, written } = ports.rules()
    const inForce = new Map(rules.rules.map((rule) => [rule.id, rule]))
    const judging = written.filter(({ rule }) => inForce.get(rule.id) === rule)
    return sensors.flatMap((device) => {
      const attributes = rules.attributesOf?.(device) ?? device.attributes ?? {}
      return limitsOfDevice(device, building, { rules: judging, attributes }).map((limit) => {
        const { hours: _, hoursBeyond: _b, hoursWarning: _w, by: _by, ...frame } = frameOf(limit)
        return { device: device.id, metric: limit.metric, unit: limit.unit, source: limit.source, ...frame }
      })
    })
  }

  /** How far slow metrics of these devices may move: by the first limit of each. Worked out anew when house, devices or rules change. */
  function slowLimits(building: Building, sensors: Device[]): AskedTrend[] {
    const gauges = sensors.filter(({ type }) => GAUGES.has(type))
    if (gauges.length === 0) return []
    const { written } = ports.rules()
    const known = slow.get(building)
    if (
      known?.written === written &&
      known.gauges.length === gauges.length &&
      gauges.every((one, i) => one === known.gauges[i])
    )
      return known.asked
    const firsts = new Map<string, AskedTrend>()
    for (const { device, metric, high } of limitsOf(building, gauges))
      if (SLOW.has(metric) && high !== undefined && high > 0 && !firsts.has(`${device} ${metric}`))
        firsts.set(`${device} ${metric}`, { device, metric, limit: high })
    const asked = [...firsts.values()]
    slow.set(building, { written, gauges, asked })
    return asked
  }

  function heardOf(sensors: Device[], nowMs: number): HouseRisk['sensors'] {
    const silent = sensors.filter((device) => !isHeard(device, nowMs)).length
    const total = sensors.length
    const heard: HeardState = total === 0 ? 'none' : silent === total ? 'silent' : silent > 0 ? 'partly' : 'heard'
    return { total, silent, heard }
  }

  function isHeard({ id, reportEveryS = 0 }: Device, nowMs: number): boolean {
    const lastMs = ports.lastSeenMs(id)
    if (lastMs === undefined || ports.silenceOf(id) !== null) return false
    return nowMs - lastMs <= Math.max(SILENT_AFTER_MS, INTERVALS * reportEveryS * 1000)
  }

  function placeOf(building: Building): { building: Building; community?: string } {
    const known = places.get(building)
    if (known !== undefined) return known
    const community = ports.communityAt(building.position ?? middleOf(building), building.address)
    const place = { building, ...(community !== undefined && { community }) }
    places.set(building, place)
    return place
  }

  function found({
    text,
    byNames,
  }: {
    text?: string
    byNames?: boolean
  }): { building: Building; community?: string }[] {
    const all = { limit: Number.MAX_SAFE_INTEGER }
    const placed = ports.houses.buildings(all).items.map(placeOf)
    if (text === undefined) return placed
    const names = { text, ...(byNames !== undefined && { byNames }) }
    const meant = new Set(ports.houses.buildings({ ...all, ...names }).items.map(({ id }) => id))
    return placed.filter(({ building, community }) => meant.has(building.id) || community?.includes(text))
  }

  return {
    limits(id) {
      const building = ports.houses.building(id)
      if (building === null) throw new AppError('not_found', 'no such building', { building: id })
      return limitsOf(building, sensorsOf(building, ports.devices()))
    },
    async ranking({ limit, cursor, ...query }) {
      const nowMs = ports.clock.nowMs()
      const houseOf = houseIndex(ports.houses.buildings({ limit: Number.MAX_SAFE_INTEGER }).items, ports.devices())
      const open = groupBy(ports.openAlerts(), (alert) => houseOfAlert(alert, houseOf.byDevice))
      const suspicions = ports.works.ranking({ limit: Number.MAX_SAFE_INTEGER }).items
      const suspected = new Map(suspicions.map((one) => [one.building, one]))
      const counts = await raised.count((alert) => houseOfAlert(alert, houseOf.byDevice))
      const some = found(query).map((one) => ({ ...one, sensors: houseOf.sensors.get(one.building.id) ?? [] }))
      const asked = some.map(({ building, sensors }) => slowLimits(building, sensors))
      const trends = ports.trends.of(asked.flat())
      const risks = some.map(({ building, community, sensors }, index): HouseRisk => {
        const alerts = open.get(building.id) ?? []
        const works = worksOf(suspected.get(building.id))
        const trend = soonest((asked[index] ?? []).flatMap((one) => trends.known.get(one.device) ?? []))
        const own = alerts.filter(isOwn)
        const count = counts === null ? null : (counts.get(building.id) ?? { days30: 0, days7: 0 })
        const signs = { works, level: worstOf(own), raised: count?.days30 ?? 0, until: trend?.until ?? null }
        return {
          ...{ building, ...(community !== undefined && { community }), ...riskOf(signs, nowMs) },
          ...{ level: worstOf(alerts.filter(isOfHouse)), openAlerts: alerts.filter(isOfHouse).length, raised: count },
          visitAsked: toAsked(ports.houses.visitRequestOf(building.id)),
          ...{ works, trend, sensors: heardOf(sensors, nowMs) },
        }
      })
      const from = Number(cursor ?? 0) || 0
      const items = risks.sort(compareRisks).slice(from, from + limit)
      return {
        ...{ items, total: risks.length, trends: { known: trends.count, asked: asked.flat().length } },
        ...(from + limit < risks.length && { nextCursor: `${from + limit}` }),
      }
    },
  }
}

const GAUGES = new Set(['crack-gauge', 'tilt-sensor', 'settlement-gauge'])

/** Of the house, not of the device that looks at it: a sensor that is silent is told by `heard`. */
function isOfHouse({ category, test }: Alert): boolean {
  return category !== 'device' && test !== true
}

/** Suspicions of works are a part of their own. */
function isOwn(alert: Alert): boolean {
  return isOfHouse(alert) && alert.subject.building === undefined
}

function toAsked(request: VisitRequest | null): HouseRisk['visitAsked'] {
  return request && { dueMs: request.dueMs, ...(request.to !== undefined && { to: request.to }) }
}

function worksOf(suspicion: Suspicion | undefined): HouseRisk['works'] {
  if (suspicion === undefined) return { state: 'quiet', probability: 0 }
  const { state, probability, visitByMs } = suspicion
  return { state, probability, ...(visitByMs !== undefined && { visitByMs }) }
}

function worstOf(alerts: Alert[]): HouseRisk['level'] {
  const levels = alerts.map(({ severity }) => severityLevel(severity))
  return levels.length === 0 ? null : (Math.min(...levels) as 1 | 2 | 3 | 4)
}

/** Devices by house, and the other way: by the register first, then by what a device names itself. */
function houseIndex(buildings: readonly Building[], devices: Device[]) {
  const byDevice = new Map<string, string>()
  const known = new Set(buildings.map(({ id }) => id))
  for (const { id, attributes } of devices)
    if (typeof attributes?.building === 'string' && known.has(attributes.building))
      byDevice.set(id, attributes.building)
  for (const { id, sensors = [] } of buildings) for (const sensor of sensors) byDevice.set(sensor, id)
  return { byDevice, sensors: groupBy(devices, ({ id }) => byDevice.get(id)) }
}

function houseOfAlert(alert: Alert, byDevice: ReadonlyMap<string, string>): string | undefined {
  return alert.subject.building ?? byDevice.get(deviceOf(alert) ?? '')
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    if (key === undefined) continue
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}

/** Of an outline the mean of its corners. */
function middleOf({ footprint }: Pick<Building, 'footprint'>): Position | undefined {
  const corners = footprint?.slice(1) ?? []
  if (corners.length === 0) return undefined
  const sum = corners.reduce(([x, y], [lon, lat]) => [x + lon, y + lat] as [number, number], [0, 0])
  return { lon: sum[0] / corners.length, lat: sum[1] / corners.length }
}
