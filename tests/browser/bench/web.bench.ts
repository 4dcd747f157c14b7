import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, type Page, test } from '@playwright/test'
import { assetPath } from '../../../core/source-path.ts'
import { addManyFindings, furnishRiver } from '../furnish-river.ts'
import { startMemoryService } from '../memory-service.ts'
import { createRaiser, watchBusy } from '../raise-alerts.ts'

/** Figures of the built page, as one object in the file that HUYING_BENCH_OUT names. The service is memory behind the real API. */

const SECONDS = Number(process.env.HUYING_BENCH_S ?? 60)
const PER_S = 200
const OPEN_AT_FIRST = 800

/** Findings of one flight, as many as a long one shows. */
const FINDINGS = 300
const REVIEW_KEYS = 'jjjkyyyynbjyyykyjyyby'

const ASSETS = assetPath('dist/web/assets')
const scriptOf = (name: RegExp) => readdirSync(ASSETS).filter((file) => name.test(file) && file.endsWith('.js'))

/** These scripts and all that they import at once, without what is only fetched later. */
function withImports(files: readonly string[], known: ReadonlySet<string> = new Set()): Set<string> {
  const all = new Set(files.filter((file) => !known.has(file)))
  for (const file of all)
    for (const [, imported] of readFileSync(join(ASSETS, file), 'utf8').matchAll(
      /(?:from|import)\s*["']\.\/([^"']+\.js)["']/g,
    ))
      if (imported !== undefined && !known.has(imported)) all.add(imported)
  return all
}

/** KiB of scripts as they go over the wire, gzip -9. */
function weigh(files: ReadonlySet<string>): number {
  const bytes = [...files].map((file) => gzipSync(readFileSync(join(ASSETS, file)), { level: 9 }).length)
  return bytes.reduce((sum, size) => sum + size, 0) / 1024
}

/** Watches when the first row came, how long after it was raised each new one did, and what keys cost. */
async function watch(
  page: Page,
): Promise<() => Promise<{ firstRowMs: number; paintsMs: number[]; rowsAfterMs: number[] }>> {
  await page.addInitScript(() => {
    const told = { firstRowMs: 0, paintsMs: [] as number[], rowsAfterMs: [] as number[] }
    Object.assign(window, { told })
    const known = new Set<string>()
    new MutationObserver(() => {
      for (const row of document.querySelectorAll('.row[id]')) {
        if (known.has(row.id)) continue
        known.add(row.id)
        const raisedAt = row.querySelector('time')?.dateTime
        if (told.firstRowMs > 0 && raisedAt) told.rowsAfterMs.push(Date.now() - Date.parse(raisedAt))
      }
      if (known.size > 0 && told.firstRowMs === 0) told.firstRowMs = performance.now()
    }).observe(document, { childList: true, subtree: true })
    window.addEventListener(
      'keydown',
      (event) =>
        requestAnimationFrame(() =>
          requestAnimationFrame(() => told.paintsMs.push(performance.now() - event.timeStamp)),
        ),
      { capture: true },
    )
  })
  return () =>
    page.evaluate(
      () => (window as unknown as { told: { firstRowMs: number; paintsMs: number[]; rowsAfterMs: number[] } }).told,
    )
}

/** Presses one key after the other, with a pause as a quick hand makes it. */
async function press(page: Page, keys: string): Promise<void> {
  for (const key of keys) {
    await page.keyboard.press(key)
    await page.waitForTimeout(150)
  }
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN
}

const figures: Record<string, number> = {}
test.afterAll(() => {
  if (process.env.HUYING_BENCH_OUT) writeFileSync(process.env.HUYING_BENCH_OUT, JSON.stringify(figures))
})

test('the command centre within its budgets', async ({ page }) => {
  const service = await startMemoryService({ demo: true })
  const raiser = createRaiser(service.ports)
  raiser.raise(OPEN_AT_FIRST)
  const told = await watch(page)
  await page.goto(service.url)
  await expect(page.locator('.row').first()).toBeVisible()
  await expect(page.locator('.map[data-ready]')).toBeVisible({ timeout: 30_000 })
  const atFirst = withImports(scriptOf(/^(index|command-page)-/))
  const ofMap = withImports(scriptOf(/^map-panel-/), atFirst)

  const stream = setInterval(() => raiser.raise(PER_S / 20), 50)
  await page.waitForTimeout(3_000)
  const busy = await watchBusy(page)
  const begin = await busy()
  await page.waitForTimeout(SECONDS * 1_000)
  const end = await busy()
  const { rowsAfterMs } = await told()
  await press(page, 'jjjkjjjkjjjkjjjkjjjkjjjkj')
  clearInterval(stream)
  const { firstRowMs, paintsMs } = await told()
  Object.assign(figures, {
    initialKb: weigh(atFirst),
    mapKb: weigh(ofMap),
    firstRowMs,
    rowAfterMs: quantile(rowsAfterMs, 0.95),
    busyMsPerS: ((end.busyS - begin.busyS) / (end.atS - begin.atS)) * 1_000,
    keyToPaintMs: quantile(paintsMs, 0.5),
    rows: await page.locator('.row').count(),
    heapGrowthMb: end.heapMb - begin.heapMb,
  })
  await page.goto('about:blank')
  await service.stop()
})

test('the river review within its budget', async ({ page }) => {
  const service = await startMemoryService({ demo: true })
  furnishRiver(service.ports)
  addManyFindings(service.ports, FINDINGS)
  const told = await watch(page)
  await page.goto(`${service.url}/river`)
  await expect(page.locator('.frame-canvas[data-look]')).toBeVisible()
  await expect(page.locator('.river-map .map[data-ready]')).toBeVisible({ timeout: 30_000 })
  await page.waitForTimeout(1_000)
  await press(page, REVIEW_KEYS)
  figures.reviewKeyMs = quantile((await told()).paintsMs, 0.5)
  await page.goto('about:blank')
  await service.stop()
})
