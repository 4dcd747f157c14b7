import { describe, expect, it, test } from 'vitest'
import type { BuildingFileView, HouseLimitView, HouseRiskView, SummaryView } from '../../dashboards/house-contract.ts'
import type { KnownTrendView, TrendView } from '../../dashboards/trend-contract.ts'
import { factWords, percentOf } from '../../dashboards/web/evidence/words.ts'
import { zh as evidenceZh } from '../../dashboards/web/evidence/zh.ts'
import { chosenLimit, curvesOf, linesOf, marksOf, toSummarySeries } from '../../dashboards/web/heritage/charts.ts'
import { lackingOf } from '../../dashboards/web/heritage/equipment.ts'
import { partWords } from '../../dashboards/web/heritage/house-words.ts'
import { monthsBack } from '../../dashboards/web/heritage/months.ts'
import { planOf } from '../../dashboards/web/heritage/plan.ts'
import { countOf, dueOf, filtered, shownRisk, signOf } from '../../dashboards/web/heritage/ranking.ts'
import { trendWords } from '../../dashboards/web/heritage/trend-words.ts'
import type { HeritageTranslate } from '../../dashboards/web/heritage/words.ts'
import { zh } from '../../dashboards/web/heritage/zh.ts'
import { createTimes } from '../../dashboards/web/words/times.ts'

const HOUR_MS = 3_600_000
const NOW = Date.UTC(2026, 10, 22, 4)
const times = createTimes('zh', 'Asia/Shanghai')

/** Looks words up as the page does. */
const t = ((key: string, blanks: Record<string, string | number> = {}) =>
  ({ ...zh, ...evidenceZh })[key as keyof typeof zh].replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) =>
    String(blanks[name]),
  )) as HeritageTranslate

function house(id: string, more: Partial<HouseRiskView> = {}): HouseRiskView {
  return {
    ...{ building: { id, address: `${id}号`, protection: 'historic' }, risk: 0, parts: [], level: null, openAlerts: 0 },
    ...{
      raised: { days30: 0, days7: 0 },
      works: { state: 'quiet', probability: 0.003 },
      visitAsked: null,
      trend: null,
    },
    sensors: { total: 1, silent: 0, heard: 'heard' },
    ...more,
  }
}

it('names what nobody measures in a house and unfiled works are told by', () => {
  const sensor = (type: string, ...metrics: string[]) => ({
    ...{ id: type, type, presence: 'online' as const },
    latest: metrics.map((metric) => ({ metric, value: 1, at: '2026-11-22T03:00:00.000Z' })),
  })
  const lacking = (...sensors: ReturnType<typeof sensor>[]) =>
    lackingOf({ sensors } as Pick<BuildingFileView, 'sensors'>)
  expect(lacking(sensor('vibration-sensor'), sensor('noise-meter'))).toEqual(['pm10_ug_m3', 'power_kw', 'door_count'])
  expect(lacking(sensor('station', 'pm10_ug_m3', 'noise_db', 'ppv_mm_s', 'power_kw', 'door_count'))).toEqual([])
})

