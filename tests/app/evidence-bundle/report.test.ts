import fc from 'fast-check'
import { strFromU8, unzipSync } from 'fflate'
import { expect, it } from 'vitest'
import { readingsChart } from '../../../app/evidence-bundle/report/readings-chart.ts'
import { html } from '../../../app/printed/html.ts'
import { event, openABundleDesk, RAISED_MS, tellOfSmoke } from './a-bundle-desk.ts'

async function reportOf(rig: Awaited<ReturnType<typeof openABundleDesk>>): Promise<string> {
  return strFromU8(unzipSync(await rig.take())['report.html'] as Uint8Array)
}

it('tells what, where, when and why, who did what, and by which versions, in Chinese and English', async () => {
  const rig = await openABundleDesk()
  await tellOfSmoke(rig)
  const place = { assigned: { to: { department: '消防站', person: '王强' }, by: 'li', atMs: RAISED_MS } }
  await rig.decide(
    event('alert.assigned', { version: 5, ...place }, { by: 'li' }),
    event(
      'alert.false_alarm',
      { version: 6, ...place, falseAlarm: { reason: 'weather', by: 'wu', atMs: RAISED_MS } },
      { by: 'wu' },
    ),
    event(
      'alert.handed_over',
      { version: 7, ...place, handedOver: { system: '12345', number: 'SH-1', by: 'wu', atMs: RAISED_MS } },
      { by: 'wu' },
    ),
  )

  const page = await reportOf(rig)

  for (const told of [
    ...['烟雾浓度超限', 'Smoke density high', '东园路45号', '2026/11/22 17:00:00', 'Asia/Shanghai'],
    ...['高于限值 0.1 dB/m', 'is above the limit of 0.1 dB/m', 'on my way', '<svg', 'data:image/jpeg;base64,'],
    ...['→ 消防站 · 王强', '天气影响', '→ 12345 SH-1', 'v2', 'c0ffee', 'river@3', 'huying ledger verify'],
  ])
    expect(page, told).toContain(told)
})

it('needs nothing from elsewhere and runs nothing', async () => {
  const rig = await openABundleDesk()
  await tellOfSmoke(rig)

  const page = await reportOf(rig)

  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"`)
  expect(page).not.toMatch(/<script|<link|<iframe|\son\w+=|@import|url\(|javascript:|https?:\/\//i)
  const links = [...page.matchAll(/href="([^"]*)"/g)].map(([, path]) => path)
  expect(links.every((path) => /^[A-Za-z0-9._/-]+$/.test(path ?? ''))).toBe(true)
})

it('shows what comes from outside as text, whatever it is', async () => {
  const rig = await openABundleDesk()
  await tellOfSmoke(rig)
  const evil = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
  await rig.decide(
    event(
      'alert.commented',
      { version: 8, place: evil, deviceName: evil, ruleTitle: { zh: evil, en: evil }, category: evil },
      { comment: evil, by: evil },
    ),
  )

  const page = await reportOf(rig)

  expect(page).not.toContain('<script')
  expect(page).not.toContain('<img src=x')
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
})

it('escapes every blank of a template but those that are HTML already', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const { html: made } = html`<p title="${text}">${text}</p>`
      expect(made).toMatch(/^<p title="[^"<>]*">[^<>]*<\/p>$/)
    }),
  )
  expect(html`${[html`<b>${'&'}</b>`, html`<i>${1}</i>`]}${undefined}${false}`.html).toBe('<b>&amp;</b><i>1</i>')
})

it('draws readings of any kind inside its frame', () => {
  const value = fc.oneof(fc.double({ noNaN: true, min: -1e12, max: 1e12 }), fc.constantFrom(0, 0.1, 5e-324))
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat({ max: 5_400_000 }), value), { minLength: 1, maxLength: 50 }),
      fc.option(value, { nil: undefined }),
      (points, limit) => {
        const rows = points.map(([at, one]) => ({ atMs: RAISED_MS + at, value: one })).sort((a, b) => a.atMs - b.atMs)
        const { html: svg } = readingsChart({
          ...{ rows, fromMs: RAISED_MS, toMs: RAISED_MS + 5_400_000, raisedAtMs: RAISED_MS + 1000, unit: 'm' },
          ...{ timeZone: 'Asia/Shanghai', title: 'level', ...(limit !== undefined && { limit }) },
        })
        expect(svg).not.toMatch(/NaN|Infinity|undefined/)
        const drawn = [...svg.matchAll(/points="([^"]*)"/g)].flatMap(([, list]) => list?.split(' ') ?? [])
        for (const [x, y] of drawn.map((point) => point.split(',').map(Number))) {
          expect(x).toBeGreaterThanOrEqual(64)
          expect(x).toBeLessThanOrEqual(744)
          expect(y).toBeGreaterThanOrEqual(18)
          expect(y).toBeLessThanOrEqual(230)
        }
      },
    ),
  )
})

it('keeps the peak of many readings, and shows a silence as a gap', () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => ({ atMs: RAISED_MS + i * 100, value: i === 12_345 ? 9 : 1 }))
  const chart = (some: typeof rows) =>
    readingsChart({
      ...{ rows: some, fromMs: RAISED_MS, toMs: RAISED_MS + 2_000_000, raisedAtMs: RAISED_MS, unit: 'm' },
      ...{ timeZone: 'UTC', title: 'level' },
    }).html
  const heights = [...chart(rows).matchAll(/points="([^"]*)"/g)].flatMap(
    ([, list]) => list?.split(' ').map((point) => Number(point.split(',')[1])) ?? [],
  )

  expect(new Set(heights).size).toBe(2)
  expect(heights.length).toBeLessThan(2_000)
  expect(chart(rows).match(/<polyline/g)).toHaveLength(1)
  expect(chart(rows.filter((_, i) => i < 9_000 || i > 11_000)).match(/<polyline/g)).toHaveLength(2)
})
