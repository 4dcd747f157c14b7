import { type FindingNews, isDismissed, reviewStateOf } from '../../core/finding.ts'
import type { Observation, Sample } from '../../core/observation.ts'
import type { Suspicion, SuspicionNews } from '../../core/suspicion.ts'
import type { Calendar } from '../rules/parts/calendar.ts'
import { createDayClock, type LocalDay } from '../rules/parts/day-clock.ts'
import { createAssessor, type HouseRegister } from './assess.ts'
import { decide, newThought, toSuspicion } from './decide.ts'
import { createTally } from './device-tally.ts'
import type { EvidenceTable } from './evidence-table.ts'
import type { FusionQueries } from './fusion-queries.ts'
import { type HeardMark, type HouseThought, rememberFusion, restoreFusion, type TalliedDevice } from './fusion-state.ts'
import { measureFusion } from './measure-fusion.ts'
import { createNeighbourhood } from './neighbours.ts'

export interface FusionOptions {
  /** `loadEvidenceTable()`. */
  table: EvidenceTable
  /** IANA zone of local days. */
  timeZone: string
  /** Knows holidays; absent: weekdays are worked. `shippedCalendar(table.working.calendar)` */
  calendar?: Calendar
  /** The house book; it must have taken in everything up to the same place as this book. */
  houses: HouseRegister & { takeChanged(): string[] }
  /** The building that a device names itself; of a device that a building lists, this is not asked. */
  buildingOf?(deviceId: string): unknown
  /** As an earlier book gave it. Throws `config_invalid` when it is of another version. */
  snapshot?: unknown
}

/**
 * Whether unfiled works go on in each house, as a fold over the intake journal beside the house book: the same observations, findings and
 * words give the same news, however often `advance` is called in between, and across a snapshot taken anywhere. It keeps no clock.
 *
 * How to feed it, one by one in the order of the journal (`createWorksJudge` in `works-judge.ts` does all of this):
 *
 * ```ts
 * const houses = createHouseBook()
 * const fusion = createFusionBook({ table: loadEvidenceTable(), timeZone: 'Asia/Shanghai', calendar: shippedCalendar('cn'), houses })
 * houses.applyEntry({ type: 'building.changed', atMs, by: 'bench', building, afterSeq: 0 })
 * // each observation:
 * news.push(...fusion.advance(observation.arrivalMs))   // before the house book sees it
 * houses.observe(observation)
 * news.push(...fusion.observe(observation))
 * // what patrols found:
 * news.push(...fusion.hear(findingNews))
 * // a person's word (a visit):
 * news.push(...fusion.advance(word.atMs)); houses.applyEntry(word); houses.settle(); news.push(...fusion.takeWords())
 * // time:
 * news.push(...fusion.advance(clockMs))
 * ```
 *
 * Readings are weighed at full multiples of `times.roundS` after they came; records, words and time's ends at once.
 */
export interface FusionBook extends FusionQueries {
  /** Takes an observation that the house book has taken in already. One that was judged already says nothing. */
  observe(observation: Observation): SuspicionNews[]
  hear(news: FindingNews): SuspicionNews[]
  /** Weighs the houses of which the house book has heard something new. */
  takeWords(): SuspicionNews[]
  /** Lets time pass: evidence ages, deadlines and filings end. Never backwards. */
  advance(clockMs: number): SuspicionNews[]
  /** `advance` decides nothing before this clock; null: never. */
  nextDueMs(): number | null
  /** All state as JSON-safe data; later changes of the book do not reach it. */
  snapshot(): unknown
}

/** Devices in houses that are tallied, and finds that are remembered. */
const MAX_DEVICES = 20_000
const MAX_FINDS = 2_000
/** Records, visits and windows of days move slowly: so often is enough where nothing new is heard. */
const TURN_EVERY_MS = 4 * 3_600_000
const FUTURE_MS = 60_000

