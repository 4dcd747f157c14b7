import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { conservationPage } from '../../../app/conservation/page/conservation-page.ts'
import { cssText } from '../../../app/conservation/page/conservation-style.ts'
import { dayChart } from '../../../app/conservation/page/day-chart.ts'
import type { ConservationReport } from '../../../core/conservation-report.ts'
import { aReport, OCTOBER_MS } from './a-report.ts'

const headings = (page: string) => [...page.matchAll(/<h2>([^<]*)<\/h2>/g)].map(([, text]) => text)
const textOf = (page: string) => page.replaceAll(/<style>.*?<\/style>/gs, '').replaceAll(/<[^>]*>/g, ' ')

describe.each(['zh', 'en'] as const)('in %s', (language) => {
  it('tells the month in the same order, whatever the language', () => {
    const told = headings(conservationPage(aReport(), language))
    expect(told).toMatchSnapshot()
  })

  it('says nothing in the other language, and leaves no word without a translation', () => {
    const { building, sensors, made } = aReport()
    const { name: _, notes: __, use: ___, era: ____, ...house } = building
    const report = aReport({
      building: { ...house, address: '12 Bridge Street' },
      sensors: sensors.map(({ name: _____, ...sensor }) => sensor),
      made: { ...made, title: { zh: '街道', en: 'Sub-district' } },
      ...{ visits: [], records: [] },
    })
    const page = textOf(conservationPage(report, language))
    // Names that a standard and people gave.
    const ours = page.replaceAll(/容许水平振动速度|保护规划 2023，第 4.2 条|李敏/g, '')
    if (language === 'en') expect(ours.match(/.{0,20}\p{Script=Han}+/gu)).toBeNull()
    expect(ours).not.toMatch(/undefined|NaN|\[object|\{\{|reason\.|event\./)
  })

  it('needs nothing from elsewhere, runs nothing, and refers only to itself', () => {
    const page = conservationPage(aReport(), language)
    expect(page).toContain(`<html lang="${language}">`)
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`)
    expect(page).not.toMatch(/<script|<link|<iframe|<img|\son\w+=|@import|url\(|javascript:|https?:\/\//i)
    for (const [, target = ''] of page.matchAll(/href="([^"]*)"/g)) {
      expect(target).toMatch(/^#source-\d+$/)
      expect(page).toContain(`id="${target.slice(1)}"`)
    }
  })
})

it('puts two sentences first: what was exceeded and moves, and what is to do', () => {
  expect(aReport().summary).toMatchInlineSnapshot(`
    {
      "en": [
        "一层墙基振动 Peak particle velocity was beyond its limit in 4 h (up to 5.65 mm/s, 135% of the limit); 二层梁架温湿度 Relative humidity was beyond its limit in 88 h (up to 92.6 %RH, 123% of the limit); some limits could not be checked; 东山墙裂缝 Change of crack width moves by +0.36 mm a month (+0.29 to +0.43).",
        "To do: find out why limits were exceeded; have an engineer look at 东山墙裂缝; look after 二层梁架温湿度, which was often silent; have limits that are not verified compared with the text of their standard.",
      ],
      "zh": [
        "一层墙基振动 振动峰值速度有 4 小时超限（最大 5.65 mm/s，限值的 135%）；二层梁架温湿度 相对湿度有 88 小时超限（最大 92.6 %RH，限值的 123%）；部分限值无法核对；东山墙裂缝 裂缝宽度变化每月 +0.36 mm（+0.29 至 +0.43）。",
        "待办：查明超限原因；请结构工程师查看 东山墙裂缝；检修传感器 二层梁架温湿度；对照标准原文核实未核实的限值。",
      ],
    }
  `)
})

it('names the source of every limit, and which ones nobody has verified', () => {
  const page = textOf(conservationPage(aReport(), 'en'))
  expect(page).toContain('DIN 4150-3:2016-12 table 1, line 3')
  expect(page).toMatch(/GB\/T 50452-2008[^;]*; NOT verified, a person must compare it with the text of the standard/)
  expect(page).toContain('Set for this house: 保护规划 2023，第 4.2 条')
  expect(page).toContain('Rule of this place, of no standard: Crack width above limit (crack-level)')
})

it('says of which record it was made, when, by which version', () => {
  const page = textOf(conservationPage(aReport(), 'en'))
  expect(page).toContain('ab'.repeat(32))
  expect(page).toContain('48211')
  expect(page).toContain('huying 0.1.0')
  const without = aReport({ made: { ...aReport().made, ledger: null } })
  expect(textOf(conservationPage(without, 'en'))).toContain('There is no checkpoint')
})

test.each<[string, Partial<ConservationReport>, RegExp, RegExp]>([
  [
    'a month in progress',
    { period: { ...aReport().period, inProgress: true, until: new Date(OCTOBER_MS + 9.5 * 86_400_000).toISOString() } },
    /month in progress until 2026\/10\/10 12:00/,
    /So far: /,
  ],
  [
    'a database that is away',
    { missing: ['readings', 'alerts'], limits: [], alerts: [], warnings: [] },
    /This report is incomplete: readings could not be had; past alerts could not be had\. What is not known is not well/,
    /whether limits were kept is not known/,
  ],
  [
    'a house without sensors',
    { sensors: [], limits: [], trends: [], mould: [], alerts: [], warnings: [] },
    /No sensor stands in this house/,
    /nothing was measured.*decide whether sensors are to be installed/,
  ],
  [
    'a quiet month',
    {
      limits: aReport().limits.map((check) => ({ ...check, hours: 700, hoursWarning: 0, hoursBeyond: 0 })),
      trends: [],
      warnings: [],
      alerts: [],
    },
    /None about this house in this month/,
    /No limit was exceeded/,
  ],
])('tells of %s', (_, change, said, summed) => {
  const report = aReport(change)
  expect(textOf(conservationPage(report, 'en')).replaceAll(/\s+/g, ' ')).toMatch(said)
  expect(report.summary.en.join(' ')).toMatch(summed)
})

it('never tells silence as nothing: hours, alerts and limits that are not known are called unknown', () => {
  const away = aReport({
    missing: ['readings', 'alerts'],
    limits: aReport().limits.map(({ worst: _, peaks: __, days: ___, ...check }) => ({
      ...check,
      hours: null,
      hoursWarning: null,
      hoursBeyond: null,
    })),
    sensors: aReport().sensors.map((sensor) => ({
      ...sensor,
      hoursExpected: null,
      hoursHeard: null,
      gaps: [],
      gapsTotal: 0,
      metrics: [],
    })),
    ...{ alerts: [], warnings: [], trends: [], mould: [] },
  })
  const page = textOf(conservationPage(away, 'en')).replaceAll(/\s+/g, ' ')
  expect(page).toMatch(/unknown hours beyond a limit unknown warnings unknown alerts/)
  expect(page).not.toMatch(/None (about this house )?in this month/)
  expect(away.summary.en.join(' ')).not.toMatch(/No limit was exceeded|Nothing is to be done/)
})

it('keeps people who own, let or rent out of it', () => {
  const page = conservationPage(aReport(), 'zh')
  expect(page).not.toContain('顾某')
  expect(page).not.toContain('某餐饮公司')
  expect(page).toContain('用途 餐饮')
})

it('shows what comes from outside as text, whatever it is', () => {
  const evil = `"'></style><script>alert(1)</script><img src=x onerror=alert(2)>`
  const bend = <T>(value: T): T => {
    if (typeof value === 'string') return (/^\d{4}-\d{2}/.test(value) || WORDS.has(value) ? value : evil) as T
    if (Array.isArray(value)) return value.map(bend) as T
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, bend(one)])) as T
  }
  for (const language of ['zh', 'en'] as const) {
    const page = conservationPage({ ...bend(aReport()), missing: ['ledger'] }, language)
    expect(page).not.toMatch(/<script|<img|onerror=alert\(2\)>/)
    expect(page.match(/<\/style>/g)).toHaveLength(1)
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  }
})
/** Values that come from lists of ours, not from outside. */
const WORDS = new Set([
  'Asia/Shanghai',
  'city',
  'brick-timber',
  'house',
  'standard',
  'rule',
  'peak',
  'mean',
  'works_found',
  'confirmed',
  'active',
  'cleared',
  'major',
])

it('writes any text into CSS so that it cannot end there', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const rest = cssText(text).replaceAll(/\\[0-9a-f]{1,6} /g, '')
      expect(rest).toMatch(/^"[\p{L}\p{N} ]*"$/u)
    }),
  )
})

