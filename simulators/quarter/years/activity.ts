import type { WorkClass } from '../../../core/vibration.ts'

/** What shakes a house: kinds that the classifier knows, and some that it does not. */
export type ShakeSource = Exclude<WorkClass, 'none'> | 'breaker' | 'washing' | 'slam' | 'cracker'

export interface Shake {
  source: ShakeSource
  /** Peak particle velocity, 3 m from it, mm/s; single events spread about it. */
  peakMmS: number
  perHour: number
}

/** Something that goes on in a house, or in the lane, for a while: all that sensors can notice of it. */
export interface Activity {
  /** Place in the row; null in the lane. */
  house: number | null
  /** Where it is in the lane, m from its first house. */
  alongM?: number
  fromMs: number
  toMs: number
  /** Id of the story that it belongs to. */
  story: string
  shakes?: Shake[]
  /** Level in the same room, dB(A), and the share of the time in which it sounds. `struck`: through the walls themselves. */
  noise?: { db: number; share: number; struck?: boolean }
  /** PM10 that it would keep the room at, above the air outside, µg/m³. */
  dustUgM3?: number
  powerKw?: number
  doorsPerH?: number
  /** Nobody lives there meanwhile. */
  vacates?: true
}

type Emission = Omit<Activity, 'house' | 'fromMs' | 'toMs' | 'story'>

/**
 * What people do, as it is noticed in the same room. Peaks: hand tools 0.1 to 8 mm/s at a few metres, as the simulated
 * waveforms have them (`signals/vibration.ts`). Sound: makers' figures for hand-held machines, 88 to 104 dB(A) at the ear.
 * Dust: cutting and chasing masonry without extraction gives milligrams per cubic metre. All from memory, unverified.
 */
export const DOINGS = {
  hooks: {
    shakes: [{ source: 'drilling', peakMmS: 0.7, perHour: 14 }],
    noise: { db: 88, share: 0.06, struck: true },
    dustUgM3: 60,
    powerKw: 0.1,
  },
  core: {
    shakes: [{ source: 'drilling', peakMmS: 2.2, perHour: 30 }],
    noise: { db: 96, share: 0.3, struck: true },
    dustUgM3: 350,
    powerKw: 0.9,
    doorsPerH: 8,
  },
  chase: {
    shakes: [{ source: 'drilling', peakMmS: 2.4, perHour: 40 }],
    noise: { db: 98, share: 0.3, struck: true },
    dustUgM3: 1100,
    powerKw: 0.9,
    doorsPerH: 4,
  },
  strip: {
    shakes: [{ source: 'hammering', peakMmS: 1.6, perHour: 30 }],
    noise: { db: 92, share: 0.2, struck: true },
    dustUgM3: 650,
    powerKw: 0.3,
    doorsPerH: 6,
  },
  demolish: {
    shakes: [
      { source: 'hammering', peakMmS: 5, perHour: 50 },
      { source: 'drilling', peakMmS: 4, perHour: 25 },
    ],
    noise: { db: 103, share: 0.35, struck: true },
    dustUgM3: 3000,
    powerKw: 0.8,
    doorsPerH: 12,
  },
  chisel: {
    shakes: [{ source: 'hammering', peakMmS: 0.6, perHour: 25 }],
    noise: { db: 80, share: 0.2, struck: true },
    dustUgM3: 220,
    powerKw: 0.15,
    doorsPerH: 1.5,
  },
  quietDrill: {
    shakes: [{ source: 'drilling', peakMmS: 0.9, perHour: 16 }],
    noise: { db: 88, share: 0.12, struck: true },
    dustUgM3: 200,
    powerKw: 0.35,
    doorsPerH: 1.5,
  },
  saw: {
    shakes: [{ source: 'hammering', peakMmS: 0.25, perHour: 8 }],
    noise: { db: 96, share: 0.2 },
    dustUgM3: 450,
    powerKw: 0.7,
    doorsPerH: 5,
  },
  carry: {
    shakes: [
      { source: 'footfall', peakMmS: 0.35, perHour: 60 },
      { source: 'slam', peakMmS: 0.5, perHour: 3 },
    ],
    noise: { db: 68, share: 0.6 },
    dustUgM3: 70,
    doorsPerH: 26,
  },
  assemble: {
    shakes: [
      { source: 'hammering', peakMmS: 0.3, perHour: 6 },
      { source: 'footfall', peakMmS: 0.25, perHour: 25 },
    ],
    noise: { db: 74, share: 0.2 },
    dustUgM3: 20,
    doorsPerH: 3,
    powerKw: 0.1,
  },
  clean: {
    shakes: [{ source: 'footfall', peakMmS: 0.25, perHour: 25 }],
    noise: { db: 72, share: 0.5 },
    dustUgM3: 220,
    powerKw: 1.1,
    doorsPerH: 4,
  },
  paint: {
    shakes: [{ source: 'footfall', peakMmS: 0.2, perHour: 20 }],
    noise: { db: 58, share: 0.6 },
    dustUgM3: 40,
    powerKw: 0.3,
    doorsPerH: 3,
  },
  sand: {
    noise: { db: 84, share: 0.4 },
    dustUgM3: 900,
    powerKw: 0.6,
    doorsPerH: 3,
  },
} as const satisfies Record<string, Emission>
export type Doing = keyof typeof DOINGS

/** A doing at its place and time; `strength` scales what it shakes and raises, not how often. */
export function toActivity(
  doing: Doing,
  place: { house: number; fromMs: number; toMs: number; story: string },
  strength = 1,
): Activity {
  const { shakes = [], noise, dustUgM3 = 0, ...rest }: Emission = DOINGS[doing]
  return {
    ...rest,
    ...place,
    shakes: shakes.map((shake) => ({ ...shake, peakMmS: shake.peakMmS * strength })),
    ...(noise && { noise: { ...noise, db: noise.db + 8 * Math.log10(strength) } }),
    dustUgM3: dustUgM3 * strength,
  }
}
