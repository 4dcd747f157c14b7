import { describe, expect, test } from 'vitest'
import { DEVICE_ID } from '../../core/device.ts'
import { DEVICE_TYPES } from '../../core/metrics.ts'
import { createFleet } from '../../simulators/fleet.ts'
import { loadWorld } from '../../simulators/world.ts'

const world = loadWorld()

describe('the fleet', () => {
  test('is more than 200 devices of known types, each with an id, a name, a place and a position', () => {
    const fleet = createFleet(world, 7)
    expect(fleet.length).toBeGreaterThanOrEqual(264)
    expect(new Set(fleet.map(({ id }) => id)).size).toBe(fleet.length)
    for (const { id, type, name, place, position } of fleet) {
      expect(id).toMatch(DEVICE_ID)
      expect(Object.keys(DEVICE_TYPES)).toContain(type)
      expect(name.startsWith(place), name).toBe(true)
      expect(position.lat).toBeGreaterThan(31)
      expect(position.lon).toBeGreaterThan(120)
    }
  })

  test('is the same for the same seed and stands elsewhere for another', () => {
    const places = (seed: number) => createFleet(world, seed).map(({ id, place }) => `${id} ${place}`)
    expect(places(7)).toEqual(places(7))
    expect(places(8)).not.toEqual(places(7))
  })

  test('puts tilt, vibration and humidity sensors into listed houses, one of a type to a house', () => {
    const heritage = new Set(world.buildings.filter((building) => building.heritage).map(({ address }) => address))
    for (const type of ['tilt-sensor', 'vibration-sensor', 'hygrometer']) {
      const places = createFleet(world, 7)
        .filter((device) => device.type === type)
        .map(({ place }) => place)
      expect(places.every((place) => heritage.has(place))).toBe(true)
      expect(new Set(places).size).toBe(places.length)
    }
  })

  test('outfits some of the houses that have a vibration sensor with all that tells of people, works and movement', () => {
    const fleet = createFleet(world, 7)
    const typesAt = (place: string) => fleet.filter((device) => device.place === place).map(({ type }) => type)
    const watched = fleet.filter(({ type }) => type === 'noise-meter').map(({ place }) => place)
    expect(watched).toHaveLength(8)
    for (const place of watched)
      expect(typesAt(place)).toEqual(
        expect.arrayContaining([
          ...['vibration-sensor', 'noise-meter', 'dust-sensor', 'power-meter'],
          ...['door-counter', 'occupancy-sensor', 'flame-detector', 'crack-gauge', 'settlement-gauge'],
        ]),
      )
  })

  test('follows a density: one device for so many households, shops, grids or kilometres of river', () => {
    const fleet = createFleet(world, 7, {
      density: {
        'smoke-detector': { per: 100, of: 'households' },
        'gas-detector': { per: 10, of: 'shops' },
        'river-station': { per: 0.5, of: 'riverKm' },
        'manhole-cover': { per: 1, of: 'grids' },
      },
    })
    const count = (type: string) => fleet.filter((device) => device.type === type).length
    expect(['smoke-detector', 'gas-detector', 'river-station', 'manhole-cover'].map(count)).toEqual([300, 85, 6, 24])
  })

  test('stands where its kind belongs: covers in streets, monitors of falling things at tall blocks', () => {
    const fleet = createFleet(world, 7)
    const of = (type: string) => fleet.filter((device) => device.type === type)
    expect(of('manhole-cover').every(({ place }) => /^\S+路\d+号井$/.test(place))).toBe(true)
    const tall = new Set(world.buildings.filter(({ floors }) => floors >= 11).map(({ address }) => address))
    expect(of('falling-object-monitor').every(({ place }) => tall.has(place))).toBe(true)
  })

  test('follows a scenario in number and reporting interval', () => {
    const fleet = createFleet(world, 7, { counts: { 'smoke-detector': 3 }, reportEveryS: { 'smoke-detector': 5 } })
    const smoke = fleet.filter(({ type }) => type === 'smoke-detector')
    expect(smoke.map(({ reportEveryS }) => reportEveryS)).toEqual([5, 5, 5])
  })
})
