import type { BacktestReport } from '../../../core/backtest-report.ts'
import type { Device } from '../../../core/device.ts'
import type { FloodLimits } from '../../../core/flood.ts'
import { toGlob } from '../../../core/glob.ts'
import type { Observation } from '../../../core/observation.ts'
import type { Signal } from '../../../core/signal.ts'
import { loadClasses } from '../../patrol/parse-classes.ts'
import { createPatrolBook, type PatrolBook } from '../../patrol/patrol-book.ts'
import { around } from '../../patrol/patrol-judge.ts'
import { createPatrolMap, type PatrolMap } from '../../patrol/patrol-map.ts'
import { DEFAULT_SETTINGS, FIXED_CAMERAS } from '../../patrol/settings.ts'
import type { Times } from '../engine/restore-engine.ts'
import { createRuleEngine, type RuleEngine } from '../engine/rule-engine.ts'
import type { RuleSet } from '../rule.ts'
import { compareEpisodes } from './compare-episodes.ts'
import { FLOOD_LIMITS } from './flood-count.ts'
import { splitSets } from './split-sets.ts'
import { createTally, type Tally } from './tally.ts'

export interface BacktestOptions {
  /** The rules to be tried. */
  rules: RuleSet
  /** The rules in force, to compare with; null to compare with nothing. */
  inForce: RuleSet | null
  /** Both sets are judged among the same places and calendars, so that what they share needs to be judged once only. */
  sameSurroundings?: boolean
  devices: readonly Device[]
  /** Judging begins here. What is raised before `fromMs` is not counted, but may be under way then. */
  judgedFromMs: number
  fromMs: number
  toMs: number
  /** How late is late, and how old is history; as the engine that judges live has them. */
  times?: Partial<Times>
  flood?: FloodLimits
  dayOf(ms: number): string
  /** Rivers, reaches and masks of patrols. Absent: none. */
  map?: PatrolMap
  /** Where a signal comes from when its device does not say. */
  placeOf?(signal: Signal): string | undefined
}

/** History judged once more, by other rules. */
export interface Backtest {
  /** Observations in order of arrival, numbered from 1, between `judgedFromMs` and `toMs`. */
  observe(observation: Observation): void
  /** Lets time pass to the end and counts. Call it once. */
  finish(): BacktestReport
}

/**
 * Judges observations by one or two sets of rules through the engine that judges live, on their own arrival times: no
 * clock is asked. A device is known from its registration on, as it was live, or from its first word where that was
 * filled in for a time before; all that were registered before the beginning count as heard at the beginning. Findings
 * are made anew of the pictures of that time, as what came before and what people said of them is not looked at.
 */
export function createBacktest(options: BacktestOptions): Backtest {
  const { rules, inForce, devices, judgedFromMs, fromMs, toMs } = options
  const registry = createUnrollingRegistry(devices, judgedFromMs)
  const after = { engine: openEngine(rules, registry, options), tally: tallyOf(rules, options) }
  const before = inForce === null || inForce.version === rules.version ? null : openBefore(inForce)
  const patrol = openPatrol(rules, registry, options)
  let observations = 0
  let readings = 0
  const heard = new Set<string>()

  function openBefore(set: RuleSet) {
    const split = options.sameSurroundings === true ? splitSets(rules, set) : null
    return { split, engine: openEngine(split?.rest ?? set, registry, options), tally: tallyOf(set, options) }
  }

  /** Lets both sets of rules judge something. */
  function judge(by: (engine: RuleEngine) => Signal[]): void {
    const told = by(after.engine)
    after.tally.take(told)
    if (before === null) return
    const { split, engine, tally } = before
    const others = by(engine)
    tally.take(
      split === null
        ? others
        : inOrder(
            told.filter(({ rule }) => split.isShared(rule)),
            others,
          ),
    )
  }

  return {
    observe(observation) {
      for (const device of registry.passTo(observation.arrivalMs, observation.deviceId)) {
        after.engine.deviceRegistered(device)
        before?.engine.deviceRegistered(device)
      }
      const { before: told, after: made } = around(observation, patrol?.observe(observation) ?? [])
      for (const news of told) judge((engine) => engine.hear(news))
      judge((engine) => engine.observe(observation))
      for (const news of made) judge((engine) => engine.hear(news))
      observations++
      heard.add(observation.deviceId)
      if (observation.kind === 'readings') readings += observation.samples.length
    },
    finish() {
      // What is due at the very end belongs to the time after it.
      for (const news of patrol?.advance(toMs - 1) ?? []) judge((engine) => engine.hear(news))
      judge((engine) => engine.advance(toMs - 1))
      const old = inForce === null ? null : (before?.tally ?? after.tally)
      return {
        ...{ fromMs, toMs, judgedFromMs, observations, readings, devices: heard.size },
        after: after.tally.report(),
        before: old === null ? null : old.report(),
        diff: old === null ? null : compare(old, after.tally),
      }
    },
  }
}

