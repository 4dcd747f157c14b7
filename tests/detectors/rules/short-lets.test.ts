import { describe, expect, it, test } from 'vitest'
import type { SampleContext, SampleJudge } from '../../../detectors/rules/rule.ts'
import { isShortLet, presenceOf, TENANCIES, type Tenancy } from '../../../simulators/quarter/tenancies.ts'
import { randomAt } from '../../../simulators/random.ts'
import { aDevice, aReading, engineOf, objectionsTo, ruleOf } from './play.ts'

const RULE = 'kind: short-lets, where: { metric: occupied }, above: 4, severity: warning'
const OFFSET_MS = 8 * 3_600_000
const DAY_MS = 86_400_000
const STEP_MS = 30 * 60_000
const FIRST_DAY = 20_500
/** Another than the one that the limits were chosen with. */
const SEED = 101
const HOUSES = 8

function judgeOf(lines: string): SampleJudge {
  return ruleOf(lines).rules[0]!.judge as SampleJudge
}

const NOBODY_ASKS = {} as SampleContext
const hourOf = (atMs: number) => ((atMs + OFFSET_MS) % DAY_MS) / 3_600_000

/** What a sensor says of a moment; null: nothing. */
type Sensor = (isThere: boolean, atMs: number, house: string) => number | null

const SENSORS: Record<string, Sensor> = {
  presence: (isThere) => Number(isThere),
  /** Sees nobody who sleeps, and those who are up four times out of five. */
  motion: (isThere, atMs, house) =>
    Number(isThere && hourOf(atMs) >= 7 && hourOf(atMs) < 23 && randomAt(3, house, 'moves', atMs) < 0.8),
  /** kW: what runs by itself, and what people switch on. */
  power: (isThere, atMs, house) => {
    const isUp = isThere && hourOf(atMs) >= 7 && hourOf(atMs) < 23
    return 0.05 + 0.12 * randomAt(5, house, 'fridge', atMs) + (isUp ? 0.1 + 0.8 * randomAt(5, house, 'up', atMs) : 0)
  },
  /** A tenth of the days are missing. */
  interrupted: (isThere, atMs, house) =>
    randomAt(4, house, 'away', Math.floor(atMs / DAY_MS)) < 0.1 ? null : Number(isThere),
}

/** Whether a house was ever told of in a year. */
function isTold(tenancy: Tenancy, house: string, sensor: Sensor, judge: SampleJudge): boolean {
  const times = presenceOf(tenancy, SEED, house, FIRST_DAY, 365)
  const memory: number[] = []
  const startMs = FIRST_DAY * DAY_MS - OFFSET_MS
  let i = 0
  let level = 0
  for (let atMs = startMs; atMs < startMs + 365 * DAY_MS; atMs += STEP_MS) {
    while (i < times.length && times[i]!.toMs <= atMs) i++
    const value = sensor(i < times.length && times[i]!.fromMs <= atMs, atMs, house)
    if (value === null) continue
    judge.remember(memory, atMs, value, NOBODY_ASKS)
    level = judge.levelOf(judge.measure(memory, atMs, value, NOBODY_ASKS) ?? 0, level, memory)
    if (level > 0) return true
  }
  return false
}

function toldOf(tenancies: readonly Tenancy[], sensor: Sensor, lines = `${RULE}, hold: 45m`): number {
  const judge = judgeOf(lines)
  const houses = Array.from({ length: HOUSES }, (_, i) => `house-${i}`)
  return tenancies.flatMap((tenancy) => houses.filter((house) => isTold(tenancy, house, sensor, judge))).length
}

describe('in simulated years', () => {
  const innocent = TENANCIES.filter((tenancy) => !isShortLet(tenancy))

  test.each([
    ['presence', RULE],
    ['motion', RULE],
    ['power', `${RULE}, somebodyAbove: 0.2`],
  ])('by %s, houses that are let by the night are told of, and households are not', (name, lines) => {
    const told = (tenancies: readonly Tenancy[]) => toldOf(tenancies, SENSORS[name]!, `${lines}, hold: 45m`)
    const wrong = told(innocent)
    const right = told(['short-let', 'quiet-short-let'])
    expect(right / (2 * HOUSES)).toBeGreaterThanOrEqual(0.95)
    expect(right / (right + wrong)).toBeGreaterThanOrEqual(0.9)
  })

  it('guests who follow each other without a vacant night are found in most houses', () => {
    const right = toldOf(['full-short-let'], SENSORS.presence!)
    expect(right).toBeGreaterThanOrEqual(0.6 * HOUSES)
  })

  it('a sensor that is silent on a tenth of the days is enough for nearly all', () => {
    expect(toldOf(['short-let', 'quiet-short-let'], SENSORS.interrupted!)).toBeGreaterThanOrEqual(0.9 * 2 * HOUSES)
    expect(toldOf(innocent, SENSORS.interrupted!)).toBe(0)
  })
})

