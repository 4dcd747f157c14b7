import { readFileSync } from 'node:fs'
import { expect, type Page, test } from '@playwright/test'
import { connectAsync } from 'mqtt'
import { assetPath } from '../../core/source-path.ts'
import { createRealService, type RealService } from './real-service.ts'

/** From a device's message to a person's acknowledgement, through the real service. */

const FRAME = readFileSync(assetPath('tests/fixtures/frames/pond-dummy-cone.jpg'))
const POSITION = { lat: 31.3152, lon: 120.6245 }

let service: RealService
test.describe.configure({ mode: 'serial' })

test.beforeAll(async () => {
  test.setTimeout(120_000)
  service = await createRealService()
  await service.start()
  await register({ id: 'SN-1', type: 'smoke-detector', name: '一层烟感', place: '东园路45号', position: POSITION })
  await register({ id: 'UAV-1', type: 'drone', name: '一号无人机', position: POSITION })
  await register({ id: 'SN-2', type: 'smoke-detector', place: '学宫巷8号', position: POSITION })
})
test.afterAll(async () => {
  await service.remove()
})

const bearer = () => ({ authorization: `Bearer ${service.token}` })
const tokens = new Map<string, string>()

async function register(device: { id: string } & Record<string, unknown>): Promise<void> {
  const headers = { ...bearer(), 'content-type': 'application/json' }
  const answer = await fetch(`${service.url}/api/v1/devices`, { method: 'POST', headers, body: JSON.stringify(device) })
  expect(answer.status).toBe(201)
  tokens.set(device.id, ((await answer.json()) as { token: string }).token)
}

async function publish(id: string, values: Record<string, number>): Promise<void> {
  const client = await connectAsync(service.mqttUrl, { username: id, password: tokens.get(id) ?? '', clientId: id })
  await client.publishAsync(`huying/v1/${id}/readings`, JSON.stringify({ at: Date.now(), values }), { qos: 1 })
  await client.endAsync()
}

async function enter(page: Page): Promise<void> {
  await page.goto(service.url)
  await page.getByLabel('访问令牌').fill(service.token)
  await page.getByRole('button', { name: '进入' }).click()
  await expect(page.locator('.pill')).toContainText('实时')
}
const rows = (page: Page) => page.getByRole('region', { name: '告警队列' }).locator('.row')
const detail = (page: Page) => page.getByRole('region', { name: '告警详情' })

test('a reading over MQTT becomes a row, is acknowledged by keyboard, and a colleague sees it', async ({
  page,
  browser,
}) => {
  await enter(page)
  const colleague = await browser.newPage()
  await enter(colleague)

  for (const value of [0.03, 0.04, 0.25]) await publish('SN-1', { smoke_dbm: value })
  const row = rows(page).filter({ hasText: '东园路45号' })
  await expect(row).toContainText('烟雾浓度超限')
  await expect(row).toContainText('0.25 / 0.1 dB/m')
  await expect(rows(colleague).filter({ hasText: '东园路45号' })).toContainText('待确认')

  await page.keyboard.press('j')
  await expect(detail(page).locator('.reason')).toContainText('烟雾浓度 0.25 dB/m，高于限值 0.1 dB/m')
  await expect(detail(page).getByRole('img', { name: /^烟雾浓度：最近 0\.25 dB\/m，限值 0\.1 dB\/m$/ })).toBeVisible()

  await page.keyboard.press('a')
  await expect(row).toContainText('已确认')
  await expect(rows(colleague).filter({ hasText: '东园路45号' })).toContainText('已确认')
  await expect(detail(page).locator('.timeline')).toContainText('确认')
  await colleague.close()
})

test('a frame becomes an alert with its picture, the box drawn on it', async ({ page }) => {
  await enter(page)
  const headers = { ...bearer(), 'content-type': 'image/jpeg' }
  const posted = await fetch(`${service.url}/api/v1/frames?device=UAV-1`, { method: 'POST', headers, body: FRAME })
  expect(posted.status).toBe(202)

  const row = rows(page).filter({ hasText: '河面漂浮物' })
  await expect(row).toBeVisible({ timeout: 30_000 })
  await row.click()
  const picture = detail(page).locator('.picture img')
  await expect(picture).toBeVisible()
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0)

  await detail(page).getByRole('button', { name: '全图' }).click()
  await expect(detail(page).locator('.boxes .is-meant .box-line')).toHaveCount(1)
  await expect(detail(page).locator('.boxes')).toContainText('漂浮物')
})

test('a service that is killed is missed at once, and comes back with everything, once', async ({ page }) => {
  test.setTimeout(120_000)
  await enter(page)
  await expect(rows(page).filter({ hasText: '东园路45号' })).toHaveCount(1)
  const before = await rows(page).count()

  await service.kill()
  await expect(page.getByRole('alert')).toContainText('数据停更')
  await expect(rows(page)).toHaveCount(before)

  await service.start()
  await expect(page.getByRole('alert')).toHaveCount(0, { timeout: 45_000 })
  await expect(rows(page)).toHaveCount(before)
  await publish('SN-2', { smoke_dbm: 0.5 })
  await expect(rows(page).filter({ hasText: '学宫巷8号' })).toHaveCount(1)
})