describe('a house in the list', () => {
  const silent = house('silent', { sensors: { total: 2, silent: 2, heard: 'silent' } })
  const none = house('none', { sensors: { total: 0, silent: 0, heard: 'none' } })
  const risky = house('risky', { risk: 78, level: 2, raised: { days30: 2, days7: 1 } })

  test.each([
    ['its worst alert', risky, 2, '78'],
    ['that it is watched', house('w', { risk: 12 }), 'watched', '12'],
    ['that it is well, only when it is heard', house('well'), 'well', '0'],
    ['that some sensors say nothing', house('p', { sensors: { total: 2, silent: 1, heard: 'partly' } }), 'partly', '0'],
    ['that nobody hears it, and no number', silent, 'silent', '—'],
    ['that nothing is measured, and no number', none, 'none', '—'],
  ])('shows %s', (_, one, sign, risk) => expect([signOf(one), shownRisk(one)]).toEqual([sign, risk]))

  it('is found by what its manager looks for', () => {
    const asked = house('asked', { visitAsked: { due: '2026-11-24T09:00:00.000Z' } })
    const all = [risky, silent, none, asked]
    const ids = (filter: Parameters<typeof filtered>[1]) => filtered(all, filter).map(({ building }) => building.id)
    expect(ids('attention')).toEqual(['risky'])
    expect(ids('unheard')).toEqual(['silent'])
    expect(ids('week')).toEqual(['risky'])
    expect(ids('visit')).toEqual(['asked'])
    expect(ids('none')).toEqual(['none'])
    expect(countOf(all, 'all')).toBe(4)
  })

  it('says in words when to be there, what the risk is made of and what is not known', () => {
    const one = house('one', {
      ...{ works: { state: 'likely', probability: 0.998, visitBy: '2026-11-24T09:00:00.000Z' }, openAlerts: 2 },
      parts: [
        { kind: 'works', share: 0.8 },
        { kind: 'alerts', share: 0.5 },
        { kind: 'trend', share: 0.4 },
      ],
      trend: {
        device: 'c',
        metric: 'crack_mm',
        unit: 'mm',
        limit: 1.5,
        until: { state: 'expected', days: 41, low: 29, high: 53 },
      },
      sensors: { total: 3, silent: 1, heard: 'partly' },
    })
    expect(partWords(one, t, times, NOW)).toEqual([
      '11/24 17:00 前查勘',
      '疑似装修 99%',
      '未结告警 2',
      '约 41 天到限值',
      '1 / 3 无数据',
    ])
    expect(dueOf({ ...one, visitAsked: { due: '2026-11-23T09:00:00.000Z' } })).toBe(Date.UTC(2026, 10, 23, 9))
  })
})

describe('a chart', () => {
  const summary = (at: number[]): SummaryView => ({
    ...{ device: 'c', metric: 'crack_mm', unit: 'mm', stepS: 3_600, at },
    ...{ readings: at.map(() => 1), min: at.map(() => 1), max: at.map(() => 3), mean: at.map(() => 2) },
  })

  it('has a gap where more than usual is missing, and none between readings that come seldom', () => {
    const hours = (...some: number[]) => toSummarySeries(summary(some.map((hour) => hour * HOUR_MS))).values
    expect(hours(0, 1, 2, 9, 10)).toEqual([2, 2, 2, null, 2, 2])
    expect(hours(0, 6, 12, 18)).toEqual([2, 2, 2, 2])
    expect(toSummarySeries(summary([])).values).toEqual([])
  })

  const rule: HouseLimitView = {
    ...{ device: 'c', metric: 'crack_mm', unit: 'mm', high: 1, warningHigh: 0.5 },
    source: { kind: 'rule', rule: 'crack-high', title: { zh: '裂缝', en: 'Crack' } },
  }
  const own: HouseLimitView = { ...rule, high: 1.5, warningHigh: 1.125, source: { kind: 'house', text: '文保所' } }

  it('has the limit of the house, else the strictest, as two lines', () => {
    expect(chosenLimit([rule, own])).toBe(own)
    expect(chosenLimit([{ ...rule, high: 3 }, rule])).toBe(rule)
    expect(linesOf(own)).toEqual([
      { value: 1.5, isWarning: false },
      { value: 1.125, isWarning: true },
    ])
    expect(linesOf(undefined)).toEqual([])
  })

  it('shows of a limit over frequency the strictest value', () => {
    const { high: _, warningHigh: _w, ...rest } = rule
    const lines = linesOf({
      ...rest,
      curve: [
        [1, 3],
        [50, 8],
      ],
      over: 'freq_hz',
      warningShare: 0.75,
    })
    expect(lines.map(({ value }) => value)).toEqual([3, 2.25])
  })

  const sensor = { type: 'crack-gauge', registeredAt: '', latest: [] }
  const file = {
    building: { id: 'h', address: '1号', protection: 'historic', lastRepair: '2015-06' },
    sensors: [
      { ...sensor, id: 'h1', type: 'hygrometer' },
      { ...sensor, id: 'c' },
      { ...sensor, id: 'x', type: 'own-make' },
    ],
    limits: [own],
    visits: [{ id: 'v', building: 'h', at: '2026-11-01T02:00:00.000Z', result: 'none', by: 'li' }],
    records: [
      { recordType: 'works.filed', at: '2026-10-01T00:00:00.000Z', facts: { validFrom: '2026-10-08' } },
      { recordType: 'works.filed', at: '2026-09-01T00:00:00.000Z', facts: {}, withdrawnBy: 'W-2' },
      { recordType: 'lease.signed', at: '2026-08-01T00:00:00.000Z', facts: {} },
    ],
    pictures: [],
  } as unknown as BuildingFileView

  it('is there for each metric of each sensor, also of those that say nothing: what is held to a limit first', () => {
    expect(curvesOf(file).map(({ device, metric }) => `${device} ${metric}`)).toEqual([
      'c crack_mm',
      'h1 moisture_pct',
      'h1 rh_pct',
      'h1 temp_c',
    ])
  })

  it('is marked with visits, works that stand and repairs', () => {
    expect(marksOf(file).map(({ kind, atMs }) => `${new Date(atMs).toISOString().slice(0, 10)} ${kind}`)).toEqual([
      '2015-06-01 repair',
      '2026-10-08 works',
      '2026-11-01 visit',
    ])
  })
})

