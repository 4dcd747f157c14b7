import type { LocalDay } from '../rules/parts/day-clock.ts'
import type { EvidenceTable, SensedKind } from './evidence-table.ts'
import { type Filing, isCovered } from './filings.ts'
import type { Cause } from './fusion-state.ts'
import type { Neighbourhood } from './neighbours.ts'
import { both, countOf, widened } from './quarters.ts'
import type { SensedDay, SensedKindDay } from './sensed-day.ts'

/** What houses around sensed and filed, asked while nothing changes. */
export interface Surroundings {
  neighbourhood: Neighbourhood
  sensedOf(house: string, day: number): SensedDay | null
  filingsOf(house: string): Filing[]
  /** Houses with devices. */
  sensingHouses(): Iterable<string>
}

/** What else could explain what a house's devices heard on one day. */
export function causesOf(
  table: EvidenceTable,
  around: Surroundings,
  house: string,
  heard: SensedKindDay,
  day: LocalDay,
): Cause[] {
  const { sensor_fault, only_one, festival } = table.causes
  return [
    ...(heard.isFaulty ? [{ code: 'sensor_fault', leaves: sensor_fault.leaves }] : []),
    ...(heard.silent > 0 && heard.devices.length === 1
      ? [{ code: 'only_one', leaves: only_one.leaves, params: { silent: heard.silent } }]
      : []),
    ...(day.isHoliday && festival.kinds.includes(heard.kind) ? [{ code: 'festival', leaves: festival.leaves }] : []),
    ...neighbourCauses(table, around, house, heard, day),
    ...quietInside(table, around, house, heard, day),
    ...dustAlone(table, around, house, heard, day),
  ]
}

/** Walls carry blows from elsewhere; works in the house itself would be in its air at the same time. Sound goes through walls, dust hardly does. */
function quietInside(
  { causes: { quiet_inside } }: EvidenceTable,
  around: Surroundings,
  house: string,
  { kind, above }: SensedKindDay,
  { day }: LocalDay,
): Cause[] {
  if (!quiet_inside.kinds.includes(kind)) return []
  const { dust, noise } = around.sensedOf(house, day)?.air ?? {}
  const air = dust ?? noise
  const isQuiet = air && countOf(both(widened(widened(above)), air)) === 0
  return isQuiet ? [{ code: 'quiet_inside', leaves: quiet_inside.leaves }] : []
}

/** Works that raise dust are heard and felt as well; a sensor that is fouled, or a stove, is not. */
function dustAlone(
  { causes: { dust_alone } }: EvidenceTable,
  around: Surroundings,
  house: string,
  { kind }: SensedKindDay,
  { day }: LocalDay,
): Cause[] {
  if (!dust_alone.kinds.includes(kind)) return []
  const sensed = around.sensedOf(house, day)
  const others = dust_alone.without.filter((one) => sensed?.working.includes(one))
  const isAlone = others.length > 0 && !sensed?.kinds.some((one) => others.includes(one.kind))
  return isAlone ? [{ code: 'dust_alone', leaves: dust_alone.leaves }] : []
}

/** One of these at most: the one that leaves least. */
function neighbourCauses(
  table: EvidenceTable,
  around: Surroundings,
  house: string,
  heard: SensedKindDay,
  { day }: LocalDay,
): Cause[] {
  const { withinM } = table.sensed[heard.kind]
  if (withinM === 0) return []
  const found = [
    manyHouses(table, around, house, heard, day),
    louderNeighbour(table, around, house, heard, day),
    filedNearby(table, around, house, heard, day),
    weather(table, around, heard.kind, day),
  ].filter((one) => one !== null)
  return found.sort((a, b) => a.leaves - b.leaves).slice(0, 1)
}

/** What another house heard of the same kind, where `together` of what was heard here was heard there within half an hour. */
function heardThere(
  around: Surroundings,
  other: string,
  { kind, above }: SensedKindDay,
  day: number,
  together: number,
): SensedKindDay | undefined {
  const found = around.sensedOf(other, day)?.kinds.find((one) => one.kind === kind)
  if (found === undefined || found.isFaulty) return undefined
  const common = countOf(both(above, widened(widened(found.above))))
  return common >= together * countOf(above) ? found : undefined
}

/** Along a road it is about as loud everywhere; a house where it is far louder than at all others is where it comes from. */
function manyHouses(
  { causes: { road_works } }: EvidenceTable,
  around: Surroundings,
  house: string,
  heard: SensedKindDay,
  day: number,
): Cause | null {
  if (!road_works.kinds.includes(heard.kind)) return null
  let [houses, loudest] = [1, 0]
  for (const other of around.neighbourhood.around(house, road_works.withinM)) {
    const there = heardThere(around, other, heard, day, road_works.together)
    if (there === undefined) continue
    houses++
    loudest = Math.max(loudest, there.loud)
  }
  if (houses < road_works.houses || heard.loud >= loudest * road_works.louder) return null
  return { code: 'road_works', leaves: road_works.leaves, params: { houses } }
}

function louderNeighbour(
  table: EvidenceTable,
  around: Surroundings,
  house: string,
  heard: SensedKindDay,
  day: number,
): Cause | null {
  const { louder, leaves, together } = table.causes.neighbour
  let loudest: { building: string; loud: number } | null = null
  for (const building of around.neighbourhood.around(house, table.sensed[heard.kind].withinM)) {
    const other = heardThere(around, building, heard, day, together)
    if (other !== undefined && other.loud > (loudest?.loud ?? heard.loud * louder))
      loudest = { building, loud: other.loud }
  }
  return loudest === null ? null : { code: 'neighbour', leaves, building: loudest.building }
}

/** A neighbour whose own devices hear nothing is not where it comes from. */
function filedNearby(
  { causes: { filed_nearby } }: EvidenceTable,
  around: Surroundings,
  house: string,
  heard: SensedKindDay,
  day: number,
): Cause | null {
  for (const building of around.neighbourhood.around(house, filed_nearby.withinM)) {
    if (!isCovered(around.filingsOf(building), heard.fromMs, heard.atMs)) continue
    const isSilent = around.sensedOf(building, day)?.working.includes(heard.kind) === true
    if (!isSilent) return { code: 'filed_nearby', leaves: filed_nearby.leaves, building }
  }
  return null
}

function weather(
  { causes: { weather: settings } }: EvidenceTable,
  around: Surroundings,
  kind: SensedKind,
  day: number,
): Cause | null {
  if (!settings.kinds.includes(kind)) return null
  let working = 0
  let houses = 0
  for (const house of around.sensingHouses()) {
    const sensed = around.sensedOf(house, day)
    if (sensed === null) continue
    if (sensed.working.includes(kind)) working++
    if (sensed.kinds.some((one) => one.kind === kind)) houses++
  }
  const isEverywhere = houses >= settings.houses && houses >= working * settings.share
  return isEverywhere ? { code: 'weather', leaves: settings.leaves, params: { houses } } : null
}
