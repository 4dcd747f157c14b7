import type { Building } from '../../../core/building.ts'
import { createDice, type Dice } from './dice.ts'

/** Houses in a row, wall to wall, and those of them that have sensors. */
export const HOUSES_OF_LANE = 10
export const WATCHED_OF_LANE = 8

/** How a house is lived in. */
export interface Habit {
  use: 'dwelling' | 'shop' | 'empty'
  /** Whether somebody is in by day. */
  home: boolean
  people: number
  /** Median of the peaks of their steps at the sensor, mm/s: by floor and gait. */
  stepMmS: number
  doorsPerDay: number
  baseKw: number
  /** Cooling and heating, kW at their worst. */
  climateKw: number
  piano: boolean
  washesPerWeek: number
  /** Level inside by day, dB(A). */
  dayDb: number
}

export interface LaneSensor {
  id: string
  type: 'vibration-sensor' | 'noise-meter' | 'dust-sensor' | 'power-meter' | 'door-counter'
  /** Its own error: what it shows of what is there. */
  gain: number
  /** What it shows of nothing: mm/s, dB or µg/m³. */
  floor: number
}

export interface LaneHouse {
  index: number
  /** From the first house, m. */
  alongM: number
  building: Building
  habit: Habit
  sensors: LaneSensor[]
}

export interface Lane {
  seed: number
  name: string
  houses: LaneHouse[]
  /** Vehicles an hour by day, and the median of what they shake at the houses, mm/s. */
  traffic: { perHour: number; peakMmS: number }
  /** A drone sees it on its weekly patrol. */
  isSeen: boolean
}

const STREETS = ['平桥街', '学宫巷', '茶亭巷', '百花弄', '竹影巷']
const FITTED: [type: LaneSensor['type'], share: number, floor: [number, number]][] = [
  ['vibration-sensor', 0.97, [0.008, 0.03]],
  ['noise-meter', 0.75, [26, 33]],
  ['dust-sensor', 0.7, [2, 12]],
  ['power-meter', 0.8, [0, 0.01]],
  ['door-counter', 0.65, [0, 0]],
]

/** `whole`: each watched house has a sensor of every type; `mixed`: as sensors are added over the years, many houses lack some. */
export type Kit = 'whole' | 'mixed'

/** One lane; the same for the same seed and kit. */
export function makeLane(seed: number, kit: Kit = 'mixed'): Lane {
  const dice = createDice(seed, 'lane')
  const name = `${dice.oneOf(STREETS)}${3 + Math.floor(dice.next() * 90)}弄`
  const unwatched = new Set<number>()
  while (unwatched.size < HOUSES_OF_LANE - WATCHED_OF_LANE) unwatched.add(Math.floor(dice.next() * HOUSES_OF_LANE))
  const place = { lat: 31.3 + 0.01 * dice.next(), lon: 120.62 + 0.01 * dice.next() }
  let alongM = 0
  const houses = Array.from({ length: HOUSES_OF_LANE }, (_, index): LaneHouse => {
    if (index > 0) alongM += dice.between(4.2, 6.5)
    const sensors = unwatched.has(index) ? [] : makeSensors(seed, index, kit)
    const position = { lat: place.lat, lon: place.lon + alongM / (111_320 * Math.cos((place.lat * Math.PI) / 180)) }
    return {
      index,
      alongM,
      habit: makeHabit(dice),
      sensors,
      building: toBuilding(`${name}${index + 1}号`, position, { index, dice, sensors }),
    }
  })
  const traffic = { perHour: dice.spread(2, 0.8), peakMmS: dice.spread(0.09, 0.5) }
  return { seed, name, houses, traffic, isSeen: dice.chance(0.5) }
}

function makeSensors(seed: number, index: number, kit: Kit): LaneSensor[] {
  const dice = createDice(seed, 'sensors', index)
  const sensors: LaneSensor[] = []
  for (const [type, share, [least, most]] of FITTED) {
    const isFitted = dice.chance(share)
    const sensor = { id: `${type}-${index + 1}`, type, gain: dice.spread(1, 0.12), floor: dice.between(least, most) }
    if (isFitted || kit === 'whole') sensors.push(sensor)
  }
  return sensors
}

function makeHabit(dice: Dice): Habit {
  const use = dice.weighted({ dwelling: 0.64, shop: 0.25, empty: 0.11 })
  const isShop = use === 'shop'
  return {
    use,
    home: isShop || dice.chance(0.55),
    people: isShop ? 3 : 1 + dice.count(1.4),
    stepMmS: dice.spread(0.11, 0.5),
    doorsPerDay: isShop ? dice.spread(110, 0.6) : dice.spread(18, 0.4),
    baseKw: isShop ? dice.spread(0.9, 0.5) : dice.spread(0.3, 0.4),
    climateKw: isShop ? dice.spread(2, 0.4) : dice.spread(0.9, 0.4),
    piano: dice.chance(0.06),
    washesPerWeek: dice.between(1, 5),
    dayDb: isShop ? dice.between(52, 62) : dice.between(41, 51),
  }
}

function toBuilding(
  address: string,
  position: { lat: number; lon: number },
  { index, dice, sensors }: { index: number; dice: Dice; sensors: readonly LaneSensor[] },
): Building {
  return {
    ...{ id: `house-${index + 1}`, address, position },
    protection: dice.chance(0.3) ? 'historic' : 'traditional',
    structure: dice.chance(0.35) ? 'timber' : 'brick-timber',
    ...(sensors.length > 0 && { sensors: sensors.map(({ id }) => id) }),
  }
}
