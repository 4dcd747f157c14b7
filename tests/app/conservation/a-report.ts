import { summarise, type WithoutSummary } from '../../../app/conservation/summary.ts'
import { type AlertView, toAlertView } from '../../../core/alert-view.ts'
import type { ConservationReport, LimitCheck, MetricMonth, SensorMonth } from '../../../core/conservation-report.ts'
import type { LimitCurve } from '../../../core/hour-history.ts'
import type { EvidenceView } from '../../../core/suspicion-view.ts'
import { alertOf } from '../../dashboards/alert-of.ts'

/** 1 October 2026, 00:00 in Shanghai. */
export const OCTOBER_MS = Date.UTC(2026, 8, 30, 16)
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
export const LINE_3: LimitCurve = [
  [1, 3],
  [10, 3],
  [50, 8],
  [100, 10],
]
const iso = (atMs: number) => new Date(atMs).toISOString()
const dayOf = (index: number) => `2026-10-${String(index + 1).padStart(2, '0')}`

/** Numbers that look drawn and are always the same. */
function draw(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return state / 4_294_967_296
  }
}

function metric(
  name: string,
  unit: string,
  of: (day: number) => [min: number, mean: number, max: number],
  skip: number[] = [],
) {
  const days = Array.from({ length: 31 }, (_, day) => day).filter((day) => !skip.includes(day))
  const told = days.map((day) => {
    const [min, mean, max] = of(day)
    return { day: dayOf(day), hours: 24, min, mean, max }
  })
  const month: MetricMonth = {
    ...{ metric: name, unit, readings: told.length * 288, hours: told.length * 24 },
    min: Math.min(...told.map(({ min }) => min)),
    mean: told.reduce((sum, { mean }) => sum + mean, 0) / told.length,
    max: Math.max(...told.map(({ max }) => max)),
    days: told,
  }
  return month
}

function vibrationCheck(): LimitCheck {
  const random = draw(7)
  const limitAt = (hz: number) => (hz <= 10 ? 3 : hz <= 50 ? 3 + ((hz - 10) * 5) / 40 : 8 + ((hz - 50) * 2) / 50)
  const peaks = Array.from({ length: 420 }, (_, index) => {
    const isDrill = index % 6 === 0
    const over = index % 97 === 0 ? null : isDrill ? 18 + random() * 30 : 4 + random() * 14
    const value = isDrill ? 0.6 + random() ** 4 * 6.2 : 0.3 + random() ** 3 * 1.4
    const at = iso(OCTOBER_MS + Math.floor((index / 420) * 31) * DAY_MS + (8 + (index % 9)) * HOUR_MS)
    const axis = ['x', 'y', 'z'][index % 3]
    return { at, metric: `ppv_${axis}_mm_s`, value, over, share: value / limitAt(over ?? 1) }
  }).sort((a, b) => b.share - a.share)
  const worst = peaks[0]!
  const byDay = new Map<string, (typeof peaks)[number]>()
  for (const peak of peaks) {
    const day = iso(Date.parse(peak.at) + 8 * HOUR_MS).slice(0, 10)
    if (!byDay.has(day)) byDay.set(day, peak)
  }
  return {
    ...{
      device: 'vib-017',
      metric: 'ppv_mm_s',
      unit: 'mm/s',
      by: 'peak',
      curve: LINE_3,
      over: 'freq_hz',
      warningShare: 0.75,
    },
    source: {
      ...{
        kind: 'standard',
        standard: 'din-4150-3-2016',
        clause: 'DIN 4150-3:2016-12 table 1, line 3',
        verified: true,
      },
      title: { zh: '振动对建筑物的影响', en: 'Effects of vibration on structures' },
      text: 'second-hand, a public source that quotes DIN 4150-3:2016-12 tables 1 and 3',
    },
    hours: 702,
    hoursWarning: peaks.filter(({ share }) => share > 0.75).length,
    hoursBeyond: peaks.filter(({ share }) => share > 1).length,
    worst: { at: worst.at, value: worst.value, share: worst.share, ...(worst.over !== null && { over: worst.over }) },
    peaks,
    days: [...byDay].map(([day, { share, value }]) => ({ day, share, value })),
  }
}

const HYGRO_SKIP = [11, 12, 13, 14]