describe('a trend in words', () => {
  const head = {
    device: 'c',
    metric: 'crack_mm',
    unit: 'mm',
    from: '2026-05-26',
    to: '2026-11-22',
    temperatureFrom: 'c',
  }
  const known = (limit: KnownTrendView['limit']): TrendView =>
    ({
      ...head,
      state: 'known',
      speed: { value: 0.3052, low: 0.262, high: 0.349 },
      compensation: 'temperature',
      days: 91,
      limit,
    }) as TrendView

  test.each<[string, TrendView, string]>([
    [
      'speed, interval and days to the limit',
      known({ value: 1.5, until: { state: 'expected', days: 56, low: 41, high: 74 } }),
      '每月 0.305 mm（95% 区间 0.262 mm 至 0.349 mm）|约 56 天后到限值 1.5 mm（最早 41 天，最晚 74 天）|已扣除温度影响|依据 91 个整天',
    ],
    [
      'that it may never come',
      known({ value: 1.5, until: { state: 'expected', days: 56, low: 41, high: null } }),
      '每月 0.305 mm（95% 区间 0.262 mm 至 0.349 mm）|约 56 天后到限值 1.5 mm（最早 41 天，最晚 可能不会）|已扣除温度影响|依据 91 个整天',
    ],
    [
      'that there is not enough data',
      { ...head, state: 'not_enough_data', reason: 'too_few_days', days: 12, needed: 30 },
      '数据不足：已有 12 天，需要 30 天',
    ],
  ])('says %s', (_, trend, words) => expect(trendWords(trend, t).join('|')).toBe(words))
})

test('evidence is told in words with units, and what nobody named by its name', () => {
  const words = factWords({ hours: 7, pm10_ug_m3: 186, usual: 53.2 }, t as never, 'zh')
  expect(words).toEqual(['时长 7 小时', '扬尘 (PM10) 186 µg/m³', '平时 53.2 µg/m³'])
  expect(factWords({ bursts: 14, odd: 2 }, t as never, 'zh')).toEqual(['14 次冲击', 'odd 2'])
  expect([percentOf(0.9999), percentOf(0.001), percentOf(0.5)]).toEqual([99, 1, 50])
})

test('the plan has the outline, and sensors of one place apart', () => {
  const footprint = [
    [120.6261, 31.3162],
    [120.6263, 31.3162],
    [120.6263, 31.3163],
    [120.6261, 31.3162],
  ]
  const position = { lat: 31.31625, lon: 120.6262 }
  const plan = planOf({
    building: { footprint },
    sensors: [{ id: 'a', position }, { id: 'b', position }, { id: 'c' }],
  } as never)!
  expect(plan.outline.split(' ')).toHaveLength(4)
  expect(plan.sensors.map(({ id }) => id)).toEqual(['a', 'b'])
  expect(plan.sensors[0]).not.toMatchObject({ x: plan.sensors[1]!.x })
  expect(planOf({ building: {}, sensors: [] } as never)).toBeNull()
})

test('months go back over the turn of the year, by the local calendar', () => {
  expect(monthsBack(Date.parse('2026-12-31T17:00:00Z'), 'Asia/Shanghai', 3)).toEqual(['2027-01', '2026-12', '2026-11'])
})
