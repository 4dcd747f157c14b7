import { expect, test } from '@playwright/test'
import { startMemoryService } from './memory-service.ts'
import { createRaiser, watchBusy } from './raise-alerts.ts'

/** Far more alerts than anybody can read. `npm run bench:web` does the same for a minute, and prints all figures. */

const SECONDS = 6
const PER_S = 200
/** Of the main thread, milliseconds in each second. */
const MOST_BUSY = 300

test('200 alerts a second leave the page time to breathe, its list short and its counts true', async ({ page }) => {
  const service = await startMemoryService({ demo: true })
  const raiser = createRaiser(service.ports)
  raiser.raise(800)
  await page.goto(service.url)
  await expect(page.locator('.map[data-ready]')).toBeVisible()
  const stream = setInterval(() => raiser.raise(PER_S / 20), 50)
  const busy = await watchBusy(page)
  const begin = await busy()
  await page.waitForTimeout(SECONDS * 1_000)
  const end = await busy()
  clearInterval(stream)
  expect(((end.busyS - begin.busyS) / (end.atS - begin.atS)) * 1_000).toBeLessThan(MOST_BUSY)
  expect(await page.locator('.row').count()).toBeLessThanOrEqual(40)
  const open = service.ports.alerts.open().length
  expect(open).toBeGreaterThan(800)
  await expect(page).toHaveTitle(new RegExp(`^\\(${open}\\) Ⅰ级`))
  await service.stop()
})