/** Most often one of them is empty. */
function inOrder(some: Signal[], others: Signal[]): Signal[] {
  if (some.length === 0) return others
  if (others.length === 0) return some
  return [...some, ...others].sort((a, b) => a.order.clockMs - b.order.clockMs)
}

function compare(before: Tally, after: Tally) {
  const old = before.episodes()
  const fresh = after.episodes()
  return compareEpisodes(old.list, fresh.list, old.complete && fresh.complete)
}

function openEngine(rules: RuleSet, { get, all }: UnrollingRegistry, options: BacktestOptions): RuleEngine {
  const { judgedFromMs, times } = options
  const engine = createRuleEngine({ rules, device: get, devices: all, ...(times && { times }) })
  engine.resumeAt(judgedFromMs)
  return engine
}

/** Null where no rule asks for findings: patrols cost time. */
function openPatrol(rules: RuleSet, { get }: UnrollingRegistry, { inForce, map }: BacktestOptions): PatrolBook | null {
  const isAsked = [rules, inForce].some((set) => set?.rules.some(({ judge }) => judge.input === 'findings'))
  if (!isAsked) return null
  const isFixed = toGlob(FIXED_CAMERAS)
  return createPatrolBook({
    settings: { ...DEFAULT_SETTINGS, classes: loadClasses() },
    map: map ?? createPatrolMap([]),
    isDrone: (id) => !isFixed(get(id)?.type),
  })
}

function tallyOf(rules: RuleSet, { devices, placeOf, ...options }: BacktestOptions): Tally {
  const places = new Map(devices.map(({ id, place }) => [id, place]))
  return createTally({
    ...{ rules, fromMs: options.fromMs, toMs: options.toMs, dayOf: options.dayOf },
    flood: options.flood ?? FLOOD_LIMITS,
    placeOf: (signal) =>
      placeOf?.(signal) ?? places.get(signal.subject.device ?? signal.seenBy ?? '') ?? signal.subject.place ?? '',
  })
}

/** The registry as it grew: who was not registered yet, and has not spoken yet, is not known yet. */
interface UnrollingRegistry {
  get(id: string): Device | undefined
  all(): Device[]
  /** Lets time pass to a moment at which `speaker` speaks; gives those that became known. */
  passTo(ms: number, speaker?: string): Device[]
}

function createUnrollingRegistry(devices: readonly Device[], startMs: number): UnrollingRegistry {
  /** Last registered first, so that the next one is the last of the list. */
  const coming = devices.toSorted((a, b) => b.registeredAtMs - a.registeredAtMs)
  const unknown = new Map(devices.map((device) => [device.id, device]))
  const known = new Map<string, Device>()
  const none: Device[] = []
  const nextMs = () => coming.at(-1)?.registeredAtMs ?? Number.POSITIVE_INFINITY

  function meet(device: Device): Device[] {
    if (!unknown.delete(device.id)) return none
    known.set(device.id, device)
    return [device]
  }

  function passTo(ms: number, speaker = ''): Device[] {
    let met = none
    while (nextMs() <= ms) met = [...met, ...meet(coming.pop()!)]
    const early = unknown.size > 0 ? unknown.get(speaker) : undefined
    return early === undefined ? met : [...met, ...meet({ ...early, registeredAtMs: ms })]
  }

  passTo(startMs)
  return { get: (id) => known.get(id), all: () => [...known.values()], passTo }
}
