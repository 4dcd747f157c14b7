import { expect, type Page, test } from '@playwright/test'
import type { FindingView, PageOf } from '../../dashboards/contract.ts'
import { loadPicture } from '../../simulators/drone/pictures.ts'
import { takePicture } from '../../simulators/drone/take-picture.ts'
import { createRealService, type RealService } from './real-service.ts'

/** From a drone's pictures to a reviewer's word and the alert that goes to dispatch, through the real service. */

/** Over the simulated river, so low that the rescue dummy is as large as a person. */
const POND = { lat: 31.31488, lon: 120.62155, relativeAltitudeM: 12 }
const BOAT = { lat: 31.31486, lon: 120.62348, relativeAltitudeM: 30 }

let service: RealService
test.describe.configure({ mode: 'serial' })
test.beforeAll(async () => {
  test.setTimeout(120_000)
  service = await createRealService()
  await service.start()
  const drone = { id: 'UAV-1', type: 'drone', name: '巡河一号' }
  await ask('POST', '/api/v1/devices', JSON.stringify(drone), 'application/json')
  const nowMs = Date.now()
  await send('pond-dummy-cone.jpg', POND, nowMs - 4_000)
  await send('river-boat.jpg', BOAT, nowMs - 2_000)
  await expect.poll(async () => (await findings()).length, { timeout: 60_000 }).toBeGreaterThanOrEqual(3)
})
test.afterAll(() => service.remove())

async function ask(method: string, path: string, body: BodyInit | null = null, type?: string): Promise<Response> {
  const headers = { authorization: `Bearer ${service.token}`, ...(type && { 'content-type': type }) }
  const answer = await fetch(`${service.url}${path}`, { method, headers, body })
  expect(answer.ok, `${method} ${path}`).toBe(true)
  return answer
}

function send(picture: string, { lat, lon, relativeAltitudeM }: typeof POND, atMs: number): Promise<Response> {
  const angles = { yawDeg: 90, gimbalPitchDeg: -90, gimbalYawDeg: 90, gimbalRollDeg: 0 }
  const heights = { relativeAltitudeM, absoluteAltitudeM: relativeAltitudeM + 4 }
  const jpeg = takePicture(loadPicture(picture), { position: { lat, lon }, ...heights, ...angles }, atMs)
  return ask('POST', '/api/v1/frames?device=UAV-1', new Uint8Array(jpeg), 'image/jpeg')
}

async function findings(): Promise<FindingView[]> {
  return ((await (await ask('GET', '/api/v1/findings')).json()) as PageOf<FindingView>).items
}

async function enter(page: Page): Promise<void> {
  await page.goto(`${service.url}/river`)
  await page.getByLabel('访问令牌').fill(service.token)
  await page.getByRole('button', { name: '进入' }).click()
}

const row = (page: Page, id: string) => page.locator(`#finding-${id}`)

test('a finding is opened, confirmed by a key, goes to dispatch, is told to a colleague and taken back', async ({
  page,
  browser,
}) => {
  await enter(page)
  const debris = (await findings()).find(({ label }) => label === 'debris')!
  await row(page, debris.id).click()
  await expect(page.locator(`.frame-canvas[data-look="${debris.best.frameId} ${debris.id}"]`)).toBeVisible()
  const colleague = await browser.newPage()
  await enter(colleague)

  await page.keyboard.press('y')
  await expect(row(page, debris.id).getByRole('img', { name: '已确认' })).toBeVisible()
  await expect(row(colleague, debris.id).getByRole('img', { name: '已确认' })).toBeVisible()
  const confirmed = async () => (await findings()).find(({ id }) => id === debris.id)?.review
  await expect.poll(confirmed).toBe('confirmed')
  await row(page, debris.id).click()
  await expect(page.locator('.finding-facts')).toContainText('告警已推送派遣')
  await expect(page.locator('.finding-facts')).toContainText('admin 确认')

  await page.keyboard.press('u')
  await expect.poll(confirmed).toBe('undecided')
  await expect(row(colleague, debris.id).getByRole('img', { name: '待研判' })).toBeVisible()
  await colleague.close()
})

test('what is rejected with a reason has no alert any more', async ({ page }) => {
  await enter(page)
  const boat = (await findings()).find(({ label }) => label === 'boat')!
  await row(page, boat.id).click()
  await page.keyboard.press('n')
  await page.keyboard.press('3')
  await expect.poll(async () => (await findings()).find(({ id }) => id === boat.id)?.review).toBe('rejected')
  await row(page, boat.id).click()
  await expect(page.locator('.finding-facts')).toContainText('驳回（阴影）')
  const open = (await (await ask('GET', '/api/v1/alerts?open=true')).json()) as PageOf<{ finding?: { id: string } }>
  expect(open.items.map(({ finding }) => finding?.id)).not.toContain(boat.id)
})
