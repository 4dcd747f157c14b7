import { expect, type Page, test } from '@playwright/test'
import { reviewStateOf } from '../../core/finding.ts'
import { VIEWER } from '../dashboards/memory-ports.ts'
import { addFrame, addManyFindings, furnishRiver } from './furnish-river.ts'
import { type MemoryService, startMemoryService } from './memory-service.ts'
import { expectSound } from './page-checks.ts'

/** The river page over the real API, with memory behind it: reviewing, and the states that it is seldom in. */

const row = (page: Page, id: string) => page.locator(`#finding-${id}`)
const list = (page: Page) => page.getByRole('listbox', { name: /检出列表|Findings/ })
const frame = (page: Page) => page.locator('.frame-canvas')
const shown = (page: Page) => page.locator('.frame-canvas[data-look^="frame-1"]')

let service: MemoryService
test.beforeEach(async () => {
  service = await startMemoryService({ demo: true })
  furnishRiver(service.ports)
})
test.afterEach(() => service.stop())

const reviewOf = (id: string) => reviewStateOf(service.ports.patrol.findings.finding(id)!)

test('opens the newest flight with something left, and is worked by keys alone', async ({ page }) => {
  await page.goto(`${service.url}/river`)
  await expect(row(page, 'f1-0')).toHaveAttribute('aria-selected', 'true')
  await expect(shown(page)).toBeVisible()
  await expect(page).toHaveURL(/flight=flight-1&finding=f1-0/)
  expect(await list(page).getByRole('option').allTextContents()).toEqual([
    expect.stringContaining('K0+500 · 左岸'),
    expect.stringContaining('K0+620 · 右岸'),
    expect.stringContaining('K0+700 · 左岸'),
    expect.stringContaining('K0+800 · 右岸'),
  ])

  await page.keyboard.press('y')
  await expect(row(page, 'f1-0').getByRole('img', { name: '已确认' })).toBeVisible()
  await expect(row(page, 'f1-1')).toHaveAttribute('aria-selected', 'true')
  await expect.poll(() => reviewOf('f1-0')).toBe('confirmed')

  await page.keyboard.press('n')
  await expect(page.getByRole('button', { name: /反光/ })).toBeVisible()
  await page.keyboard.press('4')
  await expect(row(page, 'f1-2')).toHaveAttribute('aria-selected', 'true')
  await expect
    .poll(() => service.ports.patrol.findings.finding('f1-1')!.verdicts.at(-1))
    .toMatchObject({
      verdict: 'rejected',
      reason: 'boat_wake',
    })
  await expect(page.getByText('已研判 3 / 4').first()).toBeVisible()

  await page.keyboard.press('u')
  await expect(row(page, 'f1-1')).toHaveAttribute('aria-selected', 'true')
  await expect.poll(() => reviewOf('f1-1')).toBe('undecided')

  await page.keyboard.press('1')
  await expect(row(page, 'f1-1')).toContainText('漂浮物')
  await expect(page.locator('.finding-facts')).toContainText('模型原判：船只')
  await page.keyboard.press('k')
  await expect(row(page, 'f1-0')).toHaveAttribute('aria-selected', 'true')
})

test('zooms to the finding, hides boxes and compares, each by a key that its button shows', async ({ page }) => {
  await page.goto(`${service.url}/river`)
  await expect(shown(page)).toBeVisible()
  const picture = () => frame(page).evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL())
  const whole = await picture()
  const isWhole = async () => (await picture()) === whole
  await page.keyboard.press('z')
  await expect(page.getByRole('button', { name: /放大/ }).first()).toHaveAttribute('aria-pressed', 'true')
  await expect.poll(isWhole).toBe(false)
  await page.keyboard.press('Escape')
  await expect.poll(isWhole).toBe(true)
  await page.keyboard.press('b')
  await expect.poll(isWhole).toBe(false)
  await page.keyboard.press('Shift+Z')
  await expect(page.locator('.frame-tag.is-zoom')).toHaveText('1:1')

  const { best } = service.ports.patrol.findings.finding('f1-0')!
  const look = {
    flightId: 'flight-0',
    frameId: 'frame-1',
    atMs: best.atMs - 1_000,
    spot: [100, 100] as [number, number],
  }
  service.ports.patrol.addPair('f1-0', { before: look, after: { ...look, flightId: 'flight-1', sighting: best } })
  await page.keyboard.press('p')
  await expect(page.locator('.spot')).toHaveCount(2)
  await expect(page.locator('.spot').first()).toContainText('未见到')
})