export function createFusionBook({
  table,
  timeZone,
  calendar,
  houses,
  buildingOf = () => undefined,
  snapshot,
}: FusionOptions): FusionBook {
  const state = restoreFusion(snapshot)
  const clock = createDayClock(timeZone, calendar)
  const tally = createTally(table)
  const neighbourhood = createNeighbourhood(houses)
  const assessor = createAssessor({ table, clock, houses, neighbourhood, tally, state })
  const roundEveryMs = table.times.roundS * 1000
  let due: number | null | undefined

  function take(deviceId: string, samples: readonly Sample[]): void {
    const house = houses.houseOf(deviceId, buildingOf(deviceId))?.id
    if (house === undefined) return
    let device = state.devices.get(deviceId)
    if (device === undefined) {
      if (state.devices.size >= MAX_DEVICES) {
        state.turnedAway++
        return
      }
      device = { house, channels: {} }
      state.devices.set(deviceId, device)
      assessor.forgetAll()
    }
    if (device.house !== house) assessor.forgetAll()
    device.house = house
    const oldest = state.day! - table.times.lateDays
    const heldMs = state.clockMs + FUTURE_MS
    const timed = samples.some(({ atMs }) => atMs > heldMs)
      ? samples.map((one) => (one.atMs > heldMs ? { ...one, atMs: state.clockMs } : one))
      : samples
    for (const sample of timed) {
      const day = clock.at(sample.atMs)
      if (day.day < oldest) state.lateSamples++
      else count(house, device, { day, sample, timed })
    }
    if (Object.keys(device.channels).length === 0 && state.devices.delete(deviceId)) assessor.forgetAll()
  }

  function count(
    house: string,
    device: TalliedDevice,
    { day, sample, timed }: { day: LocalDay; sample: Sample; timed: readonly Sample[] },
  ): void {
    const closings = tally.closings()
    const tells = tally.take(device, day, sample, timed)
    if (tally.closings() === closings) assessor.forget(house, day.day)
    else assessor.forget(house)
    if (tells) stain(house, day.day)
  }

  /** At the first thing that comes. What houses were filed of before there was this book is weighed in the first round. */
  function begin(): void {
    if (state.day !== null) return
    state.day = clock.at(state.clockMs).day
    due = undefined
    for (const { id } of houses.all()) if (houses.recordsOf(id).length > 0) state.dirty.set(id, new Set())
    state.roundMs = nextRoundMs()
  }

  function nextRoundMs(): number {
    return (Math.floor(state.clockMs / roundEveryMs) + 1) * roundEveryMs
  }

  function stain(house: string, day: number): void {
    if (state.dirty.size === 0) state.roundMs = nextRoundMs()
    const days = state.dirty.get(house)
    if (days === undefined) state.dirty.set(house, new Set([day]))
    else days.add(day)
    due = undefined
  }

  /** Houses in which something else was heard than before, and, where it is much more or less, the ones around them of which something is thought. */
  function round(): SuspicionNews[] {
    assessor.renew()
    const concerned = new Set<string>()
    for (const [house, days] of state.dirty) {
      const heard = state.heard.get(house) ?? {}
      let [isNew, isMuch] = [days.size === 0, days.size === 0]
      for (const day of days) {
        const before = heard[day]
        const now = heardOn(house, day)
        isNew ||= before?.exactly !== now.exactly
        isMuch ||= before?.roughly !== now.roughly
        heard[day] = now
      }
      state.heard.set(house, heard)
      if (isNew) concerned.add(house)
      if (!isMuch) continue
      for (const other of neighbourhood.around(house, widest(table))) if (state.houses.has(other)) concerned.add(other)
    }
    state.dirty.clear()
    return weighAll(concerned)
  }

  /** What says something only beside the rest is of no concern where nothing is thought of the house: doors open everywhere. */
  function heardOn(house: string, day: number): HeardMark {
    const all = assessor.sensedOf(house, day)?.kinds ?? []
    const kinds = state.houses.has(house) ? all : all.filter(({ kind }) => !table.sensed[kind].beside)
    return {
      exactly: kinds.map(({ kind, measure }) => `${kind} ${measure}`).join(),
      roughly: kinds.map(({ kind, measure }) => `${kind} ${Math.round(2 * Math.log2(measure))}`).join(),
    }
  }

  function weighAll(some: Iterable<string>): SuspicionNews[] {
    assessor.renew()
    return [...some].sort().flatMap(weighOne)
  }

  function weighOne(house: string): SuspicionNews[] {
    due = undefined
    const building = houses.building(house)
    const before = state.houses.get(house)
    if (building === null) return before === undefined ? [] : forget(house, before)
    const { cleared, found } = assessed(house, before)
    const { thought: decided, changes } = decide(table, clock, before ?? newThought(), found, state.clockMs)
    const thought = { ...decided, cleared }
    if (thought.state === 'quiet' && cleared === null) state.houses.delete(house)
    else state.houses.set(house, thought)
    const suspicion = changes.length === 0 ? null : toSuspicion(house, table, thought, found)
    return changes.map((change) => toNews(change, suspicion!))
  }

  function assessed(house: string, thought: HouseThought | undefined) {
    const cleared = assessor.clearedOf(house, thought?.cleared ?? null, state.clockMs)
    return { cleared, found: assessor.assess(house, cleared, state.clockMs) }
  }

  function toNews(change: SuspicionNews['change'], suspicion: Suspicion): SuspicionNews {
    const { seq, clockMs } = state
    const { address = '', position } = houses.building(suspicion.building) ?? {}
    return {
      ...{ kind: 'suspicion', seq, arrivalMs: clockMs, atMs: clockMs, change, suspicion, address },
      ...(position && { position }),
    }
  }

  /** The house was taken out of the register. */
  function forget(house: string, { state: was }: HouseThought): SuspicionNews[] {
    state.houses.delete(house)
    if (was === 'quiet') return []
    const prior = Math.log(table.prior.probability / (1 - table.prior.probability))
    return [toNews('settled', { building: house, state: 'quiet', probability: 0, prior, windows: [], evidence: [] })]
  }

  /** The oldest day can change no more, and what was heard on it counts no more. */
  function turnDay(): void {
    state.day = state.day! + 1
    const oldest = state.day - table.times.lateDays
    const keptFrom = state.day - table.times.keepDays
    const keptFromMs = clock.of(keptFrom).startMs
    for (const [id, device] of state.devices) {
      tally.forgetBefore(device, oldest)
      if (Object.values(device.channels).every(({ lastMs }) => lastMs < keptFromMs)) state.devices.delete(id)
    }
    assessor.forgetAll()
    for (const [house, { state: thought, cleared }] of state.houses)
      if (thought === 'quiet' && assessor.clearedOf(house, cleared, state.clockMs) === null) state.houses.delete(house)
    for (const [house, heard] of state.heard) {
      for (const day of Object.keys(heard)) if (Number(day) < oldest) delete heard[Number(day)]
      if (Object.keys(heard).length === 0) state.heard.delete(house)
    }
    for (const [id, { atMs }] of state.finds) if (clock.at(atMs).day < keptFrom) state.finds.delete(id)
  }

  function computeDue(): number | null {
    if (state.day === null) return null
    let next = clock.of(state.day).endMs
    if (state.dirty.size > 0) next = Math.min(next, state.roundMs)
    if (state.houses.size > 0) next = Math.min(next, (Math.floor(state.clockMs / TURN_EVERY_MS) + 1) * TURN_EVERY_MS)
    for (const { visitByMs, isOverdue } of state.houses.values())
      if (visitByMs !== undefined && !isOverdue && visitByMs > state.clockMs) next = Math.min(next, visitByMs)
    return next
  }

  function nextDueMs(): number | null {
    if (due === undefined) due = computeDue()
    return due
  }

  function advance(untilMs: number): SuspicionNews[] {
    const out: SuspicionNews[] = []
    if (state.day === null) {
      state.clockMs = Math.max(state.clockMs, untilMs)
      return out
    }
    for (let next = nextDueMs(); next !== null && next <= untilMs; next = nextDueMs()) {
      state.clockMs = next
      due = undefined
      if (next >= clock.of(state.day!).endMs) turnDay()
      if (state.dirty.size > 0 && next >= state.roundMs) out.push(...round())
      const isTurn = next % TURN_EVERY_MS === 0
      // A quiet house stays as it is until something is heard, seen, reported or filed there.
      const concerned = [...state.houses].filter(
        ([, one]) => one.visitByMs === next || (isTurn && one.state !== 'quiet'),
      )
      out.push(...weighAll(concerned.map(([house]) => house)))
    }
    state.clockMs = Math.max(state.clockMs, untilMs)
    return out
  }

  /** Neighbours of a house with a new or ended filing may have another explanation now. */
  function takeWords(): SuspicionNews[] {
    const changed = houses.takeChanged()
    if (changed.length === 0) return []
    begin()
    const around = changed.flatMap((house) => neighbourhood.around(house, table.causes.filed_nearby.withinM))
    return weighAll(new Set([...changed, ...around.filter((house) => state.houses.has(house))]))
  }

  function suspicionOf(building: string): Suspicion | null {
    if (houses.building(building) === null) return null
    assessor.renew()
    return look(building, state.houses.get(building) ?? newThought())
  }

  function look(building: string, thought: HouseThought): Suspicion {
    return toSuspicion(building, table, thought, assessed(building, thought).found)
  }

  return {
    observe(observation) {
      if (observation.seq <= state.seq) return []
      const out = advance(observation.arrivalMs)
      state.seq = observation.seq
      begin()
      if (observation.kind === 'readings') take(observation.deviceId, observation.samples)
      else if (observation.kind === 'vibration' && observation.state === 'analysed')
        take(observation.deviceId, observation.samples)
      return observation.kind === 'record' ? [...out, ...takeWords()] : out
    },
    hear({ finding, change, arrivalMs }) {
      const out = change === 'reviewed' ? [] : advance(arrivalMs)
      const { labels, withinM } = table.seen.debris
      const counts =
        labels.includes(finding.label) && finding.tentative !== true && !isDismissed(reviewStateOf(finding))
      const before = state.finds.get(finding.id)
      const near = counts && finding.position ? neighbourhood.near(finding.position, withinM) : []
      state.finds.delete(finding.id)
      if (near.length > 0)
        state.finds.set(finding.id, {
          id: finding.id,
          label: finding.label,
          fromMs: finding.firstMs,
          atMs: finding.lastMs,
          houses: near,
        })
      if (state.finds.size > MAX_FINDS) state.finds.delete(state.finds.keys().next().value!)
      begin()
      return [...out, ...weighAll(new Set([...(before?.houses ?? []), ...near]))]
    },
    takeWords,
    advance,
    nextDueMs,
    suspicionOf,
    ranking({ state: wanted, limit, cursor }) {
      assessor.renew()
      const all = [...state.houses].filter(
        ([id, one]) => one.state !== 'quiet' && (wanted ?? one.state) === one.state && houses.building(id) !== null,
      )
      const ranked = all
        .map(([id, one]) => look(id, one))
        .sort((a, b) => b.probability - a.probability || (a.building < b.building ? -1 : 1))
      const from = Math.max(0, Number.parseInt(cursor ?? '0', 10) || 0)
      const next = from + limit
      return { items: ranked.slice(from, next), ...(next < ranked.length && { nextCursor: String(next) }) }
    },
    present() {
      assessor.renew()
      return [...state.houses]
        .filter(
          ([id, one]) =>
            (one.state === 'likely' || one.state === 'approved' || one.state === 'confirmed') &&
            houses.building(id) !== null,
        )
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([id, one]) => toNews('weighed', look(id, one)))
    },
    levelsOf(building) {
      assessor.renew()
      const { pieces } = assessed(building, state.houses.get(building)).found
      return Object.fromEntries(pieces.filter(({ level }) => level > 0).map(({ kind, level }) => [kind, level]))
    },
    measurements: () => measureFusion(state),
    snapshot: () => rememberFusion(state),
  }
}

function widest({ sensed, causes }: EvidenceTable): number {
  return Math.max(causes.road_works.withinM, ...Object.values(sensed).map(({ withinM }) => withinM))
}
