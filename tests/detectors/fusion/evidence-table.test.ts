import { readFileSync } from 'node:fs'
import { expect, it, test } from 'vitest'
import { assetPath } from '../../../core/source-path.ts'
import { loadEvidenceTable, parseEvidenceTable } from '../../../detectors/fusion/load-evidence-table.ts'

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
  ['a pair of a kind that there is not', 'kinds: [drilling, slept]', 'kinds: [drilling, sleep]', 'each of sleep'],
  [
    'a pair of a name that all objects have',
    'kinds: [drilling, slept]',
    'kinds: [toString, slept]',
    'level of toString',
  ],
  [
    'a pair that lacks a level',
    'kinds: [drilling, slept]\n    ratios: [',
    'kinds: [drilling, slept]\n    ratios: [[9], ',
    'each of slept',
  ],
  ['a pair that is there twice', 'kinds: [tools, scope.changed]', 'kinds: [tools, lease.signed]', 'a pair only once'],
  ['a pair of two states', 'kinds: [tools, power]', 'kinds: [scope.changed, power]', 'must be heard, seen or reported'],
  ['an office that closes before it opens', 'office: { from: 7', 'office: { from: 19', 'must be after from'],
  ['an office that opens with the day', 'office: { from: 7', 'office: { from: 5', 'must be after that of working'],
  ['days that are forgotten before they are judged', 'keepDays: 60', 'keepDays: 6', 'must not be below lateDays'],
  ['nights that are not kept', 'nights: ', 'nights: 3', 'must not be above lateDays'],
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

it('refuses what is no YAML, and aliases of what is not there, by their line', () => {
  expect(() => parseEvidenceTable('id: works\nlevels: [1', 'own.yaml')).toThrow('own.yaml:2: not valid YAML')
  expect(() => parseEvidenceTable('id: *gone', 'own.yaml')).toThrow('own.yaml:1: ')
})

it('refuses a table in which more of what was heard would speak less for works, alone or with another', () => {
  const falling = SHIPPED.replace(/( {2}hammering:[\s\S]*?from: 6, ratio: )[\d.]+/, '$10.9')
  expect(() => parseEvidenceTable(falling, 'own.yaml')).toThrow('sensed.hammering.levels: ratios must not fall')
  const pair = SHIPPED.replace(/( {2}- kinds: .*\n {4}ratios: \[\[)[\d.]+/, '$10.9')
  expect(() => parseEvidenceTable(pair, 'own.yaml')).toThrow('together.0: ratios must not fall')
})
