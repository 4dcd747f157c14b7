import type { Finding, FindingChange } from '../../core/finding.ts'
import type { Coverage } from '../../core/patrol.ts'
import type { FlightTruth } from './flight-truth.ts'
import type { ObjectLabel, PlacedObject } from './ground-object.ts'
import { isSmeared } from './patrol-flight.ts'
import { distanceM, type Ground } from './plane.ts'

/** What a service made of two flights. */
export interface PatrolOutcome {
  /** Those that are believed. */
  findings: Finding[]
  /** What it said of each, oldest first. */
  changes: { findingId: string; change: FindingChange; flight: 0 | 1 }[]
  /** One for each flight. */
  coverages: (Pick<Coverage, 'gaps'> | undefined)[]
}

/** What became of an object between the flights: truth, or what was said of it. */
export type Became = 'stayed' | 'gone' | 'grown' | 'new'

export interface PatrolScore {
  /** Things that a good picture of one of the flights showed whole. */
  objects: number
  /** With exactly one finding; of what moves about by itself, one for each flight that saw it. */
  once: number
  /** Findings beyond the first of a thing; of what moves about by itself, beyond one for each flight. */
  split: number
  /** Things without a finding, beside one of the same class that has been given to another thing. */
  merged: number
  missed: number
  /** Findings where nothing of the class is, not even a part of a thing at a picture's edge. */
  false: number
  /** Of findings with a thing. */
  positionErrorM: { median: number; p90: number }
  byLabel: Record<string, { objects: number; found: number; false: number }>
  /** Metres of river, over both flights. */
  gaps: { trueM: number; foundM: number; falseM: number }
  /** Of things with exactly one finding that the second flight could tell about. */
  fates: { right: number; wrong: { id: string; is: Became; said: Became }[] }
}

/** A finding may be this far from a thing's edge to be of it: a few times what a receiver errs by. */
const NEAR_M = 7
/** A merged thing's finding is within this. */
const MERGED_M = 15
/** These move about by themselves: what a week makes of them says nothing. */
const MOVERS: ReadonlySet<string> = new Set<ObjectLabel>(['person', 'boat'])

interface Thing {
  object: PlacedObject
  /** Seen whole and sharp on the flight. */
  isShown: [boolean, boolean]
  /** It was there. */
  isThere: [boolean, boolean]
  /** The flight took a good picture of its place. */
  isLookedAt: [boolean, boolean]
}

/** Compares what was found with what was there. */
export function judgePatrol(truths: readonly [FlightTruth, FlightTruth], outcome: PatrolOutcome): PatrolScore {
  const all = thingsOf(truths)
  const things = all.filter(({ isShown }) => isShown[0] || isShown[1])
  const { plane } = truths[0].order.course
  const findings = outcome.findings.map((finding) => ({
    finding,
    at: finding.position && plane.toGround(finding.position),
  }))
  const given = findings.map(({ finding, at }) => ({ finding, at, thing: nearest(all, finding.label, at) }))
  const of = (thing: Thing) => given.filter((pair) => pair.thing === thing)
  const errors = given.flatMap(({ at, thing }) =>
    at && thing && things.includes(thing) ? [distanceM(at, thing.object)] : [],
  )
  const lone = things.filter((thing) => of(thing).length === 0)
  const merged = lone.filter((thing) => findings.some(({ finding, at }) => isNear(thing, finding.label, at, MERGED_M)))
  const single = things.filter((thing) => of(thing).length > 0 && of(thing).length <= wantedOf(thing))
  const surplus = things.map((thing) => Math.max(0, of(thing).length - wantedOf(thing)))
  return {
    objects: things.length,
    once: single.length,
    split: surplus.reduce((sum, more) => sum + more, 0),
    merged: merged.length,
    missed: lone.length - merged.length,
    false: given.filter(({ thing }) => !thing).length,
    positionErrorM: { median: quantile(errors, 0.5), p90: quantile(errors, 0.9) },
    byLabel: byLabel(things, given, lone),
    gaps: judgeGaps(truths, outcome),
    fates: judgeFates(
      single.map((thing) => ({ thing, finding: of(thing)[0]!.finding })),
      outcome,
    ),
  }
}

