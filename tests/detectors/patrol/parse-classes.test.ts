import { expect, it } from 'vitest'
import { loadClasses, mergeClasses, parseClasses } from '../../../detectors/patrol/parse-classes.ts'
import { classOf } from '../../../detectors/patrol/settings.ts'

it('what a file says of a class stands over what is shipped, key by key, and over what is said of all', () => {
  const shipped = { '*': { hits: 2, grownBy: 1.5 }, debris: { hits: 3 } }
  const own = parseClasses('classes: { debris: { grownBy: 2 }, "*": { hits: 4 }, reed: { grownBy: 3 } }', 'own.yaml')
  const classes = mergeClasses(shipped, own)
  expect(classOf(classes, 'debris')).toMatchObject({ hits: 3, grownBy: 2 })
  expect(classOf(classes, 'reed')).toMatchObject({ hits: 4, grownBy: 3 })
  expect(classOf(classes, 'anything')).toMatchObject({ hits: 4, grownBy: 1.5 })
})

it('a label that is a word of the language is a label', () => {
  expect(classOf(loadClasses(), 'constructor')).toEqual(loadClasses()['*'])
})

it.each([
  ['classes: { debris: { hitz: 2 } }', 'own.yaml: classes.debris.hitz: unknown key hitz; known are'],
  [
    'classes: { debris: { minScore: 2 } }',
    'own.yaml: classes.debris.minScore: minScore must be a number from 0 to 1, not 2',
  ],
  ['classes: [', 'own.yaml: is not YAML'],
  ['', 'own.yaml: '],
])('a wrong file is refused with the place: %s', (text, message) => {
  expect(() => parseClasses(text, 'own.yaml')).toThrow(message)
})

it('every shipped class can be believed, and is smaller than it may be', () => {
  for (const { sureScore, strongScore, minScore, medianScore, minSizeM, maxSizeM } of Object.values(loadClasses())) {
    expect(minScore).toBeLessThanOrEqual(strongScore)
    expect(strongScore).toBeLessThanOrEqual(sureScore)
    expect(medianScore).toBeLessThanOrEqual(sureScore)
    expect(minSizeM).toBeLessThan(maxSizeM)
  }
})
