// What warnings were worth, from what was said and what was true. Pure.

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** A warning within so long after works ended is still of them. */
const GRACE_MS = 3 * DAY_MS
/** So long after it a story may still have caused a warning. */
const ECHO_MS = 8 * DAY_MS
/** As far as works are felt, in houses. */
const REACH = 2
const PAPER = /^(lease|scope|owner|account|works)\./
const BINS = [0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1]

/** Wilson's interval of a share, 95 %. */
export function wilson(hits, all) {
  if (all === 0) return { share: null, low: 0, high: 1 }
  const [z, share] = [1.96, hits / all]
  const middle = (share + z ** 2 / (2 * all)) / (1 + z ** 2 / all)
  const half = (z / (1 + z ** 2 / all)) * Math.sqrt((share * (1 - share)) / all + z ** 2 / (4 * all ** 2))
  return { share, low: Math.max(0, middle - half), high: Math.min(1, middle + half) }
}

/** Value below which a share of sorted numbers lies, by linear interpolation; null of none. */
export function quantile(values, share) {
  if (values.length === 0) return null
  const sorted = [...values].sort((a, b) => a - b)
  const at = share * (sorted.length - 1)
  const below = Math.floor(at)
  return sorted[below] + (at - below) * ((sorted[below + 1] ?? sorted[below]) - sorted[below])
}

/** Counts over lanes as `playLane` gives them; `isUnfiled(stories, house, atMs, graceMs)` is the truth. */
export function scoreLanes(lanes, isUnfiled) {
  const works = lanes.flatMap((lane) => judgeWorks(lane))
  const warnings = lanes.flatMap((lane) => lane.warnings.map((one) => judgeWarning(lane, one, isUnfiled)))
  const counted = works.filter(({ fate }) => fate !== 'known')
  const early = works.filter(({ fate }) => fate === 'early')
  const shareOf = (some, isHit) => {
    const hits = some.filter(isHit).length
    return { hits, all: some.length, ...wilson(hits, some.length) }
  }
  const recallOf = (some) => shareOf(some, ({ fate }) => fate === 'early')
  const right = warnings.filter(({ isRight }) => isRight)
  const houseYears = lanes.reduce((sum, { watched }) => sum + watched.length, 0)
  return {
    houseYears,
    works,
    recall: recallOf(counted),
    /** Of crews who work little and at odd hours, and of all others. */
    careful: recallOf(counted.filter((one) => one.careful)),
    others: recallOf(counted.filter((one) => !one.careful)),
    late: counted.filter(({ fate }) => fate === 'late').length,
    missed: counted.filter(({ fate }) => fate === 'missed'),
    known: works.length - counted.length,
    precision: shareOf(warnings, ({ isRight }) => isRight),
    warnings,
    falseByStory: countBy(
      warnings.filter(({ isRight }) => !isRight),
      ({ cause }) => cause,
    ),
    falsePerHouseYear: (warnings.length - right.length) / houseYears,
    leadHours: [0.1, 0.25, 0.5, 0.75, 0.9].map((share) =>
      quantile(
        early.map(({ leadH }) => leadH),
        share,
      ),
    ),
    byRecordsAlone: warnings.filter(({ isPaper }) => isPaper).length,
    reliability: reliabilityOf(lanes.flatMap(({ dayEnds }) => dayEnds)),
  }
}

/** Of each unfiled renovation in a watched house whether, and how long before the wall, somebody was warned. */
function judgeWorks({ seed, stories, watched, warnings, dayEnds }) {
  const unfiled = stories.filter(({ kind, house }) => kind === 'unfiled_works' && watched.includes(house))
  return unfiled.map(({ id, house, works }) => {
    const { beginMs, demolitionMs, endMs, careful, paper } = works
    const own = warnings.filter((one) => one.house === house && one.atMs < endMs + GRACE_MS && one.untilMs > beginMs)
    const atMs = Math.max(beginMs, Math.min(...own.map((one) => one.atMs)))
    const facts = {
      seed,
      id,
      house,
      careful,
      paper,
      leadH: (demolitionMs - atMs) / HOUR_MS,
      daysToWall: (demolitionMs - beginMs) / DAY_MS,
    }
    if (atMs < demolitionMs) return { ...facts, fate: 'early' }
    const before = dayEnds.findLast((one) => one.house === house && dayEndMs(one) <= beginMs)
    if (before?.state === 'confirmed') return { ...facts, fate: 'known' }
    return { ...facts, fate: own.length > 0 ? 'late' : 'missed' }
  })
}

