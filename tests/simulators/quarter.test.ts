import { expect, it } from 'vitest'
import { createAddressIndex } from '../../core/address/address-index.ts'
import { findRegisterFault } from '../../ingest/codecs/register-body.ts'
import { createFleet } from '../../simulators/fleet.ts'
import { makeHouses } from '../../simulators/quarter/houses.ts'
import { recordsBetween } from '../../simulators/quarter/records.ts'
import { loadWorld } from '../../simulators/world.ts'

const world = loadWorld()
const HOUSES = makeHouses(world, 1)
const NOON = Date.UTC(2026, 10, 22, 12)
const HOUR_MS = 3_600_000

it('a register of a thousand houses is the same for the same seed, and holds every listed house of the map', () => {
  expect(makeHouses(world, 1)).toEqual(HOUSES)
  expect(makeHouses(world, 2)).not.toEqual(HOUSES)
  const listed = world.buildings.filter(({ heritage }) => heritage).map(({ address }) => address)
  expect(HOUSES.map(({ address }) => address)).toEqual(expect.arrayContaining(listed))
})

it('has houses of all levels, most of them traditional, and knows the devices in them', () => {
  const count = (level: string) => HOUSES.filter(({ protection }) => protection === level).length
  expect(count('national')).toBeGreaterThan(0)
  expect(count('traditional')).toBeGreaterThan(500)
  const fleet = createFleet(world, 1)
  const sensors = makeHouses(world, 1, fleet).flatMap((house) => house.sensors ?? [])
  expect(sensors).toEqual(
    expect.arrayContaining(fleet.filter(({ type }) => type === 'vibration-sensor').map(({ id }) => id)),
  )
})

it('records are filed with bodies of their types, the same in whatever steps time is asked for', () => {
  const options = { seed: 1, everyS: 60 }
  const all = recordsBetween(HOUSES, options, NOON, NOON + HOUR_MS)
  const halves = [
    ...recordsBetween(HOUSES, options, NOON, NOON + HOUR_MS / 2),
    ...recordsBetween(HOUSES, options, NOON + HOUR_MS / 2, NOON + HOUR_MS),
  ]
  expect(all).toHaveLength(60)
  expect(halves).toEqual(all)
  expect(all.map(({ record: { type, body } }) => findRegisterFault(type, body))).toEqual(all.map(() => null))
})

it('records find their house in four of five cases, and never another one', () => {
  const index = createAddressIndex()
  for (const house of HOUSES) index.put(house)
  const filed = recordsBetween(HOUSES, { seed: 1, everyS: 10 }, NOON, NOON + 6 * HOUR_MS)
  const matched = filed.map(({ house, record }) => ({ house, building: index.match(record.address).building, record }))
  expect(matched.filter(({ house, building }) => building !== null && building !== house)).toEqual([])
  expect(matched.filter(({ building }) => building !== null).length / filed.length).toBeGreaterThan(0.8)
})
