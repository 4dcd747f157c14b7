import { readdirSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { assetPath } from '../../core/source-path.ts'
import { zh } from '../../dashboards/web/words/zh.ts'

/** Every page has its words in `<page>/zh.ts` and `<page>/en.ts`. */
const PAGES = readdirSync(assetPath('dashboards/web'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('/zh.ts') && path !== 'words/zh.ts')
  .map((path) => path.split('/')[0]!)

type Words = Record<string, string>

async function wordsOf(page: string): Promise<{ zh: Words; en: Words }> {
  const only = async (language: string) =>
    Object.values((await import(`../../dashboards/web/${page}/${language}.ts`)) as Record<string, Words>)[0]!
  return { zh: await only('zh'), en: await only('en') }
}

const blanksOf = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort()

describe.each(PAGES)('the words of %s', (page) => {
  it('are there in both languages, with the same blanks, and are none of those of all pages', async () => {
    const words = await wordsOf(page)
    expect(Object.keys(words.en).sort()).toEqual(Object.keys(words.zh).sort())
    for (const [key, text] of Object.entries(words.zh)) {
      expect(`${key} ${blanksOf(words.en[key]!)}`).toBe(`${key} ${blanksOf(text)}`)
      expect(text.trim() === '' || words.en[key]!.trim() === '' ? key : '').toBe('')
    }
    expect(Object.keys(words.zh).filter((key) => key in zh)).toEqual([])
  })
})

test('no page takes the words of another', async () => {
  const keys = (await Promise.all(PAGES.map(wordsOf))).flatMap((words) => Object.keys(words.zh))
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([])
})