const YEAR_FROM_MS = Date.UTC(2024, 11, 31, 16)

function dayEndMs({ day }) {
  return YEAR_FROM_MS + (day + 1) * DAY_MS
}

function judgeWarning({ stories }, { seed, house, atMs, probability, evidence }, isUnfiled) {
  const isRight = isUnfiled(stories, house, atMs, GRACE_MS)
  const speaking = evidence.filter(({ weight }) => weight > 0)
  const isPaper = speaking.every(({ kind }) => PAPER.test(kind))
  return {
    seed,
    house,
    atMs,
    probability,
    evidence,
    isRight,
    isPaper,
    cause: isRight ? null : causeOf(stories, house, atMs),
  }
}

const OWN_FIRST = ['filed_works', 'unfiled_works', 'refit', 'tenant', 'handyman']

/** What most likely made somebody believe it: something in the house itself, a broken sensor, neighbours, the lane. */
function causeOf(stories, house, atMs) {
  const near = stories.filter(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs + ECHO_MS)
  const own = near.filter((story) => story.house === house)
  const inHouse = OWN_FIRST.map((kind) => own.find((story) => story.kind === kind)).find((story) => story !== undefined)
  if (inHouse !== undefined) return `${inHouse.kind} in the house`
  const isBeside = ({ house: of, works }) => works !== undefined && of !== null && Math.abs(of - house) <= REACH
  const neighbour = near.find(isBeside)
  if (neighbour !== undefined) return `${neighbour.kind} next door`
  const fault = own.find(({ kind }) => kind === 'sensor_fault')
  if (fault !== undefined) return `sensor fault: ${fault.fault}`
  const lane = near.find(({ kind }) => kind === 'road_works') ?? near.find(({ kind }) => kind === 'festival')
  return lane?.kind ?? own[0]?.kind ?? 'ordinary life'
}

/** How often works went on when a probability was said, over all house-days but those on which a visit had found works already. */
export function reliabilityOf(dayEnds) {
  const told = dayEnds.filter(({ state }) => state !== 'confirmed')
  const bins = BINS.slice(0, -1).map((from, i) => {
    const within = told.filter(
      ({ probability: p }) => p >= from && (p < BINS[i + 1] || (i === BINS.length - 2 && p <= 1)),
    )
    const days = within.length
    const share = (of) => (days === 0 ? null : within.reduce((sum, one) => sum + of(one), 0) / days)
    return {
      from,
      to: BINS[i + 1],
      days,
      said: share((one) => one.probability),
      was: share((one) => Number(one.isTrue)),
    }
  })
  const off = (some) => {
    const all = some.reduce((sum, { days }) => sum + days, 0)
    return all === 0
      ? 0
      : some.reduce((sum, { days, said, was }) => sum + (days === 0 ? 0 : (days / all) * Math.abs(said - was)), 0)
  }
  return {
    bins,
    days: told.length,
    brier: told.reduce((sum, { probability, isTrue }) => sum + (probability - Number(isTrue)) ** 2, 0) / told.length,
    /** Expected calibration error; `raised` of days of which at least 0.05 was said. */
    error: off(bins),
    raised: off(bins.filter(({ from }) => from >= 0.05)),
  }
}

function countBy(all, keyOf) {
  const counts = {}
  for (const one of all) counts[keyOf(one)] = (counts[keyOf(one)] ?? 0) + 1
  return counts
}