test('says by keys that it is the same as another, or not ours and whose', async ({ page }) => {
  await page.goto(`${service.url}/river`)
  await expect(shown(page)).toBeVisible()
  await page.keyboard.press('n')
  await page.keyboard.press('d')
  await expect(page.getByRole('group', { name: '与哪一处重复' }).getByRole('button').first()).toContainText(
    '船只 K0+620',
  )
  await page.keyboard.press('1')
  const verdictsOf = (id: string) => service.ports.patrol.findings.finding(id)!.verdicts
  await expect.poll(() => verdictsOf('f1-0').at(-1)).toMatchObject({ verdict: 'duplicate', of: 'f1-1' })
  await expect(row(page, 'f1-0').getByRole('img', { name: '重复' })).toBeVisible()
  await expect(row(page, 'f1-1')).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('o')
  await page.keyboard.press('4')
  await expect.poll(() => verdictsOf('f1-1').at(-1)).toMatchObject({ verdict: 'not_ours', note: '航道海事' })
})

test('draws only the rows in sight of a long list, and keeps the selected one among them', async ({ page }) => {
  addManyFindings(service.ports, 200)
  await page.goto(`${service.url}/river?flight=flight-1&finding=many-150`)
  await expect(row(page, 'many-150')).toBeInViewport()
  expect(await page.locator('.finding-row').count()).toBeLessThanOrEqual(40)
  await expect(page.locator('.strip-mark')).toHaveCount(204)
})

test('draws a box anew by a drag', async ({ page }) => {
  await page.goto(`${service.url}/river`)
  await expect(shown(page)).toBeVisible()
  await page.keyboard.press('r')
  const { x, y, width, height } = (await frame(page).boundingBox())!
  await page.mouse.move(x + width / 2, y + height / 2)
  await page.mouse.down()
  await page.mouse.move(x + width / 2 + 60, y + height / 2 + 40, { steps: 3 })
  await page.mouse.up()
  await expect
    .poll(() => service.ports.patrol.findings.finding('f1-0')!.verdicts.at(-1))
    .toMatchObject({ verdict: 'redrawn', frameId: 'frame-1' })
})

test('keeps the filter in the address, and one selection in list, strip map and map', async ({ page }) => {
  await page.goto(`${service.url}/river`)
  await page.getByLabel('状态').selectOption('undecided')
  await expect(list(page).getByRole('option')).toHaveCount(3)
  await expect(page).toHaveURL(/state=undecided/)
  await page.reload()
  await expect(list(page).getByRole('option')).toHaveCount(3)
  await page.locator('.strip-mark[data-finding=f1-1]').click()
  await expect(row(page, 'f1-1')).toHaveAttribute('aria-selected', 'true')
  await expect(page.locator('.strip-gap')).toHaveCount(1)
  await expect(page.locator('.strip-gap title')).toHaveText('K0+900–K1+100 模糊')

  await page.getByLabel('状态').selectOption('confirmed')
  await expect(page.getByText('没有符合筛选的检出')).toBeVisible()
  await page.getByRole('button', { name: '清除筛选' }).click()
  await expect(list(page).getByRole('option')).toHaveCount(4)
})

test('says what a flight without findings is, and finds flights by day and reaches nobody flew', async ({ page }) => {
  await page.goto(`${service.url}/river?flight=flight-0`)
  await expect(page.getByText('本架次无检出 · 影像 3 张已分析')).toBeVisible()
  await page.keyboard.press('f')
  const panel = page.getByRole('complementary', { name: '架次与河段' })
  await expect(panel.getByRole('button', { name: /上塘段/ })).toContainText('上次巡查')
  await expect(panel.getByRole('button', { name: /平桥段/ })).toContainText('超过 7 天未巡')
  await panel
    .getByRole('button', { name: /待研判 3$/ })
    .first()
    .click()
  await expect(panel.locator('.flight-row')).toHaveCount(1)
  await panel.locator('.flight-row').click()
  await expect(row(page, 'f1-0')).toBeVisible()
})

test('can decide without the picture, and says why it is missing', async ({ page }) => {
  await page.goto(`${service.url}/river?flight=flight-1&finding=f1-2`)
  await expect(page.getByText('影像缺失（frame-gone）')).toBeVisible()
  await page.getByRole('button', { name: /确认/ }).click()
  await expect.poll(() => reviewOf('f1-2')).toBe('confirmed')
})