function sensors(): SensorMonth[] {
  const wave = (day: number, rate: number) => Math.sin(day / rate)
  return [
    {
      ...{ device: 'vib-017', type: 'vibration-sensor', name: '一层墙基振动', hoursExpected: 744, hoursHeard: 702 },
      ...{ gaps: [{ from: iso(OCTOBER_MS + 20 * DAY_MS), hours: 42 }], gapsTotal: 1 },
      metrics: [
        metric('ppv_mm_s', 'mm/s', (day) => [0.02, 0.08 + 0.02 * wave(day, 3), 1 + Math.abs(wave(day, 2.2)) * 4], [20]),
      ],
    },
    {
      ...{ device: 'hyg-022', type: 'hygrometer', name: '二层梁架温湿度', hoursExpected: 744, hoursHeard: 640 },
      gaps: [
        { from: iso(OCTOBER_MS + 11 * DAY_MS), hours: 96 },
        { from: iso(OCTOBER_MS + 25.5 * DAY_MS), hours: 8 },
      ],
      gapsTotal: 2,
      metrics: [
        metric(
          'rh_pct',
          '%RH',
          (day) => [58 + 6 * wave(day, 4), 71 + 8 * wave(day, 4), 84 + 9 * wave(day, 4)],
          HYGRO_SKIP,
        ),
        metric('temp_c', '°C', (day) => [14 - day / 6, 19 - day / 6, 24 - day / 6], HYGRO_SKIP),
        metric('moisture_pct', '%', (day) => [15 + day / 20, 15.5 + day / 18, 16 + day / 16], HYGRO_SKIP),
      ],
    },
    {
      ...{
        device: 'crk-004',
        type: 'crack-gauge',
        name: '东山墙裂缝',
        hoursExpected: 744,
        hoursHeard: 744,
        gaps: [],
        gapsTotal: 0,
      },
      metrics: [metric('crack_mm', 'mm', (day) => [0.3 + day * 0.012, 0.34 + day * 0.012, 0.38 + day * 0.012])],
    },
    {
      ...{ device: 'tlt-009', type: 'tilt-sensor', hoursExpected: 744, hoursHeard: 741, gapsTotal: 1 },
      gaps: [{ from: iso(OCTOBER_MS + 3 * DAY_MS), hours: 3 }],
      metrics: [metric('tilt_mm_m', 'mm/m', (day) => [0.1, 0.15 + 0.04 * wave(day, 5), 0.2])],
    },
  ]
}

function fixed(device: string, name: string, unit: string, rest: Partial<LimitCheck>): LimitCheck {
  const title = { zh: '裂缝宽度变化超限', en: 'Crack width above limit' }
  return {
    ...{ device, metric: name, unit, by: 'peak', source: { kind: 'rule', rule: 'crack-level', title } },
    ...{ hours: 744, hoursWarning: 0, hoursBeyond: 0, ...rest },
  }
}

