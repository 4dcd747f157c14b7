import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { OPERATOR } from '../dashboards/memory-ports.ts'
import { furnish, startMemoryService } from './memory-service.ts'

/** As the poorest seat of a city network has it: a plain-HTTP name, a browser without WebGL, a machine without Chinese fonts. */

const NAME = 'alert.city.lan'
const folder = mkdtempSync(join(tmpdir(), 'huying-no-chinese-'))
const fontsConf = join(folder, 'fonts.conf')
const CHINESE = ['zh-cn', 'zh-tw', 'ja', 'ko'].map(
  (lang) => `<rejectfont><pattern><patelt name="lang"><string>${lang}</string></patelt></pattern></rejectfont>`,
)
writeFileSync(
  fontsConf,
  `<fontconfig><dir>/usr/share/fonts</dir><cachedir>${folder}</cachedir><selectfont>${CHINESE.join('')}</selectfont></fontconfig>`,
)
test.use({
  launchOptions: {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--disable-3d-apis', `--host-resolver-rules=MAP ${NAME} 127.0.0.1`],
    env: { ...process.env, FONTCONFIG_FILE: fontsConf },
  },
})

/** Fonts that the text of an element is really drawn in, and whether they came with the page. */
async function fontsOf(page: Page, selector: string): Promise<{ familyName: string; isCustomFont: boolean }[]> {
  const session = await page.context().newCDPSession(page)
  await session.send('DOM.enable')
  await session.send('CSS.enable')
  const { root } = await session.send('DOM.getDocument')
  const { nodeId } = await session.send('DOM.querySelector', { nodeId: root.nodeId, selector })
  return (await session.send('CSS.getPlatformFontsForNode', { nodeId })).fonts
}

test('shows queue and map in the font that comes with the page, is live, and takes an acknowledgement', async ({
  page,
}) => {
  const service = await startMemoryService({ demo: false })
  furnish(service.ports)
  await page.goto(service.url.replace('127.0.0.1', NAME))
  expect(await page.evaluate(() => isSecureContext)).toBe(false)
  await page.getByLabel('访问令牌').fill(OPERATOR)
  await page.getByRole('button', { name: '进入' }).click()
  await expect(page.locator('.pill')).toContainText('实时')
  await expect(page.locator('.map[data-ready]')).toBeVisible()
  await expect
    .poll(() => fontsOf(page, '#alert-A-SMOKE .row-title b'))
    .toMatchObject([{ familyName: expect.stringContaining('Noto Sans SC'), isCustomFont: true }])
  await page.keyboard.press('j')
  await page.keyboard.press('a')
  await expect(page.locator('#alert-A-SMOKE')).toContainText('已确认')
  await service.stop()
})