it('draws any days inside the frame, and shades those that have no data', () => {
  const value = fc.oneof(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), fc.constantFrom(0, 0.1, -5))
  const days = Array.from({ length: 30 }, (_, day) => `2026-09-${String(day + 1).padStart(2, '0')}`)
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(fc.nat({ max: 29 }), value), { selector: ([day]) => day }),
      fc.array(value, { maxLength: 2 }),
      fc.boolean(),
      (points, limits, bars) => {
        const { html: svg } = dayChart({
          ...{ days, known: 30, unit: 'm', title: 't', noData: 'none', bars },
          points: points
            .sort((a, b) => a[0] - b[0])
            .map(([day, one]) => ({ day: days[day] as string, value: one, low: one - 1, high: one })),
          levels: limits.map((level) => ({ value: level, kind: 'limit' })),
        })
        expect(svg).not.toMatch(/NaN|Infinity|undefined/)
        expect(svg.match(/class="nodata"/g) ?? []).toHaveLength(30 - points.length)
        for (const [, y, height] of svg.matchAll(/y="([-\d.]+)" width="[^"]*" height="([^"]*)"/g)) {
          expect(Number(y)).toBeGreaterThanOrEqual(17.9)
          expect(Number(height)).toBeGreaterThanOrEqual(0)
          expect(Number(y) + Number(height)).toBeLessThanOrEqual(155.5)
        }
      },
    ),
  )
})
