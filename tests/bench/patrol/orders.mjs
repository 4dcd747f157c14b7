// The patrol that is judged: a kilometre and a half of the map's river, flown twice, with what goes wrong on real flights.
import { NO_FAULTS, PATROL_CAMERA } from '../../../dist/simulators/patrol/patrol-flight.js'

export const ORDER = {
  ...{ startMs: Date.UTC(2026, 4, 4, 1), fromM: 400, toM: 1900, heightM: 60, speedMS: 6, pitchDeg: -88, everyS: 5 },
  camera: PATROL_CAMERA,
}

/** First flight: a jammed shutter and a detour round a crane. Second: another jam. Both lose, delay and smear some. */
export const FAULTS = [
  {
    ...{ ...NO_FAULTS, lost: 0.06, late: 0.1, smeared: 0.06, unphotographed: [{ fromM: 700, toM: 800 }] },
    path: { detours: [{ fromM: 1400, toM: 1450 }] },
  },
  {
    ...{ ...NO_FAULTS, lost: 0.04, late: 0.1, smeared: 0.04, unphotographed: [{ fromM: 1100, toM: 1190 }] },
    path: {},
  },
]

/** A smaller one for tests. */
export const SMALL = {
  order: { ...ORDER, fromM: 900, toM: 1350 },
  faults: [
    { ...NO_FAULTS, unphotographed: [{ fromM: 1080, toM: 1170 }], path: {} },
    { ...NO_FAULTS, path: {} },
  ],
  counts: { debris: 4, algae: 3, plume: 2, boat: 2, person: 1 },
}

/** The smallest that can be judged with pictures drawn and looked at. */
export const TINY = {
  order: { ...ORDER, fromM: 1000, toM: 1240, everyS: 6 },
  faults: [
    { ...NO_FAULTS, unphotographed: [{ fromM: 1080, toM: 1170 }], path: {} },
    { ...NO_FAULTS, path: {} },
  ],
  counts: { debris: 3, algae: 3, plume: 1, boat: 3, person: 0 },
}
