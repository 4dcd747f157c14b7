import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, type Page } from '@playwright/test'
import { assetPath } from '../../core/source-path.ts'

/** What holds for every page in every theme, language and size. */

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const WEB = assetPath('dashboards/web')
const SIZES = [
  [390, 844],
  [1280, 800],
  [1920, 1080],
] as const
const LOOKS = [
  ['dark', 'zh'],
  ['light', 'en'],
  ['dark', 'en'],
  ['light', 'zh'],
] as const

interface Checked {
  /** Address of the page without its question part. */
  address: string
  /** Brings it to where it is looked at; called once per theme and language. */
  arrive: (page: Page) => Promise<void>
  /** What must not have more text than room. */
  uncut: string
}

/** In both themes and languages: no barrier, no cut text at any size, no request elsewhere, no fault, no word without translation. */
export async function expectSound(page: Page, { address, arrive, uncut }: Checked): Promise<void> {
  const heard = listen(page, new URL(address).origin)
  const keys = await wordKeys()
  for (const [theme, lang] of LOOKS) {
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.goto(`${address}?theme=${theme}&lang=${lang}`)
    await arrive(page)
    await expect(page.locator('html')).toHaveAttribute('lang', lang === 'zh' ? 'zh-CN' : 'en')
    expect(await seriousFaults(page), `${theme} ${lang}`).toEqual([])
    const said = await page.locator('body').innerText()
    expect(keys.filter((key) => said.includes(key))).toEqual([])
    await expectUncut(page, uncut)
  }
  expect(heard).toEqual({ elsewhere: [], faults: [] })
}

/** Nothing of these has more text than room, on a phone, a laptop and a large screen. */
export async function expectUncut(page: Page, selector: string): Promise<void> {
  for (const [width, height] of SIZES) {
    await page.setViewportSize({ width, height })
    expect(await cutText(page, selector), `${page.url()} ${width} × ${height}`).toEqual([])
  }
}

/** What axe finds serious or worse. */
export async function seriousFaults(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE)
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> }
    }
    const { violations } = await axe.run()
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
  })
}

/** Collects requests to others than our own server, and what goes wrong in the page. */
export function listen(page: Page, origin: string): { elsewhere: string[]; faults: string[] } {
  const heard = { elsewhere: [] as string[], faults: [] as string[] }
  page.on('request', (request) => {
    const address = request.url()
    if (!address.startsWith(origin) && !/^(blob|data):/.test(address)) heard.elsewhere.push(address)
  })
  page.on('pageerror', (fault) => heard.faults.push(fault.message))
  page.on('console', (line) => line.type() === 'error' && heard.faults.push(line.text()))
  return heard
}

function cutText(page: Page, selector: string): Promise<string[]> {
  return page.evaluate((named) => {
    const isCut = (one: Element) => one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 1
    return [...document.querySelectorAll(`body, ${named}`)].filter(isCut).map((one) => one.outerHTML.slice(0, 120))
  }, selector)
}

/** Keys of all words: one that is read on a page was not translated. */
async function wordKeys(): Promise<string[]> {
  const files = readdirSync(WEB, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('/zh.ts'))
  const words = await Promise.all(
    files.map(async (path) => ((await import(`${WEB}/${path}`)) as { zh: Record<string, string> }).zh),
  )
  return words.flatMap((one) => Object.keys(one))
}
