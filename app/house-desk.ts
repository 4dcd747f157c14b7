import { createHash, randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { normaliseAddress } from '../core/address/normalise.ts'
import { type Alert, deviceOf } from '../core/alert.ts'
import type { Building, VisitRequest } from '../core/building.ts'
import type { Device } from '../core/device.ts'
import { AppError } from '../core/errors.ts'
import type { History } from '../core/history.ts'
import type { BuildingFile, HouseDesk, ImportedBuilding, ImportFault } from '../core/house-desk.ts'
import type { Sample } from '../core/observation.ts'
import type { Suspicion } from '../core/suspicion.ts'
import type { FusionBook } from '../detectors/fusion/fusion-book.ts'
import type { HouseBook } from '../detectors/houses/house-book.ts'
import { parseBuildingGeoJson, parseBuildingTable } from '../ingest/buildings/parse-buildings.ts'
import { toTable } from '../ingest/buildings/to-table.ts'
import type { Judging } from './judging.ts'
import { tidyBuilding } from './tidy-building.ts'
import { within } from './within.ts'

const MAX_BUILDINGS = 20_000
const MAX_ALIASES = 1_000
const MAX_FAULTS = 100
const PAST_ALERTS = 50
/** Devices of one house that are asked for their past alerts. */
const ASKED_DEVICES = 20
/** A file does not wait longer for them. */
const PAST_WITHIN_MS = 2_000
/** Words of one import that are said before others get their turn. */
const IMPORT_BATCH = 25

export interface HouseDeskPorts {
  houses: Omit<HouseBook, 'observe' | 'applyEntry' | 'settle' | 'snapshot'>
  works: Pick<FusionBook, 'suspicionOf' | 'ranking'>
  judging: Pick<Judging, 'say'>
  devices(): Device[]
  latest(deviceId: string): Sample[]
  openAlerts(): Alert[]
  history: Pick<History, 'alerts'>
}

/** The register of houses for those who look at it, and their words on it, which go to the ledger. */
export function createHouseDesk(ports: HouseDeskPorts): HouseDesk {
  const { houses, judging } = ports

  function known(id: string): Building {
    const building = houses.building(id)
    if (building === null) throw new AppError('not_found', 'no such building', { building: id })
    return building
  }

  function suspicionOf(id: string): Suspicion {
    return ports.works.suspicionOf(known(id).id)!
  }

  async function change(building: Building, by: string): Promise<Building> {
    await judging.say(({ nowMs, afterSeq }) => {
      checkRoom(building.id)
      const rival = rivalOf(building)
      if (rival !== null)
        throw new AppError('conflict', `${rival} has this address`, { key: 'address', building: rival })
      return { type: 'building.changed', atMs: nowMs, by, building, afterSeq }
    })
    return building
  }

  function checkRoom(id: string): void {
    if (houses.building(id) === null && houses.count() >= MAX_BUILDINGS)
      throw new AppError('too_many_requests', `there may be ${MAX_BUILDINGS} buildings`, { building: id })
  }

  /** Another building with the very same address, which nobody could tell apart. */
  function rivalOf({ id, address }: Building): string | null {
    const rival = houses.match(address).candidates.find(({ building }) => building !== id)
    const other = rival && houses.building(rival.building)
    return other && normaliseAddress(other.address) === normaliseAddress(address) ? other.id : null
  }

  /** Gives each row its id: its own, that of the building with its address, or one made of the address. */
  function identify({ building }: ImportedBuilding): Building {
    const normal = normaliseAddress(building.address)
    const same = building.id === undefined ? houses.match(building.address).building : null
    const isSame = same !== null && normaliseAddress(known(same).address) === normal
    const id = building.id ?? (isSame ? same : `b-${createHash('sha256').update(normal).digest('hex').slice(0, 12)}`)
    return { protection: 'traditional', ...houses.building(id), ...building, id }
  }

  function findFaults(list: { row: number; building: Building }[]): ImportFault[] {
    const ids = new Map<string, number>()
    const addresses = new Map<string, number>()
    const faults: ImportFault[] = []
    for (const { row, building } of list) {
      const normal = normaliseAddress(building.address)
      const [sameId, sameAddress, rival] = [ids.get(building.id), addresses.get(normal), rivalOf(building)]
      if (normal === '') faults.push({ row, field: 'address', message: 'says nothing' })
      else if (sameId !== undefined)
        faults.push({ row, field: 'id', message: `${building.id} stands in row ${sameId} too` })
      else if (sameAddress !== undefined)
        faults.push({ row, field: 'address', message: `the address stands in row ${sameAddress} too` })
      else if (rival !== null && !list.some(({ building: other }) => other.id === rival))
        faults.push({ row, field: 'address', message: `the register has this address as ${rival}` })
      ids.set(building.id, row)
      addresses.set(normal, row)
    }
    return faults
  }

  async function sayAll(buildings: Building[], by: string): Promise<void> {
    for (let i = 0; i < buildings.length; i += IMPORT_BATCH) {
      const batch = buildings.slice(i, i + IMPORT_BATCH)
      await Promise.all(
        batch.map((building) =>
          judging.say(({ nowMs, afterSeq }) => ({ type: 'building.changed', atMs: nowMs, by, building, afterSeq })),
        ),
      )
    }
  }

  async function pastAlerts(
    building: string,
    sensors: Device[],
    open: Alert[],
  ): Promise<{ past: Alert[]; complete: boolean }> {
    try {
      const asked = sensors.slice(0, ASKED_DEVICES).map(({ id }) => ({ device: id }))
      const asking = [{ building }, ...asked].map((query) => ports.history.alerts({ ...query, limit: PAST_ALERTS }))
      const pages = await within(Promise.all(asking), PAST_WITHIN_MS, 'the database is busy')
      const isOpen = new Set(open.map(({ id }) => id))
      const all = new Map(pages.flatMap(({ items }) => items).map((alert) => [alert.id, alert]))
      const past = [...all.values()].filter(({ id }) => !isOpen.has(id))
      return { past: past.sort((a, b) => b.raisedAtMs - a.raisedAtMs).slice(0, PAST_ALERTS), complete: true }
    } catch {
      return { past: [], complete: false }
    }
  }

  return {
    buildings: houses.buildings,
    building: houses.building,
    exportBuildings: (language) => toTable(houses.buildings({ limit: Number.MAX_SAFE_INTEGER }).items, language),
    aliases: houses.aliases,
    match: houses.match,
    unmatched: houses.unmatched,
    suspicionOf,
    suspicions(query) {
      const { items, ...next } = ports.works.ranking(query)
      return { items: items.map((one) => ({ ...one, address: known(one.building).address })), ...next }
    },
    async file(id): Promise<BuildingFile> {
      const building = known(id)
      const sensors = sensorsOf(building, ports.devices())
      const inIt = new Set(sensors.map((device) => device.id))
      const open = ports
        .openAlerts()
        .filter((alert) => inIt.has(deviceOf(alert) ?? '') || alert.subject.building === id)
      const { past, complete } = await pastAlerts(id, sensors, open)
      return {
        building,
        sensors: sensors.map((device) => ({ device, latest: ports.latest(device.id) })),
        records: houses.recordsOf(id),
        visits: houses.visitsOf(id),
        visitRequest: houses.visitRequestOf(id),
        suspicion: suspicionOf(id),
        pictures: houses.picturesOf(id),
        alerts: { open, past },
        complete,
      }
    },
    async setBuilding(given, by) {
      const building = tidyBuilding(given)
      return isDeepStrictEqual(houses.building(building.id), building) ? building : change(building, by)
    },
    async removeBuilding(id, by) {
      known(id)
      await judging.say(({ nowMs, afterSeq }) => ({
        type: 'building.removed',
        atMs: nowMs,
        by,
        buildingId: id,
        afterSeq,
      }))
    },
    async importBuildings({ format, bytes }, by, dryRun) {
      const parsed = format === 'csv' ? parseBuildingTable(bytes) : parseBuildingGeoJson(bytes)
      const rows = parsed.buildings.map((one) => ({ row: one.row, building: identify(one) }))
      const faults = [...parsed.faults, ...findFaults(rows)].sort((a, b) => a.row - b.row)
      const fresh = rows.filter(({ building }) => houses.building(building.id) === null)
      if (houses.count() + fresh.length > MAX_BUILDINGS)
        faults.push({ row: rows.length, message: `there may be ${MAX_BUILDINGS} buildings` })
      if (faults.length > 0) throw importError(faults)
      const different = rows.filter(({ building }) => !isDeepStrictEqual(houses.building(building.id), building))
      if (!dryRun)
        await sayAll(
          different.map(({ building }) => building),
          by,
        )
      const unchanged = rows.length - different.length
      const counts = { added: fresh.length, changed: different.length - fresh.length, unchanged }
      return { ...counts, applied: !dryRun, ignored: parsed.ignored, encoding: parsed.encoding }
    },
    async setAlias(alias, road, by) {
      const had = houses.aliases().find((one) => one.alias === alias)
      if (road === null && had === undefined) throw new AppError('not_found', 'no such alias', { alias })
      if (road !== null && had?.road === road) return
      if (road !== null && had === undefined && houses.aliases().length >= MAX_ALIASES)
        throw new AppError('too_many_requests', `there may be ${MAX_ALIASES} aliases`, { alias })
      await judging.say(({ nowMs, afterSeq }) => ({ type: 'road.aliased', atMs: nowMs, by, alias, road, afterSeq }))
    },
    async matchRecord({ source, recordId, building, note }, by) {
      if (houses.record(source, recordId) === null)
        throw new AppError('not_found', 'no such record is kept with houses', { source, recordId })
      if (building !== null && houses.building(building) === null)
        throw new AppError('bad_request', 'there is no such building', { key: 'building', building })
      await judging.say(({ nowMs, afterSeq }) => ({
        ...{ type: 'record.matched', atMs: nowMs, by, source, recordId, building, afterSeq },
        ...(note !== undefined && { note }),
      }))
      return houses.record(source, recordId)!
    },
    async askVisit(asked, by) {
      known(asked.building)
      let request: VisitRequest | undefined
      await judging.say(({ nowMs: atMs, afterSeq }) => {
        if (asked.dueMs <= atMs) throw new AppError('bad_request', 'the time is gone by', { key: 'due' })
        request = { ...asked, id: randomUUID(), atMs, by }
        return { type: 'building.visit_asked', atMs, by, request, afterSeq }
      })
      return request!
    },
    async addVisit({ id = randomUUID(), ...visit }, by) {
      known(visit.building)
      const before = houses.visit(visit.building, id)
      if (before !== null) return before
      const made = { ...visit, id, by }
      await judging.say(({ nowMs, afterSeq }) => ({ type: 'building.visited', atMs: nowMs, by, visit: made, afterSeq }))
      return made
    },
  }
}

/** Devices that the building names, and those that name it. */
export function sensorsOf({ id, sensors = [] }: Building, devices: Device[]): Device[] {
  const named = new Set(sensors)
  return devices.filter((device) => named.has(device.id) || device.attributes?.building === id)
}

/** All faults in one error, the first in its message. */
export function importError(faults: ImportFault[]): AppError {
  const [first] = faults
  const where = first === undefined ? '' : `row ${first.row}${first.field ? ` ${first.field}` : ''}: ${first.message}`
  const message = faults.length > 1 ? `${where} (and ${faults.length - 1} more)` : where
  return new AppError('bad_request', message, { faults: faults.slice(0, MAX_FAULTS), faultsTotal: faults.length })
}
