import type { Building, BuildingLimit } from '../../core/building.ts'
import type { Attributes } from '../../core/device.ts'

/** What the rules for walls of a house ask for; a house of several materials has no single one. */
const WALLS: Partial<Record<NonNullable<Building['structure']>, string>> = {
  timber: 'timber',
  brick: 'brick',
  stone: 'stone',
}

/** Packs that rules ask for by a name of their own, and the attribute in which they expect the line. */
const PACKS: [pack: RegExp, standard: string, row: string][] = [
  [/^din-4150-3\b/, 'din-4150-3', 'buildingLine'],
  [/^gb-t-50452\b/, 'gb-t-50452', 'protectionLevel'],
]

/**
 * What a house says of the devices in it: `building`, `protectionLevel`, `wallMaterial`, `structure`, `year`, `storeys`, `buildingUse`, for each limit that
 * somebody set `limit_METRIC`, and for each pack its line under the pack's id and as the shipped rules ask for it. The first
 * limit of a kind holds.
 */
export function attributesOf({ id, protection, structure, year, storeys, use, limits = [] }: Building): Attributes {
  const wallMaterial = structure && WALLS[structure]
  const said = limits.toReversed().map(toAttributes)
  return {
    ...{ building: id, protectionLevel: protection },
    ...(structure !== undefined && { structure }),
    ...(wallMaterial !== undefined && { wallMaterial }),
    ...(year !== undefined && { year }),
    ...(storeys !== undefined && { storeys }),
    ...(use !== undefined && { buildingUse: use }),
    ...Object.assign({}, ...said),
  }
}

function toAttributes(limit: BuildingLimit): Attributes {
  if (!('pack' in limit)) return { [`limit_${limit.metric}`]: limit.value }
  const { pack, line } = limit
  const known = PACKS.find(([pattern]) => pattern.test(pack))
  return { [pack]: line, ...(known && { vibrationStandard: known[1], [known[2]]: line }) }
}