/** A house in whose month much happened. */
export function aReport(change: Partial<WithoutSummary> = {}): ConservationReport {
  const trendDays = Array.from({ length: 31 }, (_, day) => day)
  const report: WithoutSummary = {
    building: {
      ...{
        id: 'h-0231',
        address: '平桥街12弄3号',
        name: '德裕堂',
        protection: 'city',
        structure: 'brick-timber',
        era: '清末',
      },
      ...{ storeys: 2, use: '茶馆', lastRepair: '2021-06', owner: '顾某', notes: '东山墙 2019 年加固；天井排水不畅。' },
    },
    period: {
      ...{ month: '2026-10', timeZone: 'Asia/Shanghai', from: iso(OCTOBER_MS), to: iso(OCTOBER_MS + 31 * DAY_MS) },
      ...{ inProgress: false, until: iso(OCTOBER_MS + 31 * DAY_MS), hours: 744 },
    },
    made: {
      ...{
        at: iso(OCTOBER_MS + 31.3 * DAY_MS),
        title: { zh: '文津街道', en: 'Wenjin Sub-district' },
        version: '0.1.0',
      },
      ledger: {
        origin: 'huying/01J',
        position: 48_211,
        rootHash: 'ab'.repeat(32),
        at: iso(OCTOBER_MS + 31.3 * DAY_MS),
      },
    },
    missing: [],
    sensors: sensors(),
    sensorsLeftOut: 0,
    limits: [
      vibrationCheck(),
      fixed('hyg-022', 'rh_pct', '%RH', {
        ...{ low: 40, high: 75, warningHigh: 70, by: 'mean', hours: 640, hoursWarning: 211, hoursBeyond: 88 },
        worst: { at: iso(OCTOBER_MS + 6 * DAY_MS), value: 92.6, share: 1.23 },
        source: { kind: 'house', text: '保护规划 2023，第 4.2 条' },
      }),
      fixed('crk-004', 'crack_mm', 'mm', {
        ...{ high: 1, warningHigh: 0.5, hoursWarning: 384 },
        worst: { at: iso(OCTOBER_MS + 30 * DAY_MS), value: 0.74, share: 0.74 },
      }),
      fixed('vib-017', 'ppv_h_mm_s', 'mm/s', {
        ...{ high: 0.27, warningHigh: 0.2025, hours: null, hoursWarning: null, hoursBeyond: null },
        source: {
          ...{
            kind: 'standard',
            standard: 'gb-t-50452-2008',
            clause: 'GB/T 50452-2008 容许水平振动速度, provincial',
            verified: false,
          },
          ...{
            title: { zh: '古建筑防工业振动技术规范', en: 'Protection of historic structures' },
            text: 'from memory, not verified',
          },
        },
      }),
    ],
    trends: [
      {
        ...{ device: 'crk-004', metric: 'crack_mm', unit: 'mm', from: iso(OCTOBER_MS - 60 * DAY_MS), days: 91 },
        ...{
          speed: { perMonth: 0.36, low: 0.29, high: 0.43 },
          total: { change: 1.08, low: 0.9, high: 1.2 },
          perDegree: -0.011,
        },
        points: trendDays.map((day) => ({
          ...{ day: dayOf(day), value: 0.34 + day * 0.012, compensated: 0.34 + day * 0.012 + 0.02 * Math.sin(day / 2) },
          fitted: 0.34 + day * 0.012,
        })),
      },
      {
        ...{ device: 'tlt-009', metric: 'tilt_mm_m', unit: 'mm/m', from: iso(OCTOBER_MS - 60 * DAY_MS), days: 91 },
        ...{ speed: { perMonth: 0.01, low: -0.02, high: 0.04 } },
        compensation: 'none',
        points: trendDays.map((day) => {
          const value = 0.15 + 0.04 * Math.sin(day / 5)
          return { day: dayOf(day), value, compensated: value, fitted: 0.15 }
        }),
      },
    ],
    mould: [
      {
        ...{ device: 'hyg-022', index: 1.34, before: 0.82, hoursUnknown: 104 },
        days: trendDays
          .filter((day) => !HYGRO_SKIP.includes(day))
          .map((day) => ({ day: dayOf(day), index: 0.82 + day * 0.017 })),
      },
    ],
    alerts: [
      toAlertView(
        alertOf({
          ...{
            id: 'a-1',
            rule: 'vibration-high',
            ruleTitle: { zh: '振动超限', en: 'Vibration above limit' },
            severity: 'major',
          },
          ...{
            subject: { device: 'vib-017', metric: 'ppv_mm_s' },
            raisedAtMs: OCTOBER_MS + 8 * DAY_MS,
            state: 'cleared',
          },
          ...{ clearedAtMs: OCTOBER_MS + 8 * DAY_MS + HOUR_MS, acknowledged: true, acknowledgedBy: '李敏' },
          reason: {
            ...{ code: 'above', metric: 'ppv_mm_s', value: 5.9, limit: 5.1, unit: 'mm/s' },
            ...{ clause: 'DIN 4150-3:2016-12 table 1, line 3', verified: true },
          },
        }),
      ),
    ],
    alertsLeftOut: 0,
    warnings: [aWarning()],
    records: [
      {
        ...{ source: 'leases', recordId: 'ZL-2026-1189', recordType: 'lease.signed', at: iso(OCTOBER_MS + 2 * DAY_MS) },
        facts: { tenant: '某餐饮公司', use: '餐饮', validFrom: '2026-10-05' },
      },
    ],
    visits: [
      {
        ...{
          id: 'v1',
          at: iso(OCTOBER_MS + 10 * DAY_MS),
          result: 'works_found',
          by: '王强',
          note: '一层隔墙已拆，已责令停工',
        },
        pictures: ['ab'],
      },
    ],
    ...change,
  }
  return { ...report, summary: summarise(report) }
}

function aWarning(): AlertView {
  const alert = toAlertView(
    alertOf({
      ...{
        id: 'w-1',
        rule: 'works-likely',
        ruleTitle: { zh: '疑似未备案施工', en: 'Unfiled works likely' },
        severity: 'major',
      },
      ...{ subject: { building: 'h-0231' }, raisedAtMs: OCTOBER_MS + 9 * DAY_MS },
      ...{ state: 'cleared', clearedAtMs: OCTOBER_MS + 12 * DAY_MS },
    }),
  )
  const piece = (kind: string, title: EvidenceView['title'], day: number, weight: number): EvidenceView => ({
    ...{ kind, title, from: iso(OCTOBER_MS + day * DAY_MS), at: iso(OCTOBER_MS + day * DAY_MS), weight },
    ...{
      facts: {},
      fullWeight: weight * 1.2,
      rests: ['vib-017'],
      cancels: { zh: '撤销', en: 'nothing' },
      otherCauses: [],
    },
  })
  const drilling = piece('drilling', { zh: '钻孔振动', en: 'Drilling' }, 8, 2.8)
  return {
    ...alert,
    suspicion: {
      ...{ building: 'h-0231', state: 'confirmed', probability: 0.94, prior: -5, windows: [] },
      evidence: [
        {
          ...{ ...drilling, facts: { bursts: 14, ppv_mm_s: 2.1 } },
          otherCauses: [{ code: 'neighbour', title: { zh: '邻屋施工', en: "A neighbour's works" }, leaves: 0.8 }],
        },
        piece('lease', { zh: '新签租约', en: 'A lease was signed' }, 2, 1.9),
        piece('still', { zh: '安静的一天', en: 'A quiet day' }, 5, -0.4),
      ],
      visitBy: iso(OCTOBER_MS + 11 * DAY_MS),
    },
  }
}
