import { expect, type Page, test } from '@playwright/test'
import { alertOf } from '../dashboards/alert-of.ts'
import { furnish, type MemoryService, startMemoryService, suspect } from './memory-service.ts'
import { seriousFaults } from './page-checks.ts'

/** What people do in the command centre: over the built page, the real API, and memory. */

const row = (page: Page, id: string) => page.locator(`#alert-${id}`)
const queue = (page: Page) => page.getByRole('region', { name: '告警队列' })
const detail = (page: Page) => page.getByRole('region', { name: '告警详情' })
const said = () => service.ports.commands.map(({ type, alertId }) => `${type} ${alertId}`).sort()

let service: MemoryService
test.afterEach(() => service.stop())

test.describe('on this machine', () => {
  test.beforeEach(async () => {
    service = await startMemoryService({ demo: true })
    furnish(service.ports)
  })

  test('acknowledges several after ten seconds, and none of them when it is undone', async ({ page }) => {
    await page.goto(service.url)
    await row(page, 'A-SMOKE').click()
    await row(page, 'A-SILENT').click({ modifiers: ['Shift'] })
    await expect(queue(page).getByRole('toolbar', { name: '已选 3 条' })).toBeVisible()
    await page.keyboard.press('a')
    await expect(queue(page).getByRole('status')).toContainText('秒后确认 3 条')
    await expect(row(page, 'A-SMOKE')).toContainText('待发送')
    await page.keyboard.press('z')
    await expect(row(page, 'A-SMOKE')).toContainText('待确认')
    expect(said()).toEqual([])

    await page.keyboard.press('Control+a')
    await page.keyboard.press('a')
    await queue(page).getByRole('button', { name: '立即执行' }).click()
    await expect(queue(page).getByRole('status')).toContainText('已确认 3 条')
    expect(said()).toEqual(['acknowledge A-LEVEL', 'acknowledge A-SILENT', 'acknowledge A-SMOKE'])
    const keys = service.ports.commands.map(({ idempotencyKey }) => idempotencyKey)
    expect(new Set(keys).size).toBe(3)
    expect(keys).not.toContain(undefined)
  })

  test('sends what waits when the page is closed', async ({ page }) => {
    await page.goto(service.url)
    await row(page, 'A-SMOKE').click()
    await row(page, 'A-SILENT').click({ modifiers: ['Shift'] })
    await page.keyboard.press('a')
    await expect(queue(page).getByRole('status')).toContainText('秒后')
    await page.goto('about:blank')
    await expect.poll(said).toHaveLength(3)
  })

  test('asks for a reason, an end and a receiver, and shows whose an alert is', async ({ page }) => {
    await page.goto(service.url)
    await row(page, 'A-LEVEL').click()
    await page.keyboard.press('d')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('部门').fill('河长办')
    await page.keyboard.press('Enter')
    await expect(row(page, 'A-LEVEL')).toContainText('已派遣')
    await expect(detail(page)).toContainText('河长办')

    await page.keyboard.press('s')
    await dialog.getByLabel('其他时间').check()
    await dialog.getByLabel('搁置到（本街道时间）').fill('2020-01-01T08:00')
    await expect(dialog.getByRole('button', { name: '搁置' })).toBeDisabled()
    await dialog.getByLabel('搁置到（本街道时间）').fill('2031-05-01T08:30')
    await dialog.getByRole('button', { name: '搁置' }).click()
    await expect(detail(page)).toContainText(/搁置至05\/01 08:30/)
    expect(service.ports.commands.at(-1)).toMatchObject({ untilMs: Date.UTC(2031, 4, 1, 0, 30) })

    await page.keyboard.press('x')
    await expect(dialog.getByRole('button', { name: '误报' })).toBeDisabled()
    expect(await seriousFaults(page)).toEqual([])
    await dialog.getByLabel('天气影响').check()
    await dialog.getByRole('button', { name: '误报' }).click()
    await expect(detail(page)).toContainText('天气影响')

    await page.keyboard.press('d')
    await dialog.getByRole('button', { name: '移交其他系统' }).click()
    await dialog.getByLabel('工单号').fill('2026-1187')
    await dialog.getByRole('button', { name: '移交', exact: true }).click()
    await expect(row(page, 'A-LEVEL')).toContainText('已移交 2026-1187')
    await detail(page).getByRole('button', { name: '重新打开' }).click()
    await expect(row(page, 'A-LEVEL')).toContainText('待确认')
    expect(said()).toEqual(['assign', 'false_alarm', 'hand_over', 'reopen', 'shelve'].map((type) => `${type} A-LEVEL`))
  })

  test('says that an alert has changed since somebody looked, and does nothing to it', async ({ page }) => {
    await page.goto(service.url)
    await row(page, 'A-SMOKE').click()
    await expect(detail(page)).toContainText('东园路45号')
    await page.route('**/acknowledge', async (route) => {
      const body = { ...(route.request().postDataJSON() as object), expectedVersion: 0 }
      await route.continue({ postData: JSON.stringify(body) })
    })
    await page.keyboard.press('a')
    await expect(detail(page).getByRole('alert')).toContainText('告警在您查看后有新变化')
    await expect(row(page, 'A-SMOKE')).toContainText('待确认')
    expect(said()).toEqual([])
  })

  test('opens the alert that a link names, open or closed', async ({ page }) => {
    service.ports.change(
      alertOf({ id: 'OLD', state: 'cleared', acknowledged: true, place: '平桥街12号' }),
      'alert.cleared',
    )
    await page.goto(`${service.url}/#alert=OLD`)
    await expect(detail(page)).toContainText('平桥街12号')
    await page.keyboard.press('j')
    await expect(page).toHaveURL(/#alert=A-/)
    await page.goto(`${service.url}/#alert=NONE`)
    await page.reload()
    await expect(queue(page).getByRole('alert')).toContainText('没有编号为 NONE 的告警')
  })

  test('finds by words, says what the filter hides, and keeps both in the address', async ({ page }) => {
    await page.goto(service.url)
    await expect(row(page, 'A-SMOKE')).toBeVisible()
    await page.keyboard.press('/')
    await page.keyboard.type('水位')
    await expect(queue(page).locator('.row')).toHaveCount(1)
    await expect(page).toHaveURL(/q=%E6%B0%B4%E4%BD%8D/)
    await queue(page)
      .getByRole('button', { name: /另有 1 条Ⅰ级待确认告警/ })
      .click()
    await expect(queue(page).locator('.row')).toHaveCount(3)
  })

  test('groups a flood by cause, level Ⅰ apart, and acts on a whole group', async ({ page }) => {
    const raised = { raisedAtMs: Date.now(), lastAtMs: Date.now() }
    for (let n = 0; n < 12; n++)
      service.ports.change(
        alertOf({ id: `F-${n}`, severity: 'minor', place: '学宫巷8号', subject: { device: `D-${n}` }, ...raised }),
      )
    await page.goto(service.url)
    const group = queue(page).locator('.row.group')
    await expect(group).toContainText('12 条')
    await expect(row(page, 'A-SMOKE')).toBeVisible()
    await group.click()
    await page.keyboard.press('Enter')
    await expect(queue(page).locator('.row.is-member').first()).toBeVisible()
    await group.click()
    await page.keyboard.press('a')
    await expect(queue(page).getByRole('status')).toContainText('秒后确认 12 条')
    await page.keyboard.press('z')

    await page.getByRole('region', { name: '告警洪峰' }).getByTitle('搁置这一来源的告警').first().click()
    await page.getByRole('dialog').getByRole('button', { name: '搁置 12 条' }).click()
    await queue(page).getByRole('button', { name: '立即执行' }).click()
    await expect.poll(said).toHaveLength(12)
  })

  test('shows what is due, whether repeats still come and who has it, and sorts by deadline', async ({ page }) => {
    service.ports.subscriberStates.push(
      { name: 'dispatch-1', connected: 1, acknowledged: 9, lag: 0, lagS: 0, filters: [] },
      { name: 'dispatch-2', connected: 0, acknowledged: 1, lag: 8, lagS: null, filters: [] },
    )
    const dayAgoMs = Date.now() - 25 * 3_600_000
    service.ports.change(alertOf({ id: 'A-OLD', severity: 'minor', raisedAtMs: dayAgoMs, lastAtMs: dayAgoMs }))
    await page.goto(service.url)
    await expect(queue(page).locator('.row').first()).toHaveId('alert-A-SMOKE')
    await expect(row(page, 'A-OLD')).toContainText('超时')
    await expect(row(page, 'A-LEVEL').getByRole('img', { name: '持续增加' })).toBeVisible()
    await queue(page).getByRole('button', { name: '按处置时限排序' }).click()
    await expect(queue(page).locator('.row').first()).toHaveId('alert-A-OLD')
    await expect(page).toHaveURL(/sort=deadline/)
    await row(page, 'A-LEVEL').click()
    await expect(detail(page)).toContainText('dispatch-1 已接收')
    await expect(detail(page)).toContainText('dispatch-2 未连接（待送 8 条）')
    await expect(detail(page)).toContainText(/处置时限.*剩 23\.\d 小时/)
  })

  test('says why works are thought to go on in a house, what else it may be, and that nobody went in time', async ({
    page,
  }) => {
    suspect(service.ports)
    await page.goto(`${service.url}/#alert=A-WORKS`)
    const rule = detail(page).getByRole('link', { name: /renovation-likely/ })
    await expect(rule).toHaveAttribute('href', '/operations#rules=renovation-likely')
    await expect(detail(page)).toContainText('可能性 93%')
    await expect(detail(page).getByText(/上门查看已逾期/)).toBeVisible()
    await expect(detail(page)).toContainText('未查到备案')
    const evidence = detail(page).locator('.evidence li')
    await expect(evidence.nth(0)).toContainText('3 天前 · 时长 4.5 小时 · 平时 0.2')
    await expect(evidence.nth(1)).toContainText('也可能是：邻屋施工 听雨轩13号（余 50%）')
    await expect(evidence.nth(2)).toContainText('反证')
    await expect(detail(page)).toContainText('另有 2 条较轻依据')
    await expect(page.locator('body')).not.toContainText(/\b(command|event|reason)\.[a-z]/)
    expect(await seriousFaults(page)).toEqual([])
  })

  test('sounds once somebody allows it, louder for worse, and not while it is muted', async ({ page }) => {
    await page.addInitScript(() => {
      const heard: number[] = []
      const node = { connect: () => undefined, disconnect: () => undefined }
      const value = { value: 0, setValueAtTime: () => undefined, linearRampToValueAtTime: () => undefined }
      class Stub {
        state = 'suspended'
        currentTime = 0
        destination = node
        resume() {
          this.state = 'running'
          return Promise.resolve()
        }
        createGain = () => ({ ...node, gain: value })
        createOscillator = () => {
          const frequency = { value: 0 }
          return { ...node, frequency, start: () => heard.push(frequency.value), stop: () => undefined }
        }
      }
      Object.assign(window, { AudioContext: Stub, heard })
    })
    const heard = () => page.evaluate(() => (window as unknown as { heard: number[] }).heard.length)
    service.ports.change(alertOf({ id: 'A-SMOKE', acknowledged: true, version: 2 }), 'alert.acknowledged')
    await page.goto(service.url)
    const banner = page.getByRole('region', { name: '声音' })
    await banner.getByRole('button', { name: '启用声音' }).click()
    await expect(banner).toHaveCount(0)

    const now = () => ({ raisedAtMs: Date.now(), lastAtMs: Date.now() })
    service.ports.change(alertOf({ id: 'N-4', severity: 'warning', ...now() }))
    await expect(row(page, 'N-4')).toBeVisible()
    expect(await heard()).toBe(0)
    service.ports.change(alertOf({ id: 'N-2', severity: 'major', ...now() }))
    await expect.poll(heard).toBe(2)
    await page.keyboard.press('m')
    await expect(page.getByRole('button', { name: /静音 0?[45]:/ })).toBeVisible()
    service.ports.change(alertOf({ id: 'M-2', severity: 'major', ...now() }))
    await expect(row(page, 'M-2')).toBeVisible()
    expect(await heard()).toBe(2)
    service.ports.change(alertOf({ id: 'N-1', ...now() }))
    await expect.poll(heard).toBe(8)
    await expect(page).toHaveTitle(/^\(\d\) Ⅰ级/)
  })

  test('makes a report for the next shift', async ({ page }) => {
    await page.goto(service.url)
    await row(page, 'A-SMOKE').click()
    await page.keyboard.press('a')
    await expect(row(page, 'A-SMOKE')).toContainText('已确认')
    await page.keyboard.press('r')
    const report = page.getByRole('dialog', { name: '交接班记录' })
    await expect(report).toContainText('遗留事项 3')
    await expect(report).toContainText('确认 1')
    expect(await seriousFaults(page)).toEqual([])
    await page.emulateMedia({ media: 'print' })
    await expect(report.getByRole('button', { name: '打印' })).toBeHidden()
    await expect(queue(page)).toBeHidden()
    expect((await page.pdf({ preferCSSPageSize: true })).toString('latin1').match(/\/Type\s*\/Page\b/g)).toHaveLength(1)
  })

  test('goes between pages by keys, and every page has its address', async ({ page }) => {
    await page.goto(service.url)
    await expect(row(page, 'A-SMOKE')).toBeVisible()
    // The two keys belong together only when they come within a second: a machine with much to do may be slower.
    await expect(async () => {
      await page.keyboard.press('g')
      await page.keyboard.press('r')
      await expect(page).toHaveURL(`${service.url}/river`, { timeout: 3_000 })
    }).toPass()
    await page.reload()
    await expect(page.getByRole('link', { name: '巡河' })).toHaveAttribute('aria-current', 'page')
    await expect(async () => {
      await page.keyboard.press('g')
      await page.keyboard.press('c')
      await expect(row(page, 'A-SMOKE')).toBeVisible({ timeout: 3_000 })
    }).toPass()
  })

  test('shows a wall nothing to press', async ({ page }) => {
    await page.goto(`${service.url}/?wall`)
    await expect(row(page, 'A-SMOKE')).toBeVisible()
    await expect(page.getByRole('navigation')).toBeHidden()
    await expect(page.locator('.clock')).toBeVisible()
  })
})
