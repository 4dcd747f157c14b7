import { readFileSync } from 'node:fs'
import { expect, it, test } from 'vitest'
import { assetPath } from '../../../core/source-path.ts'
import { loadEvidenceTable, parseEvidenceTable } from '../../../detectors/fusion/evidence-table.ts'

const SHIPPED = readFileSync(assetPath('detectors/fusion/shipped/evidence.yaml'), 'utf8')
const lineOf = (piece: string) => SHIPPED.slice(0, SHIPPED.indexOf(piece)).split('\n').length

it('says of each figure where it comes from, and of each kind what would cancel it', () => {
  const { sensed, seen, records, again, slept, power, visits } = loadEvidenceTable()
  const { works_found, none, refused_entry } = visits
  const kinds = [...Object.values({ ...sensed, ...seen, ...records }), again, slept, power]
  for (const { title, cancels, source } of [...kinds, works_found, none, refused_entry])
    expect([title.zh, title.en, cancels.zh, cancels.en, source].every((text) => text.length > 1)).toBe(true)
})

test.each([
  ['a key that there is not', 'confidence:', 'confidences:', 'unknown key confidences'],
  ['a probability of two', 'levels: { likely: ', 'levels: { likely: 2', 'likely must be a number from 0 to 1'],
  ['a night that ends before it begins', '  to: 6', '  to: 0', 'must be after from'],
  ['a window that is longer than days are kept', 'windowDays: ', 'windowDays: 1', 'must not be above lateDays'],
  ['a pair of a kind that there is not', 'kinds: [slept,', 'kinds: [sleep,', 'each level of sleep and each of'],
  ['a half-life that is no duration', 'halfLife: ', 'halfLife: soon', 'halfLife must be a duration'],
])('names file, line and fault of %s', (_, good, bad, message) => {
  const text = SHIPPED.replace(good, bad)
  expect(() => parseEvidenceTable(text, 'own.yaml')).toThrow(`own.yaml:${lineOf(good)}:`)
  expect(() => parseEvidenceTable(text, 'own.yaml')).toThrow(message)
})

it('refuses levels that do not rise, and a file that is not there', () => {
  const text = SHIPPED.replace(
    /levels: \[\{ from: [\d.]+, ratio: [\d.]+ \}, /,
    (first) => `${first}{ from: 0.1, ratio: 9 }, `,
  )
  expect(() => parseEvidenceTable(text, 'own.yaml')).toThrow(/own\.yaml:\d+: sensed\.\w+\.levels: must rise/)
  expect(() => loadEvidenceTable('/nowhere.yaml')).toThrow('/nowhere.yaml cannot be read')
})
