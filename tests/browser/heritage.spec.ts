import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect as expectSoon, type Page, test } from '@playwright/test'
import { assetPath } from '../../core/source-path.ts'
import type { SuspicionView } from '../../core/suspicion-view.ts'
import { call, furnishHeritage } from './furnish-heritage.ts'
import { expectUncut, listen, seriousFaults } from './page-checks.ts'
import { createRealService, type RealService } from './real-service.ts'

/** The heritage page over the real service: from the ranking to a recorded visit and the report. */

/** Charts of three months on a machine that does other things, too. */
const expect = expectSoon.configure({ timeout: 30_000 })
const PICTURE = assetPath('tests/fixtures/frames/river-debris.jpg')

let service: RealService
let folder: string
test.describe.configure({ mode: 'serial' })
test.beforeAll(async () => {
  test.setTimeout(120_000)
  folder = mkdtempSync(join(tmpdir(), 'huying-evidence-'))
  const table = join(folder, 'evidence.yaml')
  const shipped = readFileSync(assetPath('detectors/fusion/shipped/evidence.yaml'), 'utf8')
  // Weighed every second instead of every minute, so that nobody waits.
  writeFileSync(table, shipped.replace(/roundS: \d+/, 'roundS: 1'))
  service = await createRealService({ HUYING_HOUSES_EVIDENCE: table })
  await service.start()
  await furnishHeritage(service)
  await expect.poll(async () => (await suspicion()).state, { timeout: 30_000 }).toBe('likely')
  await expect.poll(lagOfDatabase, { timeout: 60_000 }).toBe(0)
})
test.afterAll(async () => {
  await service.remove()
  rmSync(folder, { recursive: true, force: true })
})
test.beforeEach(async ({ page }) => {
  await page.addInitScript((token) => sessionStorage.setItem('huying.token', token), service.token)
})

const lagOfDatabase = async () =>
  (await call<{ info: { intakeLag: number } }>(service, 'GET', '/readyz')).info.intakeLag
const suspicion = () => call<SuspicionView>(service, 'GET', '/api/v1/buildings/dyt/suspicion')
const row = (page: Page, id: string) => page.locator(`#house-${id}`)
const file = (page: Page) => page.locator('.file-card')
const curves = (page: Page) => page.locator('.curves-card')
const crack = (page: Page) => page.locator('#curve-crack-d-crack_mm')

test('ranks houses, and shows the riskiest with its sensors, limits, trend and evidence', async ({ page }) => {
  await page.goto(`${service.url}/heritage`)
  await expect(row(page, 'dyt')).toHaveAttribute('aria-selected', 'true')
  await expect(page).toHaveURL(/#house=dyt$/)
  await expect(page.getByRole('option').first()).toContainText('德裕堂')
  await expect(row(page, 'dyt')).toContainText(/前查勘 · 疑似装修 9\d%/)

  await expect(crack(page)).toContainText('1.5 mm：文保所 2025-03（本建筑专设）')
  await expect(crack(page)).toContainText(/每月 0\.3\d* mm（95% 区间/)
  await expect(crack(page)).toContainText(/约 \d+ 天后到限值 1\.5 mm/)
  await expect(crack(page).locator('canvas')).toBeVisible()
  await expect(crack(page).locator('.chart')).toHaveAttribute(
    'aria-label',
    /裂缝宽度变化，crack-d：最近 .* mm，限值 1\.5 mm/,
  )
  await expect(row(page, 'dyt')).toContainText(/约 \d+ 天到限值/)

  await expect(file(page)).toContainText('省级文保')
  await expect(file(page)).toContainText(/未查到备案（.*自动查询）/)
  await expect(file(page)).toContainText(/时长 [\d.]+ 小时 · 振动峰值速度 1\.5 mm\/s/)
  await page.keyboard.press('4')
  await expect(page.getByRole('button', { name: '1 年' })).toHaveAttribute('aria-pressed', 'true')
  await file(page).getByRole('button', { name: '钻孔振动' }).first().click()
  await expect(page.getByRole('button', { name: '7 天', exact: true })).toHaveAttribute('aria-pressed', 'true')
  await expect(page.locator('#curve-v-dyt-ppv_mm_s')).toBeFocused()
})

test('never shows a house without data as well', async ({ page }) => {
  await page.goto(`${service.url}/heritage`)
  await expect(row(page, 'tyx').getByRole('img', { name: '无数据' })).toBeVisible()
  await expect(row(page, 'tyx')).toContainText('—')
  await expect(row(page, 'plain').getByRole('img', { name: '未装传感器' })).toBeVisible()
  await page.keyboard.press('/')
  await page.keyboard.type('听雨')
  await expect(page.getByRole('option')).toHaveCount(1)
  await row(page, 'tyx').click()
  await expect(curves(page)).toContainText('所选时段无数据')
  await expect(file(page)).toContainText('没有可用数据，风险未知，不代表正常。')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('option')).toHaveCount(3)
  await page.keyboard.press('j')
  await expect(row(page, 'plain')).toHaveAttribute('aria-selected', 'true')
  await expect(curves(page)).toContainText('本建筑未装传感器')
})

