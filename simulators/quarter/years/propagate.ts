import type { Activity } from './activity.ts'

/** Metres from a tool to the house's own sensor. */
const OWN_M = 3
/** Exponent of attenuation through soil and masonry: PPV = PPVref (Dref/D)^n, n = 1.1 (Caltrans 2020, table 18-19). */
const ATTENUATION = 1.1
/** What a party wall leaves of a vibration besides the way. */
const WALL_LEAVES = 0.75
/** From the lane's middle to a house's sensor, m, and what the footing leaves. */
const LANE_M = 7
const FOOTING_LEAVES = 0.6

/** Sound: half a brick with timber floors built into it stops some 38 dB in the air; what is struck travels in the wall. */
const AIRBORNE_LOSS_DB = 38
const STRUCK_LOSS_DB = 30
const NEXT_WALL_LOSS_DB = 9
/** To the meter of the same house, which hangs in another room. */
const OWN_LOSS_DB = 9
const FRONT_LOSS_DB = 13
/** Dust: what comes to the next house by the eaves and the lane, and from the lane itself. */
const DUST_NEXT = 0.03
const DUST_FROM_LANE = 0.2

/** What of an activity comes to a house. */
export interface Share {
  shake: number
  lossDb: number
  dust: number
  own: boolean
}

export interface Stand {
  index: number
  alongM: number
}

/** How much of what goes on elsewhere is felt, heard and breathed at a house. Falls with every wall and metre. */
export function shareAt({ house, alongM = 0, noise }: Activity, at: Stand, row: readonly Stand[]): Share {
  if (house === null) return fromLane(Math.abs(alongM - at.alongM))
  const walls = Math.abs(house - at.index)
  if (walls === 0) return { shake: 1, lossDb: OWN_LOSS_DB, dust: 1, own: true }
  const metres = Math.abs(row[house]!.alongM - at.alongM) + OWN_M
  return {
    shake: (OWN_M / metres) ** ATTENUATION * WALL_LEAVES ** walls,
    lossDb: (noise?.struck ? STRUCK_LOSS_DB : AIRBORNE_LOSS_DB) + NEXT_WALL_LOSS_DB * (walls - 1),
    dust: DUST_NEXT ** walls,
    own: false,
  }
}

function fromLane(metres: number): Share {
  const away = Math.hypot(metres, LANE_M)
  return {
    shake: (OWN_M / away) ** ATTENUATION * FOOTING_LEAVES,
    lossDb: FRONT_LOSS_DB + 20 * Math.log10(away / LANE_M),
    dust: DUST_FROM_LANE / (1 + metres / 20),
    own: false,
  }
}