function thingsOf(truths: readonly [FlightTruth, FlightTruth]): Thing[] {
  const ids = new Set(truths.flatMap(({ objects }) => objects.map(({ id }) => id)))
  return [...ids].map((id) => {
    const objects = truths.map((truth) => truth.objects.find((object) => object.id === id)) as [
      PlacedObject | undefined,
      PlacedObject | undefined,
    ]
    const [first, second] = objects
    const object = (first ?? second)!
    const shows = (truth: FlightTruth) =>
      truth.pictures.some(
        (picture) =>
          isGood(picture) &&
          truth.shown.get(picture.number)!.some(({ objectId, share }) => objectId === id && share === 1),
      )
    const looks = ({ order, gaps }: FlightTruth) => {
      const alongM = order.course.alongM(object)
      const isPlanned = order.fromM <= alongM && alongM <= order.toM
      return isPlanned && !gaps.some(({ fromM, toM }) => fromM - 3 <= alongM && alongM <= toM + 3)
    }
    return {
      object,
      isShown: [shows(truths[0]), shows(truths[1])],
      isThere: [first !== undefined, second !== undefined],
      isLookedAt: [looks(truths[0]), looks(truths[1])],
    }
  })
}

/** How many findings a thing may have: what moves about is another one a week later. */
function wantedOf({ object, isShown }: Thing): number {
  return MOVERS.has(object.label) ? isShown.filter(Boolean).length : 1
}

function isGood(picture: FlightTruth['pictures'][number]): boolean {
  return picture.arrivesMs !== null && !isSmeared(picture)
}

function nearest(things: Thing[], label: string, at: Ground | undefined): Thing | undefined {
  const near = things.filter((thing) => isNear(thing, label, at, NEAR_M))
  return near.sort((a, b) => distanceM(a.object, at!) - distanceM(b.object, at!))[0]
}

function isNear({ object }: Thing, label: string, at: Ground | undefined, withinM: number): boolean {
  return object.label === label && at !== undefined && distanceM(object, at) <= withinM + object.reachM
}

function byLabel(things: Thing[], given: { finding: Finding; thing: Thing | undefined }[], lone: Thing[]) {
  const labels = new Set([...things.map(({ object }) => object.label), ...given.map(({ finding }) => finding.label)])
  return Object.fromEntries(
    [...labels].sort().map((label) => {
      const own = things.filter(({ object }) => object.label === label)
      const wrong = given.filter(({ finding, thing }) => finding.label === label && !thing).length
      return [label, { objects: own.length, found: own.filter((thing) => !lone.includes(thing)).length, false: wrong }]
    }),
  )
}

/** Metre by metre along the planned stretch. */
function judgeGaps(truths: readonly [FlightTruth, FlightTruth], { coverages }: PatrolOutcome): PatrolScore['gaps'] {
  const sum = { trueM: 0, foundM: 0, falseM: 0 }
  for (const [i, { order, gaps }] of truths.entries()) {
    const said = coverages[i]?.gaps ?? []
    for (let metre = order.fromM; metre < order.toM; metre++) {
      const within = ({ fromM, toM }: { fromM: number; toM: number }) => fromM <= metre + 0.5 && metre + 0.5 <= toM
      const [is, isSaid] = [gaps.some(within), said.some(within)]
      if (is) sum.trueM++
      if (is && isSaid) sum.foundM++
      if (!is && isSaid) sum.falseM++
    }
  }
  return sum
}

function judgeFates(pairs: { thing: Thing; finding: Finding }[], { changes }: PatrolOutcome): PatrolScore['fates'] {
  const score: PatrolScore['fates'] = { right: 0, wrong: [] }
  for (const { thing, finding } of pairs) {
    const is = becameOf(thing)
    if (is === null) continue
    const said = saidOf(finding, changes)
    if (is === said) score.right++
    else score.wrong.push({ id: thing.object.id, is, said })
  }
  return score
}

/** Null where the second flight could not tell. */
function becameOf({ object, isShown, isThere, isLookedAt }: Thing): Became | null {
  if (MOVERS.has(object.label)) return null
  if (isThere[0] && !isThere[1]) return isShown[0] && isLookedAt[1] ? 'gone' : null
  if (!isThere[0]) return isShown[1] ? 'new' : null
  if (!isShown[0] || !isShown[1]) return null
  return object.grows === true ? 'grown' : 'stayed'
}

function saidOf(finding: Finding, changes: PatrolOutcome['changes']): Became {
  const own = changes.filter(({ findingId }) => findingId === finding.id)
  if (finding.presence === 'gone') return 'gone'
  if (own.some(({ change, flight }) => change === 'grown' && flight === 1)) return 'grown'
  return own.some(({ change, flight }) => change === 'opened' && flight === 1) ? 'new' : 'stayed'
}

function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}
