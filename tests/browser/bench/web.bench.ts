import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type CDPSession, expect, test } from '@playwright/test'
import { assetPath } from '../../../core/source-path.ts'
import { alertOf } from '../../dashboards/alert-of.ts'
import { type MemoryService, startMemoryService } from '../memory-service.ts'

/** Figures of the built page, as one object in the file that HUYING_BENCH_OUT names. The service is memory behind the real API. */

const SECONDS = Number(process.env.HUYING_BENCH_S ?? 60)
const PER_S = 200
const OPEN_AT_FIRST = 800
const PRESSES = 25
const SEVERITIES = ['critical', 'major', 'minor', 'warning'] as const

let service: MemoryService
let raised = 0

/** Of a hundred alerts one is of level Ⅰ. */
function raise(count: number): void {
  for (let n = 0; n < count; n++) {
    const nowMs = Date.now()
    const severity = raised % 100 === 0 ? 'critical' : SEVERITIES[1 + (raised % 3)]!
    const position = { lat: 31.313 + ((raised * 7) % 100) * 1e-4, lon: 120.618 + ((raised * 13) % 200) * 1e-4 }
    const subject = { device: `SN-${raised % 500}`, metric: 'smoke_dbm' }
    const times = { raisedAtMs: nowMs, lastAtMs: nowMs }
    service.ports.change(
      alertOf({
        id: `B-${raised % 5_000}`,
        version: 1 + Math.floor(raised / 5_000),
        severity,
        position,
        subject,
        ...times,
      }),
    )
    raised++
  }
}

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

async function taskSeconds(session: CDPSession): Promise<{ at: number; busy: number; heap: number }> {
  await session.send('HeapProfiler.collectGarbage')
  const { metrics } = await session.send('Performance.getMetrics')
  const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0
  return { at: Date.now() / 1_000, busy: of('TaskDuration'), heap: of('JSHeapUsedSize') / 1024 / 1024 }
}

test('the page within its budgets', async ({ page }) => {
  service = await startMemoryService({ demo: true })
  raise(OPEN_AT_FIRST)
  await page.addInitScript(() => {
    const told = { firstRowMs: 0, paintsMs: [] as number[] }
    Object.assign(window, { told })
    new MutationObserver((_, observer) => {
      if (document.querySelector('.row') === null) return
      told.firstRowMs = performance.now()
      observer.disconnect()
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
  const told = () =>
    page.evaluate(() => (window as unknown as { told: { firstRowMs: number; paintsMs: number[] } }).told)

  await page.goto(service.url)
  await expect(page.locator('.row').first()).toBeVisible()
  const { firstRowMs } = await told()
  await expect(page.locator('.map[data-ready]')).toBeVisible({ timeout: 30_000 })
  const atFirst = withImports(scriptOf(/^(index|command-page)-/))
  const ofMap = withImports(scriptOf(/^map-panel-/), atFirst)
  const session = await page.context().newCDPSession(page)
  // The thread's own time, so that what else runs on the machine does not count as work of the page.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })

  const stream = setInterval(() => raise(PER_S / 20), 50)
  await page.waitForTimeout(3_000)
  const begin = await taskSeconds(session)
  await page.waitForTimeout(SECONDS * 1_000)
  const end = await taskSeconds(session)
  for (let press = 0; press < PRESSES; press++) {
    await page.keyboard.press(press % 4 === 3 ? 'k' : 'j')
    await page.waitForTimeout(150)
  }
  clearInterval(stream)
  const { paintsMs } = await told()
  const figures = {
    initialKb: weigh(atFirst),
    mapKb: weigh(ofMap),
    firstRowMs,
    busyMsPerS: ((end.busy - begin.busy) / (end.at - begin.at)) * 1_000,
    keyToPaintMs: paintsMs.toSorted((a, b) => a - b)[Math.floor(paintsMs.length / 2)],
    rows: await page.locator('.row').count(),
    heapGrowthMb: end.heap - begin.heap,
  }
  await page.goto('about:blank')
  await service.stop()
  if (process.env.HUYING_BENCH_OUT) writeFileSync(process.env.HUYING_BENCH_OUT, JSON.stringify(figures))
})
