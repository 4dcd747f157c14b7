import { describe, expect, it, test } from 'vitest'
import { parseRules } from '../../../detectors/rules/files/parse-rules.ts'
import { createPlaceAttributes } from '../../../detectors/rules/parts/place-attributes.ts'
import { formatFaults } from '../../../detectors/rules/rule-fault.ts'
import { aDevice, rulesOf } from './play.ts'

const FILE = `
places:
  - place: 文津河*
    attributes: { waterClass: III, kind: river }
    parent: 东园街道
  - place: 文津河 K1+2*
    attributes: { waterClass: II }
  - place: 东园街道
    attributes: { kind: sub-district, night: true }
    parent: 苏州
  - place: 苏州
    attributes: { city: Suzhou, waterClass: IV }
`

describe('attributes of places', () => {
  const { attributesOf, placesAbove } = rulesOf(FILE)
  const of = (place?: string, attributes = {}) => attributesOf?.(aDevice({ ...(place && { place }), attributes }))

  test.each([
    ['the later of two entries that fit counts', '文津河 K1+240', { waterClass: 'II', kind: 'river' }],
    ['those of what a place is part of stand behind', '文津河 K3', { waterClass: 'III', kind: 'river' }],
    ['a place that nobody described has none', '西园', {}],
  ])('%s', (_, place, attributes) => {
    const above = place.startsWith('文津河') ? { night: true, city: 'Suzhou' } : {}
    expect(of(place)).toEqual({ ...above, ...attributes })
  })

  it('those of the device itself stand before all', () => {
    expect(of('文津河 K3', { waterClass: 'V', depth: 2 })).toMatchObject({ waterClass: 'V', depth: 2, kind: 'river' })
    expect(of(undefined, { depth: 2 })).toEqual({ depth: 2 })
  })

  it('tells what a place is part of, nearest first', () => {
    expect(placesAbove?.('文津河 K1+240')).toEqual(['东园街道', '苏州'])
    expect(placesAbove?.('苏州')).toEqual([])
  })

  it('does not take a place for a part of itself because its name fits a pattern', () => {
    const { placesAbove: above } = createPlaceAttributes([{ place: '东园*', parent: '东园' }])
    expect([above('东园路45号'), above('东园')]).toEqual([['东园'], []])
  })

  it('keeps the device’s own where no file speaks of places', () => {
    expect(rulesOf('rules: []').attributesOf).toBeUndefined()
  })

  it('is another set of rules when the places change', () => {
    expect(rulesOf(FILE).version).toBe(rulesOf(FILE).version)
    expect(rulesOf(FILE.replace('II }', 'I }')).version).not.toBe(rulesOf(FILE).version)
  })
})

it('what is wrong with places is told with its line', () => {
  const text = `
places:
  - { place: a }
  - { place: a, parent: b }
  - { place: b, parent: c }
  - { place: c, parent: a }
  - { place: d, attributes: { 'two words': 1 } }
  - { place: d, attributes: { list: [1] } }
  - { attributes: { storeys: 3 } }
`
  const result = parseRules([{ path: 'places.yaml', text }])
  expect('faults' in result && formatFaults(result.faults)).toMatchInlineSnapshot(`
    "places.yaml:3:5 a place needs attributes or a parent
    places.yaml:4:25 b would be part of itself
    places.yaml:5:25 c would be part of itself
    places.yaml:6:25 a would be part of itself
    places.yaml:7:29 attributes must be at most 50 names with a text, a number, true or false each, not {"two words":1}
    places.yaml:8:37 list must be a text of at most 200 characters, a number, true or false, not [1]
    places.yaml:9:5 place is missing"
  `)
})