test('leads to the alert of a house and back', async ({ page }) => {
  await page.goto(`${service.url}/heritage#house=dyt`)
  await file(page).getByRole('link', { name: /装修/ }).first().click()
  await expect(page).toHaveURL(/\/#alert=/)
  await page.getByRole('link', { name: 'dyt 建筑档案 ›' }).click()
  await expect(page).toHaveURL(/\/heritage#house=dyt/)
  await expect(file(page)).toContainText('德裕堂')
})

test('gives a record to its house, and keeps pictures', async ({ page }) => {
  await page.goto(`${service.url}/heritage#house=plain`)
  await expect(page.getByRole('button', { name: /待认领 1/ })).toBeVisible()
  await page.keyboard.press('u')
  const dialog = page.getByRole('dialog', { name: '待认领的登记' })
  await expect(dialog).toContainText('学宫巷712、714号')
  await dialog.getByRole('searchbox').fill('学宫巷714')
  await dialog.getByRole('button', { name: '学宫巷714号 plain' }).click()
  await expect(dialog).toContainText('没有待认领的登记')
  await page.keyboard.press('Escape')
  await expect(file(page)).toContainText('租约签订')

  await file(page).getByRole('button', { name: '添加' }).click()
  await file(page)
    .getByLabel(/^文件（/)
    .setInputFiles(PICTURE)
  await file(page).getByLabel('说明').fill('南立面')
  await file(page).getByRole('button', { name: '添加' }).last().click()
  await expect(file(page).getByRole('img', { name: '南立面' })).toBeVisible()
})

for (const lang of ['zh', 'en'] as const)
  test(`is accessible in both themes, cuts nothing off and asks nobody else: ${lang}`, async ({ page }) => {
    const heard = listen(page, service.url)
    await page.goto(`${service.url}/heritage?theme=dark&lang=${lang}#house=dyt`)
    await expect(crack(page).locator('canvas')).toBeVisible()
    await expect(page.locator('.house-map .map[data-ready]')).toBeVisible()
    expect(await seriousFaults(page)).toEqual([])
    await expect(page.locator('body')).not.toContainText(/\b(heritage|evidence|command)\.[a-z]/)
    await expectUncut(page, '.heritage button, .heritage h2, .heritage h3, .heritage .tag, .file-body')
    await page.keyboard.press('t')
    expect(await seriousFaults(page)).toEqual([])
    await page.keyboard.press('v')
    await expect(page.getByRole('dialog')).toBeVisible()
    expect(await seriousFaults(page)).toEqual([])
    expect(heard).toEqual({ elsewhere: [], faults: [] })
  })

test('is a list, then a house, on a phone', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto(`${service.url}/heritage`)
  await row(page, 'dyt').click()
  const record = page.getByRole('button', { name: '登记查勘结果' })
  await expect(record).toBeInViewport()
  expect((await record.boundingBox())!.height).toBeGreaterThanOrEqual(44)
  await crack(page).scrollIntoViewIfNeeded()
  await expect(crack(page).locator('canvas')).toBeVisible()
  await page.getByRole('button', { name: '返回列表' }).click()
  await expect(row(page, 'tyx')).toBeVisible()
})

test('asks for a visit, records what was found by keyboard, and gives the report', async ({ page }) => {
  await page.goto(`${service.url}/heritage#house=dyt`)
  await expect(file(page)).toContainText('德裕堂')
  await page.keyboard.press('a')
  await page.getByLabel('请谁去').fill('名城保护办')
  await page.getByLabel('请查看什么').fill('东山墙')
  await page.getByRole('button', { name: '发起', exact: true }).click()
  await expect(file(page)).toContainText(/已请名城保护办于 .* 前查勘/)

  const before = (await suspicion()).probability
  await page.keyboard.press('v')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: '登记' }).click()
  await expect(dialog.getByRole('alert')).toContainText('请选择结果')
  await dialog.getByLabel(/未见施工/).check()
  await dialog.getByLabel('现场情况').fill('v 屋内只有搬家')
  await dialog.getByRole('button', { name: '登记' }).click()
  await expect(file(page).getByRole('status')).toContainText('查勘结果已登记')
  await expect(file(page)).toContainText('屋内只有搬家')
  await expect(file(page)).not.toContainText('已请名城保护办')
  expect((await suspicion()).probability).toBeLessThan(before)
  await expect(row(page, 'dyt')).not.toContainText('前查勘')

  await page.keyboard.press('p')
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: '打开打印页' }).click(),
  ])
  expect(readFileSync(await download.path(), 'utf8')).toContain('德裕堂')
})