test('rolls back loudly what the service refuses', async ({ page }) => {
  await page.goto(`${service.url}/river`)
  await expect(shown(page)).toBeVisible()
  await page.route('**/verdict', (route) =>
    route.fulfill({ status: 409, json: { error: { code: 'conflict', message: 'there are 1 verdicts, not 0' } } }),
  )
  await page.keyboard.press('y')
  await expect(page.getByRole('alert')).toContainText('你的决定没有记下')
  await expect(row(page, 'f1-0')).toHaveAttribute('aria-selected', 'true')
  await expect(row(page, 'f1-0').getByRole('img', { name: '待研判' })).toBeVisible()
})

test('keeps decisions while the service is away, also over a reload, and sends each once when it is back', async ({
  page,
}) => {
  await page.goto(`${service.url}/river`)
  await expect(shown(page)).toBeVisible()
  await page.route('**/verdict', (route) => route.abort())
  await page.keyboard.press('y')
  await page.keyboard.press('y')
  await expect(page.getByText('待同步 2')).toBeVisible()
  expect(reviewOf('f1-0')).toBe('undecided')

  page.on('dialog', (dialog) => dialog.accept())
  await page.reload()
  await expect(page.getByText('待同步 2')).toBeVisible()
  await expect(row(page, 'f1-0').getByRole('img', { name: '已确认' })).toBeVisible()
  await page.unroute('**/verdict')
  await expect.poll(() => [reviewOf('f1-0'), reviewOf('f1-1')], { timeout: 15_000 }).toEqual(['confirmed', 'confirmed'])
  await expect(page.getByText('待同步')).toHaveCount(0)
  expect(service.ports.patrol.findings.finding('f1-0')!.verdicts).toHaveLength(1)
})

test('tells of a failed list, and tries again', async ({ page }) => {
  await page.route('**/api/v1/findings?*', (route) => route.fulfill({ status: 503, body: '{}' }))
  await page.goto(`${service.url}/river`)
  await expect(page.getByText(/检出载入失败/)).toBeVisible()
  await page.unroute('**/api/v1/findings?*')
  await page.getByRole('button', { name: '重试' }).click()
  await expect(row(page, 'f1-0')).toBeVisible()
})

test('lets a viewer look, not decide', async ({ page }) => {
  await page.addInitScript((token) => sessionStorage.setItem('huying.token', token), VIEWER)
  await page.goto(`${service.url}/river`)
  await expect(page.getByText('只读身份，不能研判')).toBeVisible()
  await page.keyboard.press('y')
  await expect(page.getByRole('button', { name: /查看原图/ })).toHaveCount(0)
  expect(reviewOf('f1-0')).toBe('undecided')
})

test('shows an original only to those with the right to it, who say why', async ({ page }) => {
  await page.goto(`${service.url}/river`)
  await page.getByRole('button', { name: '查看原图…' }).click()
  await page.getByLabel('查看理由').fill('y 投诉 118')
  await page.getByRole('button', { name: '查看并记录' }).click()
  await expect(page.getByRole('img', { name: '原图' })).toBeVisible()
  expect(service.ports.ledger).toMatchObject([{ type: 'original.viewed', frameId: 'frame-1', reason: 'y 投诉 118' }])
  expect(reviewOf('f1-0')).toBe('undecided')
})

test('is a list, a picture and two large buttons on a phone', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto(`${service.url}/river`)
  await row(page, 'f1-0').click()
  await expect(shown(page)).toBeVisible()
  const confirm = page.getByRole('button', { name: '确认' })
  expect((await confirm.boundingBox())!.height).toBeGreaterThanOrEqual(48)
  await confirm.click()
  await expect.poll(() => reviewOf('f1-0')).toBe('confirmed')
  await page.getByRole('button', { name: '驳回' }).click()
  await page.getByRole('button', { name: '反光' }).click()
  await expect.poll(() => reviewOf('f1-1')).toBe('rejected')
  await page.getByRole('button', { name: '地图' }).click()
  await expect(page.locator('.river-map .map[data-ready]')).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: '返回列表' }).click()
  await expect(row(page, 'f1-2')).toBeVisible()
})

test('has no barrier, no cut text, no word untranslated and no request elsewhere, in any theme, language and size', async ({
  page,
}) => {
  test.setTimeout(120_000)
  addFrame(service.ports, 'frame-gone', Date.now())
  await expectSound(page, {
    address: `${service.url}/river`,
    uncut: '.top, .river button, .river h2, .river h3, .river .tag, .finding-facts',
    async arrive() {
      await expect(shown(page)).toBeVisible()
      await expect(page.locator('.river-map .map[data-ready]')).toBeVisible()
      await page.keyboard.press('f')
    },
  })
})
