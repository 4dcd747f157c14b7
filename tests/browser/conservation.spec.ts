import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, test } from '@playwright/test'
import { conservationPage } from '../../app/conservation/page/conservation-page.ts'
import { aReport } from '../app/conservation/a-report.ts'

/** The conservation report as a browser shows and prints it. */

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

for (const language of ['zh', 'en'] as const) {
  test(`a report in ${language} reads without barriers, asks for nothing and prints on A4`, async ({ page }) => {
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.setContent(conservationPage(aReport(), language))
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('德裕堂')
    await expect(page.getByRole('img')).toHaveCount(9)

    const pdf = await page.pdf({ preferCSSPageSize: true })
    const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g) ?? []
    expect(pages.length).toBeGreaterThan(2)
    expect(pages.length).toBeLessThan(9)
    expect(pdf.toString('latin1')).toMatch(/\/MediaBox \[0 0 59[45](\.\d+)? 84[12](\.\d+)?\]/)

    await page.evaluate(AXE)
    const { violations } = (await page.evaluate('axe.run()')) as { violations: { id: string; nodes: unknown[] }[] }
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.length}`)).toEqual([])
    expect(asked).toEqual([])
  })
}
