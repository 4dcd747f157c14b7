import { expect, test } from '@playwright/test'
import { OPERATOR } from '../dashboards/memory-ports.ts'
import { furnish, startMemoryService } from './memory-service.ts'

/** As most city networks have it: a plain-HTTP name, and a browser without WebGL. */

const NAME = 'alert.city.lan'
test.use({
  launchOptions: {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--disable-3d-apis', `--host-resolver-rules=MAP ${NAME} 127.0.0.1`],
  },
})

test('shows queue and map, is live, and takes an acknowledgement', async ({ page }) => {
  const service = await startMemoryService({ demo: false })
  furnish(service.ports)
  await page.goto(service.url.replace('127.0.0.1', NAME))
  expect(await page.evaluate(() => isSecureContext)).toBe(false)
  await page.getByLabel('访问令牌').fill(OPERATOR)
  await page.getByRole('button', { name: '进入' }).click()
  await expect(page.locator('.pill')).toContainText('实时')
  await expect(page.locator('.map[data-ready]')).toBeVisible()
  await page.keyboard.press('j')
  await page.keyboard.press('a')
  await expect(page.locator('#alert-A-SMOKE')).toContainText('已确认')
  await service.stop()
})
