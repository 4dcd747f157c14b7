import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, type Page, test } from '@playwright/test'
import { createMapTiles } from '../../app/map-tiles.ts'
import { alertOf } from '../dashboards/alert-of.ts'
import { OPERATOR, VIEWER } from '../dashboards/memory-ports.ts'
import { furnish, type MemoryService, startMemoryService } from './memory-service.ts'
import { expectSound, seriousFaults } from './page-checks.ts'

/** The built page over the real API, with memory behind it: the states of the page. */

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const row = (page: Page, id: string) => page.locator(`#alert-${id}`)
const queue = (page: Page) => page.getByRole('region', { name: /告警队列|Alert queue/ })
const detail = (page: Page) => page.getByRole('region', { name: /告警详情|Alert detail/ })

let service: MemoryService
test.afterEach(() => service.stop())

test.describe('on this machine', () => {
  test.beforeEach(async () => {
    service = await startMemoryService({ demo: true })
    furnish(service.ports)
  })

  test('shows an alert in a blink, and why it was raised', async ({ page }) => {
    await page.goto(service.url)
    await expect(queue(page).getByText('待确认 3')).toBeVisible()

    service.ports.change(
      alertOf({
        id: 'A-NEW',
        ruleTitle: { zh: '燃气泄漏', en: 'Gas leak' },
        raisedAtMs: Date.now(),
        lastAtMs: Date.now(),
      }),
    )
    await expect(queue(page).locator('.row').first()).toContainText('燃气泄漏')

    await row(page, 'A-SMOKE').click()
    await expect(detail(page).locator('.reason')).toHaveText('烟雾浓度 0.25 dB/m，高于限值 0.1 dB/m，已持续 10 秒')
    await expect(
      detail(page).getByRole('img', { name: /^烟雾浓度：最近 0\.\d+ dB\/m，限值 0\.1 dB\/m$/ }),
    ).toBeVisible()
    await expect(detail(page).getByText('产生告警')).toBeVisible()
  })

  test('says that there are more alerts than a person can follow, which came first, and what they share', async ({
    page,
  }) => {
    await page.goto(service.url)
    await expect(queue(page).getByText('待确认 3')).toBeVisible()
    for (let n = 1; n <= 12; n++)
      service.ports.change(
        alertOf({ id: `F-${n}`, subject: { device: `SN-${n}` }, severity: 'minor', raisedAtMs: Date.now() }),
      )

    const banner = page.getByRole('region', { name: '告警洪峰' })
    await expect(banner).toContainText('东园路45号 · 火情 12')
    await banner.getByRole('button', { name: /首发/ }).click()
    await expect(row(page, 'A-SMOKE')).toHaveAttribute('aria-selected', 'true')
    expect(await seriousFaults(page)).toEqual([])
  })

  test('is worked by keys alone', async ({ page }) => {
    await page.goto(service.url)
    await expect(row(page, 'A-SMOKE')).toBeVisible()

    await page.keyboard.press('j')
    await expect(row(page, 'A-SMOKE')).toHaveAttribute('aria-selected', 'true')
    await page.keyboard.press('a')
    await expect(row(page, 'A-SMOKE')).toContainText('已确认')
    await page.keyboard.press('c')
    await page.keyboard.type('现场无明火 j a')
    await page.getByRole('button', { name: '备注' }).click()
    await expect(detail(page).getByText('现场无明火 j a')).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(detail(page)).toHaveCount(0)

    expect(service.ports.commands.map(({ type, alertId }) => [type, alertId])).toEqual([
      ['acknowledge', 'A-SMOKE'],
      ['comment', 'A-SMOKE'],
    ])
  })

  test('does not move under the hand, but lets the worst through', async ({ page }) => {
    await page.goto(service.url)
    await row(page, 'A-LEVEL').click()
    const before = await queue(page).getByRole('listbox', { name: '告警队列' }).getByRole('option').allTextContents()

    const now = { raisedAtMs: Date.now(), lastAtMs: Date.now() }
    service.ports.change(alertOf({ id: 'A-MAJOR', severity: 'major', ...now }))
    service.ports.change(alertOf({ id: 'A-FIRE', ...now }))
    await expect(page.getByRole('listbox', { name: '新的特别严重告警' }).locator('#alert-A-FIRE')).toBeVisible()
    await expect(queue(page).getByRole('button', { name: '↑ 1 条新告警' })).toBeVisible()
    const after = await queue(page).getByRole('listbox', { name: '告警队列' }).getByRole('option').allTextContents()
    expect(after).toEqual(before)

    await queue(page).getByRole('button', { name: '↑ 1 条新告警' }).click()
    await expect(row(page, 'A-MAJOR')).toBeVisible()
  })

  test('filters by tile, key and address', async ({ page }) => {
    await page.goto(service.url)
    await queue(page).getByRole('button', { name: /较重$/ }).click()
    await expect(queue(page).locator('.row')).toHaveCount(1)
    await expect(page).toHaveURL(/level=3/)

    await page.keyboard.press('0')
    await expect(queue(page).locator('.row')).toHaveCount(3)
    await page.keyboard.press('2')
    await expect(queue(page).getByText('筛选条件下无告警')).toBeVisible()
    await page.reload()
    await expect(queue(page).getByText('筛选条件下无告警')).toBeVisible()
  })

  test('says loudly that it is cut off, greys its counts, and recovers without doubles', async ({ page }) => {
    await page.goto(service.url)
    await expect(row(page, 'A-SMOKE')).toBeVisible()

    await service.stop()
    await expect(page.getByRole('alert')).toContainText('数据停更')
    await expect(queue(page)).toHaveClass(/is-stale/)
    await expect(queue(page).getByText('待确认 3')).toBeVisible()

    service.ports.change(
      alertOf({ id: 'A-WHILE-AWAY', severity: 'major', raisedAtMs: Date.now(), lastAtMs: Date.now() }),
    )
    await service.restart()
    await expect(row(page, 'A-WHILE-AWAY')).toBeVisible()
    await expect(page.getByRole('alert')).toHaveCount(0)
    await expect(queue(page).locator('.row')).toHaveCount(4)
  })

  test('keeps the queue when the map cannot be fetched, and brings the map when it can', async ({ page }) => {
    let isBroken = true
    await page.route(/map-panel.*\.js/, (route) => (isBroken ? route.abort() : route.continue()))
    await page.goto(service.url)
    await expect(page.getByText('正在载入地图')).toBeVisible()
    await expect(row(page, 'A-SMOKE')).toBeVisible()
    isBroken = false
    await expect(page.locator('.map[data-ready]')).toBeVisible()
  })

  test('draws on tiles of a map service that only the server asks', async ({ page }) => {
    const asked: string[] = []
    const upstream = createServer((request, response) => {
      asked.push(request.url ?? '')
      response.end(PIXEL)
    })
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
    const { port } = upstream.address() as AddressInfo
    const tiles = [`http://127.0.0.1:${port}/vec_c?m={z}&r={y}&c={x}`]
    const look = { tileProjection: 'EPSG:4490', tileDatum: 'gcj02' } as const
    service.ports.mapTiles = createMapTiles({ ...look, geojson: '', tiles, attribution: '苏S(2026)1号' })
    await service.stop()
    await service.restart()
    const elsewhere: string[] = []
    page.on('request', (request) => request.url().includes(`:${port}`) && elsewhere.push(request.url()))
    await page.goto(service.url)
    await expect(page.locator('.map[data-ready] .map-tiles')).toBeVisible()
    await expect(page.locator('.map-attribution')).toHaveText('苏S(2026)1号')
    await expect.poll(() => asked.length).toBeGreaterThan(3)
    const [, matrix, row, column] = /m=(\d+)&r=(\d+)&c=(\d+)/.exec(asked[0]!)!.map(Number)
    const perTile = 360 / 2 ** matrix!
    expect(Math.abs(row! - (90 - 31.317) / perTile)).toBeLessThan(4)
    expect(Math.abs(column! - (120.628 + 180) / perTile)).toBeLessThan(4)
    expect(elsewhere).toEqual([])
    upstream.close()
  })

  test('says that there is nothing, rather than showing nothing', async ({ page }) => {
    for (const alert of service.ports.alerts.open())
      service.ports.change({ ...alert, state: 'cleared', acknowledged: true, version: 9 }, 'alert.cleared')
    await page.goto(service.url)
    await expect(queue(page).getByText('当前无未处理告警')).toBeVisible()
    await expect(queue(page)).toContainText('设备 3 台在册')
  })

  test('draws only the rows in sight of a long list', async ({ page }) => {
    const raisedAtMs = Date.now()
    for (let index = 0; index < 2_000; index++) {
      const subject = { device: `D-${index}` }
      service.ports.change(
        alertOf({ id: `L-${index}`, severity: 'warning', subject, raisedAtMs, lastAtMs: raisedAtMs }),
      )
    }
    await page.goto(service.url)
    await expect(queue(page).getByText('待确认 2003')).toBeVisible()
    expect(await page.locator('.row').count()).toBeLessThanOrEqual(40)
    await page.locator('.list').evaluate((list) => list.scrollTo(0, list.scrollHeight))
    await expect(row(page, 'A-SILENT')).toBeVisible()
  })

  test('has no barrier, no cut text, no word untranslated and no request elsewhere, in any theme, language and size', async ({
    page,
  }) => {
    test.setTimeout(120_000)
    await expectSound(page, {
      address: `${service.url}/`,
      uncut: 'h1, h2, .tiles button, .pill, .tag, .top, .actions button, .filters select',
      async arrive() {
        await row(page, 'A-SMOKE').click()
        await expect(detail(page).locator('.chart canvas')).toBeVisible()
        await expect(page.locator('.map[data-ready]')).toBeVisible()
      },
    })
  })
})

test.describe('from elsewhere', () => {
  test.beforeEach(async () => {
    service = await startMemoryService({ demo: false })
    furnish(service.ports)
  })

  test('asks for a token, refuses a wrong one, and lets an operator in', async ({ page }) => {
    await page.goto(service.url)
    await page.getByLabel('访问令牌').fill('guess')
    await page.getByRole('button', { name: '进入' }).click()
    await expect(page.getByRole('alert')).toHaveText('令牌无效')

    await page.getByLabel('访问令牌').fill(OPERATOR)
    await page.getByRole('button', { name: '进入' }).click()
    await expect(row(page, 'A-SMOKE')).toBeVisible()
    await expect(page.locator('.pill')).toContainText('实时')
  })

  test('lets a viewer look, not act', async ({ page }) => {
    await page.goto(service.url)
    await page.getByLabel('访问令牌').fill(VIEWER)
    await page.getByRole('button', { name: '进入' }).click()
    await row(page, 'A-SMOKE').click()
    await expect(detail(page)).toContainText('只读身份，不能处置告警')
    await page.keyboard.press('a')
    await expect(row(page, 'A-SMOKE')).toContainText('待确认')
    expect(service.ports.commands).toEqual([])
  })
})
