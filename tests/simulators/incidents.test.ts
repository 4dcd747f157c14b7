import { describe, expect, test } from 'vitest'
import { bloomAt, daylightAt } from '../../simulators/incidents/algae-bloom.ts'
import { oxygenDeficitMgL } from '../../simulators/incidents/discharge.ts'
import { heatReleaseKw, smokeDbm } from '../../simulators/incidents/fire.ts'
import { pitRiseM } from '../../simulators/incidents/flooding.ts'
import { methaneLel } from '../../simulators/incidents/gas.ts'
import { puddleCm, secondsToReach } from '../../simulators/incidents/leak.ts'
import { riverRiseM, runoffLps } from '../../simulators/incidents/rainstorm.ts'

const HOUR = 3600

describe('what happens, by its formula', () => {
  test('a t-squared fire of medium growth reaches 1055 kW after 300 s, and a quarter of it at half the time', () => {
    expect(heatReleaseKw(300, 300)).toBeCloseTo(1055)
    expect(heatReleaseKw(150, 300)).toBeCloseTo(1055 / 4)
  })

  test('its smoke grows with the cube of time, as the integral of the heat', () => {
    expect(smokeDbm(40, 300) / smokeDbm(20, 300)).toBeCloseTo(8)
  })

  test('45 L/s raise the water in a pit of 2.5 m² by 18 mm a second', () => {
    expect(pitRiseM(1, { inflowLps: 45, areaM2: 2.5 })).toBeCloseTo(0.018)
    expect(pitRiseM(50, { inflowLps: 45, areaM2: 2.5 })).toBeCloseTo(0.9)
  })

  test('an hour of 60 mm on 1000 m² is 60 m³; a river answers like a linear reservoir', () => {
    expect(runoffLps(60, 1000) * HOUR).toBeCloseTo(60_000)
    expect(riverRiseM(420, 60) / riverRiseM(1e9, 60)).toBeCloseTo(1 - Math.exp(-1))
  })

  test('a puddle holds what has dripped, and reaches a sensor when it is so large', () => {
    const perMin = 60
    const volumeCm3 = Math.PI * puddleCm(HOUR, perMin) ** 2 * 0.25
    expect(volumeCm3).toBeCloseTo(perMin * 60 * 0.05)
    expect(puddleCm(secondsToReach(12, perMin), perMin)).toBeCloseTo(12)
    expect(secondsToReach(20, perMin) / secondsToReach(10, perMin)).toBeCloseTo(4)
  })

  test('gas in a ventilated room: at first release over volume, in the end release over ventilation', () => {
    const [release, room] = [6, 12]
    const atFirst = (release / 60_000 / room / 0.05) * 100
    expect(methaneLel(1, release, room)).toBeCloseTo(atFirst, 3)
    const atLast = (release / 60_000 / ((0.5 * room) / HOUR) / 0.05) * 100
    expect(methaneLel(100 * HOUR, release, room)).toBeCloseTo(Math.min(100, atLast), 3)
  })

  test('oxygen sags by Streeter and Phelps: deepest at their critical time, and gone in the end', () => {
    const [kd, ka] = [0.35, 0.7]
    const critical = Math.log(ka / kd) / (ka - kd)
    const deepest = (kd / ka) * 90 * Math.exp(-kd * critical)
    expect(oxygenDeficitMgL(critical, 90)).toBeCloseTo(deepest)
    for (const days of [0.2, 1, 3, 8]) expect(oxygenDeficitMgL(days, 90)).toBeLessThanOrEqual(deepest)
    expect(oxygenDeficitMgL(0, 90)).toBe(0)
    expect(oxygenDeficitMgL(40, 90)).toBeLessThan(0.01)
  })

  test('a bloom doubles at the same pace while it is small, and ends; its days begin at noon', () => {
    const growth = (share: number) => Math.log(bloomAt(share + 0.01) / bloomAt(share))
    expect(growth(0)).toBeCloseTo(growth(0.02), 2)
    expect(bloomAt(1)).toBeCloseTo(1, 4)
    expect([0, 6, 18, 24].map((hour) => Math.round(daylightAt((hour * HOUR) / 24, 24)))).toEqual([0, 1, -1, 0])
  })
})
