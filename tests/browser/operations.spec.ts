import { expect, type Page, test } from '@playwright/test'
import { connectAsync } from 'mqtt'
import { startMemoryService } from './memory-service.ts'
import { expectUncut, seriousFaults } from './page-checks.ts'
import { createRealService, type RealService } from './real-service.ts'

/** The operations page on the real service: what a device said, and a rule from its text to its next version. */

const VIEWS = ['devices', 'rules', 'models', 'delivery', 'ledger', 'log', 'settings']

let service: RealService
let token: string
test.describe.configure({ mode: 'serial' })

test.beforeAll(async () => {
  test.setTimeout(120_000)
  service = await createRealService()
  await service.start()
  token = (await send('POST', '/devices', { id: 'SN-1', type: 'smoke-detector', place: '东园路45号' })).token as string
  await send('POST', '/devices', { id: 'SN-2', type: 'thermometer', name: '二号温度计' })
})
test.afterAll(() => service.remove())

async function send(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${service.token}`, ...(body && { 'content-type': 'application/json' }) }
  const answer = await fetch(`${service.url}/api/v1${path}`, {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  })
  expect(answer.status).toBeLessThan(300)
  return (await answer.json()) as Record<string, unknown>
}

async function publish(...payloads: string[]): Promise<void> {
  const options = { username: 'SN-1', password: token, clientId: 'SN-1' }
  const client = await connectAsync(service.mqttUrl, options)
  const birth = JSON.stringify({ online: true, firmware: '1.4.2' })
  await client.publishAsync('huying/v1/SN-1/status', birth, { qos: 1 })
  for (const payload of payloads) await client.publishAsync('huying/v1/SN-1/readings', payload, { qos: 1 })
  await client.endAsync()
}

async function enter(page: Page, path: string, as = service.token): Promise<void> {
  await page.addInitScript((known) => sessionStorage.setItem('huying.token', known), as)
  await page.goto(`${service.url}${path}`)
  await expect(page.locator('.stage-number').first()).toBeVisible()
}
const devices = (page: Page) => page.getByRole('region', { name: '设备健康' }).getByRole('table')
const drawer = (page: Page) => page.getByRole('region', { name: '设备 SN-1' })

test('shows what a device really said, and why a part of it was refused', async ({ page }) => {
  const at = new Date().toISOString()
  await publish(`{"at":"${at}","values":{"smoke_dbm":0.031,"battery_pct":12}}`, 'smoke=0.4')
  await enter(page, '/operations')
  const row = devices(page).getByRole('row', { name: /SN-1/ })
  await expect(row).toContainText('12%')
  await expect(row).toContainText('1.4.2')
  await page.getByRole('button', { name: '低电 1' }).click()
  await expect(devices(page).getByRole('row')).toHaveCount(2)

  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/#devices=SN-1$/)
  const payloads = drawer(page).locator('.payload')
  await expect(payloads.first()).toContainText('smoke=0.4')
  await expect(payloads.first()).toContainText('报文格式有误：the payload is not JSON')
  await expect(payloads.nth(1)).toContainText('烟雾浓度 0.031 dB/m')

  await drawer(page).getByText('试解析一条报文').click()
  await drawer(page).getByLabel('报文内容').fill('{"values":{"smoke_dbm":"high"}}')
  await drawer(page).getByRole('button', { name: '试解析' }).click()
  await expect(drawer(page).getByText('会被拒收：')).toBeVisible()

  await drawer(page).getByRole('tab', { name: /拒收/ }).click()
  await expect(drawer(page).getByRole('cell', { name: /报文格式有误/ })).toBeVisible()
  await drawer(page).getByRole('tab', { name: '登记' }).click()
  await drawer(page).getByLabel('位置').fill('东园路47号')
  await drawer(page).getByRole('button', { name: '保存' }).click()
  await expect(drawer(page).getByText('已保存')).toBeVisible()
  expect(await send('GET', '/devices/SN-1')).toMatchObject({ place: '东园路47号' })
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await expect(drawer(page)).toHaveCount(0)

  await page.locator('.stage').filter({ hasText: '拒收' }).click()
  await expect(page.getByRole('dialog')).toContainText('报文格式有误')
})

test('takes devices out of service, many at once', async ({ page }) => {
  await enter(page, '/operations')
  await devices(page).getByRole('checkbox', { name: '全部勾选' }).click()
  await page.getByRole('button', { name: '停用', exact: true }).click()
  await page.getByLabel('原因').fill('管网检修')
  await page.getByRole('button', { name: '停用 2 台' }).click()
  await expect(page.getByRole('button', { name: '已停用 2' })).toBeVisible()
})

test('changes a rule: checked by line, tried on history, saved, and held against the version before', async ({
  page,
}) => {
  await enter(page, '/operations#rules=smoke-high')
  await expect(page.getByRole('region', { name: '规则 smoke-high' })).toContainText('随附')
  await page.keyboard.press('e')
  const text = page.getByRole('textbox', { name: /规则内容/ })
  const rule = await text.inputValue()
  const line = rule.split('\n').findIndex((one) => one.includes('above: 0.1')) + 1
  const save = page.getByRole('button', { name: '保存为 v2' })
  await text.fill(rule.replace('above: 0.1', 'above: much'))
  await expect(page.locator('.check-words')).toContainText(`第 ${line} 行`)
  await expect(page.locator('.code-lines .is-faulty')).toHaveText(String(line))
  await expect(save).toBeDisabled()

  await text.fill(rule.replace('above: 0.1', 'above: 0.03').replace('hysteresis: 0.02', 'hysteresis: 0.01'))
  await expect(page.locator('.check-words')).toContainText('检查通过')
  await page.getByRole('button', { name: '在历史数据上试跑' }).click()
  await expect(page.getByRole('region', { name: '试跑' })).toContainText(/烟雾浓度超限：0 → 1 条/, { timeout: 30_000 })
  await expect(page.locator('.episodes')).toContainText('SN-1')

  await save.click()
  await expect(page.locator('.versions li').first()).toContainText('v2')
  await expect(page.locator('.diff-line.is-removed')).toHaveText([/above: 0\.1/, /hysteresis: 0\.02/])
  await expect(page.locator('.diff-line.is-added')).toHaveText([/above: 0\.03/, /hysteresis: 0\.01/])
  await page.locator('.versions').getByRole('button', { name: '恢复此版本' }).click()
  await expect(page.locator('.versions li').first()).toContainText('v3')
})

test('lets a viewer look and change nothing', async ({ page }) => {
  await page.route('**/api/v1/session', async (route) => {
    const answer = await route.fetch()
    await route.fulfill({ json: { ...((await answer.json()) as object), rights: 'view' } })
  })
  await enter(page, '/operations#devices=SN-1')
  await expect(drawer(page)).toContainText('原始报文须由值班人员或管理员查看')
  await expect(page.getByRole('checkbox')).toHaveCount(0)
  await drawer(page).getByRole('tab', { name: '登记' }).click()
  await expect(drawer(page).getByLabel('位置')).toHaveAttribute('readonly', '')
  await page.keyboard.press('7')
  await expect(page.getByText('配置仅管理员可见')).toBeVisible()
})

for (const theme of ['dark', 'light'])
  test(`is accessible, cuts no text and has every word: ${theme}`, async ({ page }) => {
    const faults: string[] = []
    page.on('pageerror', (fault) => faults.push(fault.message))
    const lang = theme === 'dark' ? 'zh' : 'en'
    await enter(page, `/operations?theme=${theme}&lang=${lang}`)
    for (const hash of [...VIEWS, 'devices=SN-1', 'rules=smoke-high', 'rules=%2B']) {
      await page.evaluate((next) => {
        location.hash = next
      }, hash)
      await expect(page.locator('.operations .skeleton')).toHaveCount(0)
      expect([hash, await seriousFaults(page)]).toEqual([hash, []])
      await expect(page.locator('body')).not.toContainText(/\b(operations|nav|action)\.[a-z]/)
      await expectUncut(page, '.stage-number, .stage-name, h2, .filters button, .tag, th button')
    }
    await page.locator('.stage').first().click()
    await expect(page.getByRole('dialog').locator('canvas')).toBeVisible()
    expect(await seriousFaults(page)).toEqual([])
    expect(faults).toEqual([])
  })

test('draws only the devices in sight of very many, and finds one', async ({ page }) => {
  const many = await startMemoryService({ demo: true })
  for (let index = 0; index < 5_000; index++) many.ports.addDevice({ id: `D-${index}` })
  await page.goto(`${many.url}/operations`)
  await expect(page.getByText('5000', { exact: true })).toBeVisible()
  expect(await devices(page).getByRole('row').count()).toBeLessThan(60)
  await page.keyboard.press('End')
  await expect(devices(page).locator('.is-selected')).toBeVisible()
  await page.keyboard.press('/')
  await page.keyboard.type('D-4321')
  await expect(devices(page).locator('tbody tr')).toHaveCount(1)
  await many.stop()
})
