import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AddressIndex, createAddressIndex } from '../../core/address/address-index.ts'
import { normaliseAddress } from '../../core/address/normalise.ts'
import { fromNumerals } from '../../core/address/numerals.ts'
import type { Building } from '../../core/building.ts'
import { makeHouses } from '../../simulators/quarter/houses.ts'
import { inNumerals, spell } from '../../simulators/quarter/spellings.ts'
import { loadWorld } from '../../simulators/world.ts'

const HOUSES = makeHouses(loadWorld(), 1)

function indexOf(houses: Building[]): AddressIndex {
  const index = createAddressIndex()
  for (const house of houses) index.put(house)
  return index
}
const INDEX = indexOf(HOUSES)

/** A house and one way in which somebody might write its address. */
const spelling = fc
  .tuple(
    fc.constantFrom(...HOUSES),
    fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 24, maxLength: 24 }),
  )
  .map(([house, draws]) => {
    let i = 0
    return { house, text: spell(house.address, () => draws[i++ % draws.length]!) }
  })

describe('addresses', () => {
  it('are a thousand different ones in the quarter, each matched as it is written', () => {
    expect(HOUSES).toHaveLength(1_000)
    expect(new Set(HOUSES.map(({ address }) => address)).size).toBe(1_000)
    expect(HOUSES.filter(({ id, address }) => INDEX.match(address).building !== id)).toEqual([])
  })

  it('are matched however they are spelt, or said to be ambiguous, and never taken for another house', () => {
    fc.assert(
      fc.property(spelling, ({ house, text }) => {
        const { building, candidates } = INDEX.match(text)
        if (building === null) return
        expect({ text, building, candidates }).toMatchObject({ building: house.id })
      }),
      { numRuns: 5_000 },
    )
  })

  it('mean the same written once more in the one way that they are compared in', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          spelling.map(({ text }) => text),
        ),
        (text) => {
          const normal = normaliseAddress(text)
          expect(normaliseAddress(normal)).toBe(normal)
        },
      ),
    )
  })

  it('may be any text at all, without harm', () => {
    const piece = fc.constantFrom(
      '平桥街',
      '12',
      '号',
      '弄',
      '-',
      '之',
      '甲',
      '（',
      '十',
      '支',
      '市',
      '0',
      '楼',
      '、',
      '𠮷',
      '\u0000',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(piece, { maxLength: 40 }).map((all) => all.join('')),
        ),
        (text) => {
          const { candidates } = INDEX.match(text)
          for (const { confidence } of candidates) expect(confidence >= 0 && confidence <= 1).toBe(true)
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('count the same whatever was added and removed before', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60), { maxLength: 60 }), spelling, (toggles, { text }) => {
        const changed = createAddressIndex()
        const present = new Set<number>()
        for (const at of toggles) {
          if (present.delete(at)) changed.remove(HOUSES[at]!.id)
          else {
            present.add(at)
            changed.put(HOUSES[at]!)
          }
        }
        const fresh = indexOf([...present].sort((a, b) => a - b).map((at) => HOUSES[at]!))
        expect(changed.match(text)).toEqual(fresh.match(text))
      }),
      { numRuns: 200 },
    )
  })
})

it('numerals say the number that they were made of', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999 }), (number) => fromNumerals(inNumerals(String(number))) === number),
  )
})