/** Nights of a house in which people come at five and leave at ten; with somebody at noon on the days marked. */
function nightsOf(track: string): { atMs: number; value: number }[] {
  const startMs = FIRST_DAY * DAY_MS - OFFSET_MS
  return Array.from({ length: track.length * 48 - 18 }, (_, k) => {
    const i = k + 18
    const local = i / 2 - 9
    const day = Math.floor(local / 24)
    const hour = (local % 24) + 9
    const isNight = hour >= 17 && '#%'.includes(track[day] ?? '.')
    const isMorning = hour < 10 && '#%'.includes(track[day - 1] ?? '.')
    const isCleaned = hour >= 12 && hour < 14 && ':%'.includes(track[day] ?? '.')
    return { atMs: startMs + i * STEP_MS, value: isNight || isMorning || isCleaned ? 1 : 0 }
  })
}

/** Stays that count, and those that there were. */
function staysIn(track: string, lines = RULE) {
  const judge = judgeOf(`${lines}, hold: 45m`)
  const memory: number[] = []
  for (const { atMs, value } of nightsOf(`${track}..`)) judge.remember(memory, atMs, value, NOBODY_ASKS)
  const { value, params } = judge.reasonOf(judge.measure(memory, 0, 0, NOBODY_ASKS)!, 1, memory)
  return { counted: value, shortStays: params?.shortStays }
}

describe('a stay', () => {
  test.each([
    ['is some nights between vacant ones, with somebody by day before the next', '..##:...', 1],
    ['is none where nobody came between', '..##....', 0],
    ['may be cleaned after on the day of the next arrival', '..##..%#:...', 2],
    ['is not five nights', '..#####:...', 0],
    ['is counted each time', '.#:..##:.#:....###:..', 4],
    ['is not counted while it goes on', '....##', 0],
    ['of which the beginning is not known is not counted', '##:......', 0],
  ])('%s', (_, track, stays) => {
    expect(staysIn(track).shortStays).toBe(stays)
  })

  it('is forgotten after a month', () => {
    expect(staysIn(`.##:${'.'.repeat(22)}`).shortStays).toBe(1)
    expect(staysIn(`.##:${'.'.repeat(30)}`).shortStays).toBe(0)
  })

  it('is nothing where each week is like the one before', () => {
    expect(staysIn('...##:....##:....##:....##:..')).toEqual({ counted: 0, shortStays: 4 })
    expect(staysIn('...##:.##:......##:..#:...#:.')).toEqual({ counted: 5, shortStays: 5 })
  })
})

it('a house of which nothing was heard for months begins anew', () => {
  const judge = judgeOf(`${RULE}, hold: 45m`)
  const memory: number[] = []
  for (const { atMs, value } of nightsOf('.#:..##:.#:....###:....')) judge.remember(memory, atMs, value, NOBODY_ASKS)
  const laterMs = (FIRST_DAY + 200) * DAY_MS
  judge.remember(memory, laterMs, 0, NOBODY_ASKS)
  expect(judge.measure(memory, laterMs, 0, NOBODY_ASKS)).toBe(0)
  expect(memory.length).toBeLessThan(10)
})

it('says how many nights of what, and is not about houses whose registered use is another', () => {
  const lines = `${RULE}, hold: 45m, only: [{ attribute: buildingUse, isNot: ['*民宿*', 酒店] }]`
  const signalsFor = (attributes: Record<string, string>) => {
    const engine = engineOf(ruleOf(lines), [aDevice({ attributes })])
    const track = '.#:..##:.#:....###:..#:..##:..'
    return nightsOf(track).flatMap(({ atMs, value }, i) =>
      engine.observe(aReading(i + 1, (atMs - 1_700_000_000_000) / 1000, { occupied: value })),
    )
  }
  expect(signalsFor({ buildingUse: '民宿 (一楼)' })).toEqual([])
  expect(signalsFor({ buildingUse: '居住' })).not.toEqual([])
  expect(signalsFor({})[0]).toMatchObject({
    severity: 'warning',
    reason: {
      ...{ code: 'short_lets', metric: 'occupied', value: 5, limit: 4 },
      params: { days: 30, shortStays: 5, unknownNights: 0 },
    },
  })
})

it.each([
  ['within: 1d', 'within must be from 3 to 90 days'],
  ['hold: 0s', 'hold must be longer than nothing'],
  ['only: [{ attribute: buildingUse }]', 'only needs is or isNot: which values of the attribute are meant'],
])('refuses %s', (part, message) => {
  expect(objectionsTo(`${RULE}, ${part}`)).toEqual([message])
})
