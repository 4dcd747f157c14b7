import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_PLACES, parseShorthand } from '../../../../detectors/rules/testing/shorthand.ts'

const read = (text: string) => {
  const result = parseShorthand(text)
  return 'places' in result ? result.places : result.faults.map(({ index, message }) => `${index} ${message}`)
}

describe('a series in short', () => {
  it.each([
    ['single values', '5 -0.5 .25 1e3 1.5E-2', [5, -0.5, 0.25, 1000, 0.015]],
    ['a run of one value', '0x3', [0, 0, 0]],
    ['a run of a negative value', '-2x2', [-2, -2]],
    ['a start and so many steps up', '1+2x4', [1, 3, 5, 7, 9]],
    ['a start and so many steps down', '10-1.5x2', [10, 8.5, 7]],
    ['a negative start', '-1+1x2', [-1, 0, 1]],
    ['steps that binary numbers cannot hold', '0.1+0.1x3', [0.1, 0.2, 0.3, 0.4]],
    ['missing values', '1 _ _x2 2', [1, null, null, null, 2]],
    ['silence until the next value', '0x2 0.2 stale 5', [0, 0, 0.2, null, 5]],
    ['silence for a while', 'stalex3', [null, null, null]],
    ['several lines', '0x2\n  1\t2', [0, 0, 1, 2]],
  ])('has %s', (_what, text, places) => {
    expect(read(text)).toEqual(places)
  })

  it.each([
    ['', ['0 a series needs at least one value']],
    ['0x3 high', ['4 high is neither a value (0.2), a run (0x30, 1+2x4, _x5), _ nor stale']],
    ['1+2', ['0 1+2 has a step but does not say how many: write 1+2x4 for four steps']],
    ['0x0', ['0 a run has at least one place']],
    ['1 0x99999999', ['2 a series has at most 100000 places']],
    [
      'x5 1+-2x3',
      [
        '0 x5 is neither a value (0.2), a run (0x30, 1+2x4, _x5), _ nor stale',
        '3 1+-2x3 is neither a value (0.2), a run (0x30, 1+2x4, _x5), _ nor stale',
      ],
    ],
    ['1.2.3', ['0 1.2.3 is neither a value (0.2), a run (0x30, 1+2x4, _x5), _ nor stale']],
    ['NaN', ['0 NaN is neither a value (0.2), a run (0x30, 1+2x4, _x5), _ nor stale']],
  ])('says what is wrong with %j, and where', (text, faults) => {
    expect(read(text)).toEqual(faults)
  })

  it('answers any text with at most so many places, all of them numbers or nothing, or with faults inside it', () => {
    const word = fc.oneof(fc.stringMatching(/^[-+0-9.x_e]{1,8}$/), fc.constantFrom('_x99999', 'stale', '1x60000'))
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (words) => {
        const text = words.join(' ')
        const result = parseShorthand(text)
        if ('faults' in result) for (const { index } of result.faults) expect(index <= text.length).toBe(true)
        else expect(result.places.every((place) => place === null || Number.isFinite(place))).toBe(true)
        if ('places' in result) expect(result.places.length).toBeLessThanOrEqual(MAX_PLACES)
      }),
    )
  })
})
